"""The 2023 notice's limits to the last character, pixel and byte, on real files, as its readings say (C2–C5, C14)."""

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillweek.materials.checking import check_path
from skillweek.materials.findings import Kind, Severity
from skillweek.materials.judge import judge, probe
from skillweek.materials.manuscript import judge_manuscript
from skillweek.materials.messages import format_size, size_unit
from skillweek.materials.rules import ManuscriptRules, MaterialRules
from skillweek.materials.wording import tolerated_words

from .conftest import codes
from .make import box, make_docx, make_jpeg, make_mp4, make_zip, plain_mp4, sample_text

CAPTION = "茶艺专业学生为社区居民表演"
MIB = 1024 * 1024


def of_size(path: Path, size: int) -> Path:
    """Bring a JPEG to exactly ``size`` bytes by comment segments within the picture's structure."""
    data = path.read_bytes()
    left = size - len(data)
    assert left == 0 or left >= 4, "a comment takes at least four bytes"
    filler = b""
    while left:
        length = min(left, 65_537 if left > 65_541 or left <= 65_537 else 60_000)
        filler += b"\xff\xfe" + struct.pack(">H", length - 2) + b"c" * (length - 4)
        left -= length
    path.write_bytes(data[:2] + filler + data[2:])
    assert path.stat().st_size == size
    return path


def photo_codes(path: Path, rules: MaterialRules) -> list[str]:
    return codes(judge(probe(path, Kind.PHOTO), rules, caption=CAPTION))


@pytest.mark.requirement("C2")
@pytest.mark.parametrize(
    ("words", "code", "severity"),
    [
        (719, "manuscript.too_short", Severity.ERROR), (720, "manuscript.short", Severity.WARNING),
        (799, "manuscript.short", Severity.WARNING), (800, None, None), (1500, None, None),
        (1501, "manuscript.long", Severity.WARNING), (1650, "manuscript.long", Severity.WARNING),
        (1651, "manuscript.too_long", Severity.ERROR),
    ],
)  # fmt: skip
def test_a_docx_of_so_many_words(tmp_path, rules, words, code, severity):
    path = make_docx(tmp_path / "概况.docx", words, title="活动概况")

    facts = probe(path, Kind.MANUSCRIPT)
    found = [(finding.code, finding.severity) for finding in judge(facts, rules)]

    assert facts.words == words
    assert found == ([(code, severity)] if code else [])


@pytest.mark.requirement("C3")
@pytest.mark.parametrize(
    ("width", "height", "orientation", "fails"),
    [
        (2000, 1500, 1, False), (1999, 1500, 1, True), (1500, 2000, 6, False), (1500, 1999, 8, True),
        (2000, 1500, 6, True), (1999, 2500, 3, True), (1200, 2000, 5, False), (2000, 1200, 2, False),
    ],
)  # fmt: skip
def test_width_counts_as_the_photo_is_looked_at(tmp_path, rules, width, height, orientation, fails):
    path = of_size(make_jpeg(tmp_path / "a.jpg", width, height, 0, orientation=orientation), 2_500_000)

    assert photo_codes(path, rules) == (["photo.width"] if fails else [])


@pytest.mark.requirement("C3")
@pytest.mark.parametrize(("size", "found"), [(1_999_999, ["photo.size"]), (2_000_000, []), (2_097_152, [])])
def test_two_m_are_two_million_bytes(tmp_path, rules, size, found):
    path = of_size(make_jpeg(tmp_path / "a.jpg", 2000, 1500, 0), size)

    assert photo_codes(path, rules) == found
    assert "2 000 000" in rules.readings["photo.min_bytes"]


@pytest.mark.requirement("C4")
@pytest.mark.parametrize(("size", "found"), [(200 * MIB, []), (200 * MIB + 1, ["video.size"])])
def test_two_hundred_m_are_two_hundred_mebibytes(tmp_path, rules, size, found):
    path = tmp_path / "a.mp4"
    data = plain_mp4()
    with path.open("wb") as stream:
        stream.write(data + box(b"free", size=size - len(data)))
        stream.truncate(size)
    large = rules.model_copy(update={"video": rules.video.model_copy(update={"min_short_side": 1, "advised_width": 1})})
    large = large.model_copy(update={"video": large.video.model_copy(update={"advised_height": 1})})

    assert codes(judge(probe(path, Kind.VIDEO), large)) == found
    assert "209 715 200" in rules.readings["video.max_bytes"]


@pytest.mark.requirement("C4")
@pytest.mark.parametrize(
    ("width", "height", "turned", "found"),
    [
        (1280, 720, False, []), (1280, 720, True, []), (1278, 720, False, ["video.advised"]),
        (854, 480, False, ["video.advised"]), (480, 854, True, ["video.advised"]),
        (854, 478, False, ["video.short_side"]), (478, 854, True, ["video.short_side"]),
    ],
)  # fmt: skip
def test_the_shorter_side_counts_however_the_phone_was_held(tmp_path, rules, width, height, turned, found):
    path = make_mp4(tmp_path / "a.mp4", width, height, 0.2, rate=10)
    if turned:
        content = bytearray(path.read_bytes())
        matrix = content.index(b"tkhd") + 4 + 40
        content[matrix : matrix + 36] = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
        path.write_bytes(content)

    facts = probe(path, Kind.VIDEO)

    assert (facts.width, facts.height) == ((height, width) if turned else (width, height))
    assert codes(judge(facts, rules)) == found


@pytest.mark.requirement("C14")
def test_one_check_tells_the_honest_from_the_rest(tmp_path, rules, files):
    good = (files / "good.jpg").read_bytes()
    make_zip(tmp_path / "hidden.zip", {"secret.txt": b"x" * 200})
    put = {
        "照片/茶艺展示.jpg": good,
        "照片/茶艺展示（副本）.jpg": good,
        "照片/护理服务.jpg": (tmp_path / "hidden.zip").read_bytes(),
        "照片/木工体验.jpg": good + (tmp_path / "hidden.zip").read_bytes(),
        "视频/开放日.mp4": good,
        "文字稿件/引用.txt": (sample_text(900) + "据《厦门日报》报道，活动吸引了千余名市民。").encode(),
    }
    for name, data in put.items():
        path = tmp_path / "r" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    report = check_path(tmp_path / "r", rules, "xiamen-2023")

    assert {item.path: codes(item.findings) for item in report.items} == {
        "照片/茶艺展示.jpg": [],
        "照片/茶艺展示（副本）.jpg": ["file.duplicate"],
        "照片/护理服务.jpg": ["photo.false_type", "photo.size"],
        "照片/木工体验.jpg": ["photo.archive"],
        "视频/开放日.mp4": ["video.false_type", "file.duplicate"],
        "文字稿件/引用.txt": ["manuscript.source"],
    }


@pytest.mark.requirement("C5")
def test_levels_below_the_city_do_not_count(rules):
    assert [str(level) for level in rules.coverage.levels] == ["national", "provincial", "municipal"]
    assert {"manuscript.tolerance", "photo.min_bytes", "video.max_bytes", "coverage.levels"} <= set(rules.readings)


LIMITS = st.tuples(st.integers(0, 5000), st.integers(1, 5000)).map(sorted)


@pytest.mark.requirement("C2")
@given(limits=LIMITS, percent=st.integers(0, 100), words=st.integers(1, 400))
def test_tolerance_is_a_share_of_the_limit_in_any_edition(limits, percent, words):
    low, high = limits[0], max(1, limits[1])
    rules = ManuscriptRules(min_words=low, max_words=high, tolerance=percent / 100)

    lowest, highest = tolerated_words(rules)
    found = codes(judge_manuscript("字" * words, rules, "概况"))

    # In whole numbers, where nothing is rounded.
    assert (lowest - 1) * 100 < low * (100 - percent) <= lowest * 100
    assert highest * 100 <= high * (100 + percent) < (highest + 1) * 100
    expected = (
        ["manuscript.too_short"] if words < lowest
        else ["manuscript.short"] if words < low
        else ["manuscript.too_long"] if words > highest
        else ["manuscript.long"] if words > high
        else []
    )  # fmt: skip
    assert found == expected


@pytest.mark.requirement("C3")
@given(limit=st.one_of(st.integers(1, 10**10), st.integers(1, 4000).map(lambda n: n * MIB)), off=st.integers(1, 10**6))
def test_a_size_beyond_its_limit_is_never_written_like_the_limit(limit, off):
    unit = size_unit(limit)

    assert unit == (MIB if limit % MIB == 0 else 1_000_000)
    if limit > off:
        assert float(format_size(limit - off, unit, "down").removesuffix(" MB")) * unit <= limit - off + unit * 1e-9
    assert float(format_size(limit + off, unit, "up").removesuffix(" MB")) * unit >= limit + off - unit * 1e-9
