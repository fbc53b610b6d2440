"""The picture that a shared link shows: 1200 × 630, title, day, place, organiser, QR code (B7, D6).

Drawn with a font that the front-end build copies into the package. Where it is missing, a system font with Chinese
letters serves; without any, the card has its ornament and the QR code alone. Finished cards lie in the file storage
under a hash of everything drawn: one that changes is drawn anew, and its forerunner goes.
"""

from __future__ import annotations

import functools
import hashlib
import io
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

import segno
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError

SIZE: Final = (1200, 630)
#: Raised when the drawing itself changes.
_DESIGN: Final = 2
_FONTS: Final = (
    Path(__file__).resolve().parent.parent / "core/fonts/NotoSansSC_700Bold.ttf",
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"),
    Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"),
)
_FOLDER: Final = "share-cards"
_SEA, _SEA_DEEP, _FLAME, _PETAL, _GOLD, _PAPER, _PALE = (
    (11, 95, 92), (6, 47, 51), (200, 69, 44), (226, 114, 90), (242, 193, 78), (255, 253, 248), (207, 230, 226),
)  # fmt: skip
_LEFT: Final = 64
_TEXT_WIDTH: Final = 700
#: Characters that no line begins with.
_CLOSING: Final = "，。、；：？！）》」』】”’…—·,.;:?!)%"
_FINE: Final = 3


@dataclass(frozen=True)
class Card:
    """What is written on a card. ``cover`` is a key of the file storage or empty; ``url`` goes into the QR code."""

    heading: str
    title: str
    lines: tuple[str, ...]
    mark: str
    url: str
    cover: str = ""

    @property
    def digest(self) -> str:
        """Changes with anything that is drawn."""
        return hashlib.sha256(repr((_DESIGN, font_path(), astuple(self))).encode()).hexdigest()[:32]


@functools.lru_cache(maxsize=1)
def font_path() -> str:
    """The font to draw with; empty where the machine has none with Chinese letters."""
    return next((str(path) for path in _FONTS if path.exists()), "")


def card_png(owner: str, card: Card) -> bytes:
    """The card as PNG: from the storage, or drawn now. ``owner`` names whose card it is: ``activity-12``."""
    folder = f"{_FOLDER}/{owner}"
    key = f"{folder}/{card.digest}.png"
    if default_storage.exists(key):
        with default_storage.open(key) as kept:
            return bytes(kept.read())
    data = draw(card)
    _forget(folder)
    default_storage.save(key, ContentFile(data))
    return data


def _forget(folder: str) -> None:
    """Remove earlier cards of the same owner."""
    try:
        _folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        default_storage.delete(f"{folder}/{name}")


def draw(card: Card) -> bytes:
    """Draw the card; the same card gives the same bytes."""
    picture = _ground()
    cover = _cover(card.cover)
    if cover is None:
        _bloom(picture)
    else:
        picture.paste(cover, (812, 0))
        _veil(picture)
    pen = ImageDraw.Draw(picture)
    if path := font_path():
        _words(pen, card, path)
    _code(picture, card.url)
    out = io.BytesIO()
    if cover is None:
        picture = picture.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _ground() -> Image.Image:
    """The sea: deep above, lighter below, with waves."""
    column = Image.new("RGB", (1, SIZE[1]))
    for y in range(SIZE[1]):
        share = y / SIZE[1]
        column.putpixel((0, y), tuple(round(a + (b - a) * share) for a, b in zip(_SEA_DEEP, _SEA, strict=True)))
    picture = column.resize(SIZE)
    layer = Image.new("RGBA", SIZE)
    pen = ImageDraw.Draw(layer)
    for base, height, length, shade in ((556, 16, 420, 60), (580, 12, 340, 90)):
        crest = [(x, base + height * math.sin(x / length * 2 * math.pi)) for x in range(0, SIZE[0] + 10, 10)]
        pen.polygon([*crest, (SIZE[0], SIZE[1]), (0, SIZE[1])], fill=(47, 138, 132, shade))
    picture.paste(layer, (0, 0), layer)
    return picture


def _bloom(picture: Image.Image) -> None:
    """A bloom of the flame tree in the upper right corner."""
    side = 620
    layer = Image.new("RGBA", (side * _FINE, side * _FINE))
    pen = ImageDraw.Draw(layer)
    middle, unit = side * _FINE / 2, side * _FINE / 2
    for turn in range(5):
        angle = math.radians(72 * turn - 90)
        ring = []
        for step in range(64):
            t = 2 * math.pi * step / 64
            along, across = 0.5 - 0.46 * math.cos(t), 0.3 * math.sin(t) * (0.45 + 0.55 * (0.5 - 0.5 * math.cos(t)))
            ring.append(
                (
                    middle + unit * (along * math.cos(angle) - across * math.sin(angle)),
                    middle + unit * (along * math.sin(angle) + across * math.cos(angle)),
                )
            )
        pen.polygon(ring, fill=_PETAL if turn == 2 else _FLAME)
    for turn in range(5):
        angle = math.radians(72 * turn - 54)
        end = (middle + 0.36 * unit * math.cos(angle), middle + 0.36 * unit * math.sin(angle))
        pen.line([(middle, middle), end], fill=_GOLD, width=5 * _FINE)
        pen.ellipse([end[0] - 9 * _FINE, end[1] - 9 * _FINE, end[0] + 9 * _FINE, end[1] + 9 * _FINE], fill=_GOLD)
    layer = layer.resize((side, side), Image.Resampling.LANCZOS)
    picture.paste(layer, (SIZE[0] - 400, -210), layer)


def _cover(key: str) -> Image.Image | None:
    """The activity's picture for the right side, or None when there is none that can be read."""
    if not key:
        return None
    try:
        with default_storage.open(key) as file, Image.open(file) as image:
            return ImageOps.fit(image.convert("RGB"), (SIZE[0] - 812, SIZE[1]), Image.Resampling.LANCZOS)
    except (OSError, UnidentifiedImageError, ValueError, Image.DecompressionBombError):
        return None


def _veil(picture: Image.Image) -> None:
    """A soft edge from the sea into the picture."""
    veil = Image.new("RGBA", (90, SIZE[1]))
    pen = ImageDraw.Draw(veil)
    for x in range(90):
        pen.line([(x, 0), (x, SIZE[1])], fill=(*_SEA_DEEP, round(255 * (1 - x / 90))))
    picture.paste(veil, (812, 0), veil)


def _words(pen: ImageDraw.ImageDraw, card: Card, path: str) -> None:
    y = 56
    small, heading = ImageFont.truetype(path, 30), ImageFont.truetype(path, 26)
    pen.rectangle([_LEFT, y + 4, _LEFT + 8, y + 38], fill=_GOLD)
    pen.text((_LEFT + 24, y), _cut(card.heading, heading, _TEXT_WIDTH - 24), font=heading, fill=_PALE)
    y += 72
    if card.mark:
        width = round(small.getlength(card.mark)) + 28
        pen.rounded_rectangle([_LEFT, y, _LEFT + width, y + 48], 8, fill=_FLAME)
        pen.text((_LEFT + 14, y + 4), card.mark, font=small, fill=_PAPER)
        y += 64
    font, rows = _title(card.title, path)
    for row in rows:
        pen.text((_LEFT, y), row, font=font, fill=_PAPER)
        y += round(font.size * 1.32)
    y = max(y + 20, 372)
    line_font = ImageFont.truetype(path, 32)
    for line in card.lines[:4]:
        pen.text((_LEFT, y), _cut(line, line_font, _TEXT_WIDTH), font=line_font, fill=_PALE)
        y += 50


def _title(title: str, path: str) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """The largest of three sizes at which the title fits three lines; cut with an ellipsis where even that fails."""
    for size in (72, 60, 50):
        font = ImageFont.truetype(path, size)
        rows = wrap(title, font, _TEXT_WIDTH)
        if len(rows) <= (2 if size == 72 else 3):
            return font, rows
    return font, [*rows[:2], _cut("".join(rows[2:]), font, _TEXT_WIDTH)]


def wrap(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Break a text into lines: between Chinese characters, at spaces of other scripts, never before a closing mark."""
    rows: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line and font.getlength(line + piece.rstrip()) > width and piece not in _CLOSING:
            rows.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
        while font.getlength(line) > width * 1.08 and len(line) > 1:  # one word longer than a line
            end = max(1, sum(1 for end in range(1, len(line)) if font.getlength(line[:end]) <= width))
            rows.append(line[:end])
            line = line[end:]
    return [*rows, line.rstrip()] if line.strip() else rows


def _pieces(text: str) -> Sequence[str]:
    """Single wide characters, and words of narrow ones with the space after them."""
    pieces: list[str] = []
    word = ""
    for letter in " ".join(text.split()):
        if unicodedata.east_asian_width(letter) in "WF":
            pieces += [word, letter] if word else [letter]
            word = ""
        elif letter == " ":
            pieces.append(f"{word} ")
            word = ""
        else:
            word += letter
    return [*pieces, word] if word else pieces


def _cut(text: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    text = " ".join(text.split())
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text}…"


def _code(picture: Image.Image, url: str) -> None:
    """The QR code on a white card in the lower right corner."""
    symbol = segno.make(url, error="m", micro=False)
    modules = symbol.symbol_size(border=2)[0]
    made = io.BytesIO()
    symbol.save(made, kind="png", scale=max(1, 196 // modules), border=2)
    code = Image.open(made).convert("RGB")
    ImageDraw.Draw(picture).rounded_rectangle([958, 388, 1158, 588], 16, fill=_PAPER)
    picture.paste(code, (1058 - code.width // 2, 488 - code.height // 2))
