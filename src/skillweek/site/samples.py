"""Real files to try things with: photos, videos and manuscripts, drawn and plainly marked as samples.

Used by ``make demo`` and by the tests; nothing here is shown as anybody's real work. Needs no network and no font
beyond what is installed (without a Chinese font the label reads SAMPLE only).
"""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageChops, ImageDraw, ImageFont

_SKIES = (("#bcd9ef", "#f6efe0"), ("#f7d9b4", "#fdf3e3"), ("#cfe8dc", "#f3f7ea"), ("#d8d4ee", "#f6f1fa"))
_GROUNDS = ("#6f8f5d", "#a5825a", "#5d7f8f", "#8a6f8f")
_CLOTHES = ("#b5483a", "#2f6690", "#3a7d44", "#c98a1b", "#6a4c93", "#16697a")
_TILE: Final = 512
_CJK_FONTS = ("NotoSansCJK-Regular.ttc", "NotoSansSC-Regular.otf", "wqy-microhei.ttc", "simhei.ttf", "msyh.ttc")
_SENTENCES = (
    "活动周期间，示例学校面向社区居民开放实训中心，学生在教师指导下展示专业技能。",
    "上午九时，茶艺专业的学生为来访家长演示冲泡流程，并介绍茶叶的分类与保存方法。",
    "家电维修服务队在广场设立服务点，为居民免费检修电风扇、电饭煲等小家电。",
    "护理专业的学生为老人测量血压，讲解日常保健知识，现场气氛热烈。",
    "来自合作企业的工程师走进课堂，与学生交流岗位要求和成长经历。",
    "附近小学的孩子们走进木工坊，动手制作了自己的第一件小作品。",
    "学校把课堂搬到社区，让更多人了解职业教育、参与职业教育。",
    "活动结束后，志愿者认真整理场地，并收集了居民的意见和建议。",
    "汽车专业的教师用一台旧发动机讲解工作原理，围观的家长频频提问。",
    "烹饪专业的学生现场制作点心，请居民品尝并讲解营养搭配。",
    "数控车间里，学生按图纸加工零件，家长隔着防护栏看完了整个过程。",
    "学校准备了岗位体验卡，来访者完成三项体验就能得到一枚纪念章。",
    "毕业多年的校友回到母校，讲述自己从学徒成长为班组长的经历。",
    "美容美发专业的学生为社区老人义务理发，队伍从早上排到中午。",
    "学前教育专业的学生带着手偶和绘本，为幼儿讲述劳动者的故事。",
    "计算机专业的学生教老人使用手机挂号和缴费，一步一步反复示范。",
    "电子商务专业的师生帮助农户拍摄产品照片，搭建网上店铺。",
    "教师介绍了升学和就业的不同路径，并逐一回答家长关心的问题。",
    "为了保证安全，每个体验点都安排了指导教师和学生志愿者。",
    "活动前一周，各专业组反复演练流程，检查设备和用电安全。",
    "社区工作人员表示，希望这样的服务能够经常开展。",
    "参加体验的初中学生说，原来一双巧手也能创造这么多东西。",
    "企业代表参观了实训基地，与学校商议共同开发课程。",
    "学生把平时的练习作品摆上展台，向来访者说明每一道工序。",
    "老师傅现场演示传统漆艺，邀请观众亲手体验打磨和上色。",
    "雨后的操场上，无人机社团为观众展示了编队飞行。",
    "旅游服务专业的学生担任讲解员，用普通话和闽南话介绍校园。",
    "园艺小组把培育的花苗送给居民，并附上养护说明。",
    "学校还开放了图书馆和校史馆，让市民了解办学历程。",
    "活动照片和稿件当天整理完毕，由专人核对后报送。",
    "许多家长表示，看到孩子专注操作的样子，心里踏实了许多。",
    "下一步，学校将把开放体验固定为每月一次的公益活动。",
)


def sample_text(words: int, seed: int = 0) -> str:
    """Return Chinese text of exactly ``words`` 字 in Word's count, in paragraphs of several sentences."""
    chooser = random.Random(seed)  # noqa: S311 (sample text, not a secret)
    text = ""
    left = words
    deck: list[str] = []
    while left > 0:
        # Every sentence once before any comes again.
        deck = deck or chooser.sample(_SENTENCES, len(_SENTENCES))
        piece = deck.pop()[:left]
        text += piece
        left -= len(piece)
        if left > 0 and chooser.random() < 0.25:
            text += "\n"
    return text


def make_manuscript(path: Path, words: int = 1000, *, title: str = "", seed: int = 0) -> Path:
    """Write a docx of ``words`` 字 in all (title included) and return its path."""
    import docx

    document = docx.Document()
    if title:
        document.add_heading(title, level=1)
    for paragraph in sample_text(words - len(title), seed).split("\n"):
        document.add_paragraph(paragraph)
    document.save(str(path))
    return path


def make_scan(path: Path, *, title: str, outlet: str, seed: int = 0) -> Path:
    """Write a drawn newspaper page as a JPEG, its picture labelled 示例 SAMPLE, and return its path."""
    width, height = 1240, 1754
    image = Image.new("RGB", (width, height), "#f4f1e8")
    draw = ImageDraw.Draw(image)
    for size, y, text, fill in ((64, 70, outlet, "#8c2f23"), (52, 330, title, "#1f2a37")):
        font, chinese = _font(size)
        draw.text((80, y), text if chinese else "SAMPLE", font=font, fill=fill)
    draw.line((80, 180, width - 80, 180), fill="#8c2f23", width=6)
    image.paste(draw_scene(width - 160, 600, seed), (80, 440))
    font, chinese = _font(28)
    body = sample_text(2 * 17 * 16, seed).replace("\n", "")
    for line in range(32 if chinese else 0):
        column, row = divmod(line, 16)
        draw.text((80 + column * 560, 1090 + row * 38), body[line * 17 : (line + 1) * 17], font=font, fill="#333333")
    image.save(path, "JPEG", quality=88)
    return path


def draw_scene(width: int, height: int, seed: int = 0, title: str = "") -> Image.Image:
    """Return a drawn scene of people at tables in front of hills, with the label 示例 SAMPLE."""
    chooser = random.Random(seed)  # noqa: S311
    top, bottom = chooser.choice(_SKIES)
    gradient = Image.linear_gradient("L").resize((width, height))
    image = Image.composite(Image.new("RGB", gradient.size, bottom), Image.new("RGB", gradient.size, top), gradient)
    draw = ImageDraw.Draw(image)
    sun = height // 9
    x, y = chooser.randint(width // 8, width * 7 // 8), height // 5
    draw.ellipse((x - sun, y - sun, x + sun, y + sun), fill="#ffdf8e")
    for index in range(3):
        base = height * (10 + index * 2) // 20
        points = [(step * width // 8, base - chooser.randint(0, height // 7)) for step in range(9)]
        shade = tuple(120 + 20 * index + chooser.randint(-12, 12) for _ in range(3))
        draw.polygon([(0, height), *points, (width, height)], fill=shade)
    draw.rectangle((0, height * 7 // 10, width, height), fill=chooser.choice(_GROUNDS))
    for _ in range(chooser.randint(5, 9)):
        _draw_person(draw, chooser, width, height)
    _draw_table(draw, chooser, width, height)
    _draw_label(draw, width, height, title)
    return image


def _draw_person(draw: ImageDraw.ImageDraw, chooser: random.Random, width: int, height: int) -> None:
    x, size = chooser.randint(width // 12, width * 11 // 12), height // chooser.randint(7, 10)
    feet = height * chooser.randint(76, 84) // 100
    head = size // 5
    clothes = chooser.choice(_CLOTHES)
    draw.rounded_rectangle((x - head, feet - size * 3 // 2, x + head, feet - size // 2), head // 2, fill=clothes)
    draw.rectangle((x - head * 3 // 4, feet - size // 2, x - head // 6, feet), fill="#39424e")
    draw.rectangle((x + head // 6, feet - size // 2, x + head * 3 // 4, feet), fill="#39424e")
    middle = feet - size * 3 // 2 - head
    draw.ellipse((x - head, middle - head, x + head, middle + head), fill="#e8bf9c")


def _draw_table(draw: ImageDraw.ImageDraw, chooser: random.Random, width: int, height: int) -> None:
    left = width * chooser.randint(10, 45) // 100
    right, top = left + width * 2 // 5, height * 80 // 100
    draw.rectangle((left, top, right, top + height // 40), fill="#7a4a21")
    for x in (left + width // 60, right - width // 40):
        draw.rectangle((x, top + height // 40, x + width // 120, height * 95 // 100), fill="#5f3817")
    for index in range(6):
        x = left + (index * 2 + 1) * (right - left) // 12
        size = height // chooser.randint(40, 60)
        draw.ellipse((x - size, top - size * 2, x + size, top), fill=chooser.choice(_CLOTHES))


def _draw_label(draw: ImageDraw.ImageDraw, width: int, height: int, title: str) -> None:
    font, chinese = _font(max(16, height // 18))
    text = "示例 SAMPLE" if chinese else "SAMPLE"
    if title and chinese:
        text = f"{text}  {title}"
    margin = height // 40
    box = draw.textbbox((margin * 2, margin * 2), text, font=font)
    draw.rectangle((box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin), fill="#ffffff")
    draw.text((margin * 2, margin * 2), text, font=font, fill="#1f2a37")


def _font(size: int) -> tuple[Any, bool]:
    for name in _CJK_FONTS:
        try:
            return ImageFont.truetype(name, size), True
        except OSError:
            continue
    return ImageFont.load_default(size), False


def make_photo(
    path: Path,
    *,
    title: str = "",
    width: int = 2400,
    height: int = 1600,
    min_bytes: int = 2_100_000,
    seed: int = 0,
    camera: str = "Sample Camera",
    taken_at: datetime | None = None,
    orientation: int = 1,
    gps: bool = False,
    progressive: bool = False,
) -> Path:
    """Write a JPEG of at least ``min_bytes`` and return its path.

    ``width`` × ``height`` is the size as stored (orientation 5 to 8 turns it). Grain as of a sensor gives the size:
    quality and grain rise until it is reached. ``camera`` empty writes no EXIF, unless turned or ``gps``.
    """
    scene = draw_scene(width, height, seed, title)
    exif = _exif(camera, taken_at, orientation, gps)
    data = b""
    for quality, grain in ((88, 12), (92, 24), (95, 40), (98, 64), (100, 100), (100, 128)):
        image = _with_grain(scene, grain)
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=quality, exif=exif, progressive=progressive)
        data = buffer.getvalue()
        if len(data) >= min_bytes:
            break
    if len(data) < min_bytes:
        raise ValueError(f"{width}×{height} pixels do not fill {min_bytes} bytes")
    path.write_bytes(data)
    return path


def _with_grain(image: Image.Image, grain: int) -> Image.Image:
    """Return ``image`` with noise on it, never the same twice. One drawn tile serves for all: noise is slow to draw."""
    tile = _noise_tile(grain)
    left, top = random.randrange(_TILE), random.randrange(_TILE)  # noqa: S311
    noise = Image.new("RGB", image.size)
    for x in range(-left, image.width, _TILE):
        for y in range(-top, image.height, _TILE):
            noise.paste(tile, (x, y))
    return ImageChops.add(image, noise, scale=1, offset=-128)


@lru_cache(maxsize=8)
def _noise_tile(grain: int) -> Image.Image:
    return Image.effect_noise((_TILE, _TILE), grain).convert("RGB")


def _exif(camera: str, taken_at: datetime | None, orientation: int, gps: bool) -> bytes:
    exif = Image.Exif()
    if camera:
        make, _, _ = camera.partition(" ")
        exif[0x010F], exif[0x0110] = make, camera
    if taken_at:
        exif.get_ifd(0x8769)[0x9003] = taken_at.strftime("%Y:%m:%d %H:%M:%S")
    if orientation != 1:
        exif[0x0112] = orientation
    if gps:
        exif.get_ifd(0x8825).update({1: "N", 2: (24.0, 28.0, 0.0), 3: "E", 4: (118.0, 5.0, 0.0)})
    return exif.tobytes() if len(exif) or gps else b""


def make_video(
    path: Path,
    *,
    title: str = "",
    width: int = 1280,
    height: int = 720,
    seconds: float = 12,
    rate: int = 25,
    seed: int = 0,
    codec: str = "libx264",
    container: str = "mp4",
    fast_start: bool = True,
    fragmented: bool = False,
    grain: int = 0,
    bit_rate: int = 0,
) -> Path:
    """Write a short video (H.264 in mp4 by default) of a slow pan over a drawn scene and return its path.

    ``grain`` adds noise to every frame and ``bit_rate`` (bits a second) lets it through: together they make large
    files. ``fragmented`` writes moof boxes as some recorders do.
    """
    import av

    flags = [*(["faststart"] if fast_start else []), *(["frag_keyframe", "empty_moov"] if fragmented else [])]
    options = {"movflags": "+".join(flags)} if flags else {}
    with av.open(str(path), "w", format=container, container_options=options) as output:
        stream: Any = output.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        if bit_rate:
            stream.bit_rate = bit_rate
        if codec == "libx264":
            stream.options = {"preset": "ultrafast" if bit_rate else "veryfast"}
        for index, image in enumerate(_frames(width, height, round(seconds * rate), seed, title, grain)):
            frame: Any = av.VideoFrame.from_image(image)  # type: ignore[no-untyped-call]
            frame.pts, frame.time_base = index, Fraction(1, rate)
            output.mux(stream.encode(frame))
        output.mux(stream.encode())
    return path


def _frames(width: int, height: int, count: int, seed: int, title: str, grain: int) -> Iterator[Image.Image]:
    wide = draw_scene(width + width // 4, height, seed, title)
    for index in range(count):
        left = (width // 4) * index // max(1, count - 1)
        image = wide.crop((left, 0, left + width, height))
        draw = ImageDraw.Draw(image)
        draw.rectangle((0, height - 8, width * (index + 1) // count, height), fill="#b5483a")
        if grain:
            image = _with_grain(image, grain)
        yield image
