import struct
import zipfile
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from skillweek.materials.exif import read_tiff
from skillweek.materials.findings import Severity
from skillweek.materials.photo import decode_photo, judge_photo, probe_photo

from .conftest import codes
from .make import make_jpeg, plain_jpeg

CAPTION = "茶艺专业学生为居民表演"
MAX_PIXELS = 200_000_000


@pytest.mark.requirement("C3")
def test_judge_photo_passes_a_fit_photo(files, rules):
    facts = decode_photo(files / "good.jpg", probe_photo(files / "good.jpg"), MAX_PIXELS)

    assert (facts.width, facts.height, facts.complete, facts.decodable) == (2400, 1600, True, True)
    assert judge_photo(facts, CAPTION, rules.photo) == []


@pytest.mark.requirement("C3")
def test_judge_photo_says_the_width_in_a_whole_sentence(tmp_path, rules):
    make_jpeg(tmp_path / "a.jpg", 1080, 720, 0)

    findings = judge_photo(probe_photo(tmp_path / "a.jpg"), CAPTION, rules.photo, "茶艺展示.jpg")

    width = findings[0]
    assert width.code == "photo.width"
    assert width.message == "照片《茶艺展示.jpg》宽 1080 像素，要求不低于 2000 像素。"
    assert width.todo == "微信会压缩图片，请从手机相册选择原图上传。"
    assert codes(findings) == ["photo.width", "photo.size"]


@pytest.mark.requirement("C3")
@pytest.mark.parametrize(
    ("orientation", "width", "fails"), [(1, 2400, False), (6, 1600, True), (8, 1600, True), (3, 2400, False)]
)
def test_width_is_as_displayed(tmp_path, rules, orientation, width, fails):
    make_jpeg(tmp_path / "a.jpg", 2400, 1600, 0, orientation=orientation)

    facts = probe_photo(tmp_path / "a.jpg")

    assert facts.width == width
    assert ("photo.width" in codes(judge_photo(facts, CAPTION, rules.photo))) is fails


@pytest.mark.requirement("C3")
def test_two_megabytes_are_read_leniently(tmp_path, rules, files):
    data = (files / "good.jpg").read_bytes()
    facts = probe_photo(files / "good.jpg")
    from dataclasses import replace

    exactly, below = replace(facts, bytes=2_000_000), replace(facts, bytes=1_999_999)

    assert len(data) > 2_000_000
    assert judge_photo(exactly, CAPTION, rules.photo) == []
    finding = judge_photo(below, CAPTION, rules.photo)[0]
    assert finding.message == "照片《good.jpg》大小 1.99 MB，要求单张不低于 2 MB。"


@pytest.mark.requirement("C3")
def test_probe_photo_reads_camera_time_and_place(tmp_path):
    make_jpeg(tmp_path / "a.jpg", 640, 480, 0, camera="Demo X1", taken_at=datetime(2023, 5, 14, 9, 30), gps=True)

    facts = probe_photo(tmp_path / "a.jpg")

    assert (facts.camera, facts.taken_at, facts.has_gps) == ("Demo X1", "2023-05-14T09:30:00", True)
    assert 80 <= (facts.quality or 0) <= 95


@pytest.mark.requirement("C3")
@pytest.mark.parametrize(
    ("caption", "code"),
    [("", "photo.caption"), ("  ", "photo.caption"), ("IMG_1234", "photo.caption_empty"), (None, None)],
)
def test_judge_photo_wants_a_caption(files, rules, caption, code):
    found = codes(judge_photo(probe_photo(files / "good.jpg"), caption, rules.photo))

    assert found == ([code] if code else [])


@pytest.mark.requirement("C14")
@pytest.mark.parametrize(
    ("kind", "label"), [("PNG", "PNG 图片"), ("WEBP", "WebP 图片"), ("BMP", "BMP 图片"), ("TIFF", "TIFF 图片")]
)
def test_renamed_pictures_are_named_as_what_they_are(tmp_path, rules, kind, label):
    (tmp_path / "a.jpg").write_bytes(plain_jpeg(kind=kind))

    facts = probe_photo(tmp_path / "a.jpg")
    finding = judge_photo(facts, CAPTION, rules.photo)[0]

    assert (facts.width, facts.height) == (64, 48)
    assert finding.code == "photo.false_type"
    assert label in finding.message


@pytest.mark.requirement("C14")
def test_renamed_heic_is_named_as_heic(tmp_path, rules):
    import pillow_heif

    picture = pillow_heif.from_pillow(Image.new("RGB", (320, 200), "red"))
    picture.save(str(tmp_path / "a.heic"))
    (tmp_path / "a.heic").rename(tmp_path / "a.jpg")

    facts = probe_photo(tmp_path / "a.jpg")

    assert (facts.format, facts.width, facts.height, facts.complete) == ("heic", 320, 200, True)
    assert decode_photo(tmp_path / "a.jpg", facts, MAX_PIXELS).decodable is True
    assert "HEIC 图片" in judge_photo(facts, CAPTION, rules.photo)[0].message


@pytest.mark.requirement("C3")
def test_a_truncated_heic_is_said_to_be_incomplete(tmp_path, rules):
    import pillow_heif

    pillow_heif.from_pillow(Image.effect_noise((640, 480), 60).convert("RGB")).save(str(tmp_path / "a.heic"))
    data = (tmp_path / "a.heic").read_bytes()
    (tmp_path / "a.heic").write_bytes(data[: len(data) // 2])

    facts = decode_photo(tmp_path / "a.heic", probe_photo(tmp_path / "a.heic"), MAX_PIXELS)

    assert facts.decodable is False
    assert "photo.truncated" in codes(judge_photo(facts, CAPTION, rules.photo))


@pytest.mark.requirement("C14")
def test_an_honest_png_is_told_the_format_and_another_edition_takes_it(tmp_path, rules):
    (tmp_path / "a.png").write_bytes(plain_jpeg(kind="PNG"))
    facts = probe_photo(tmp_path / "a.png")
    lenient = rules.photo.model_copy(update={"formats": ("jpeg", "png"), "min_width": 10, "min_bytes": 10})

    assert judge_photo(facts, CAPTION, rules.photo)[0].code == "photo.format"
    assert judge_photo(facts, CAPTION, lenient) == []


@pytest.mark.requirement("C3")
@pytest.mark.parametrize("part", [0.3, 0.9, 0.999])
def test_truncated_photos_are_errors(tmp_path, files, rules, part):
    data = (files / "good.jpg").read_bytes()
    (tmp_path / "a.jpg").write_bytes(data[: int(len(data) * part)])

    assert "photo.truncated" in codes(judge_photo(probe_photo(tmp_path / "a.jpg"), CAPTION, rules.photo))


@pytest.mark.requirement("C3")
@pytest.mark.parametrize("filler", [b"\x55", b"\xff\xd0", b"\xc3\x91\x07"])
def test_decoding_finds_damage_within(tmp_path, files, rules, filler):
    data = bytearray((files / "good.jpg").read_bytes())
    middle = len(data) // 2
    data[middle : middle + 40_000] = (filler * 40_000)[:40_000]
    (tmp_path / "a.jpg").write_bytes(data)

    facts = decode_photo(tmp_path / "a.jpg", probe_photo(tmp_path / "a.jpg"), MAX_PIXELS)

    assert facts.decodable is False
    assert {"photo.damaged", "photo.truncated"} & set(codes(judge_photo(facts, CAPTION, rules.photo)))


@pytest.mark.requirement("C3")
def test_runs_of_zeros_are_damage_without_decoding(tmp_path, files, rules):
    data = bytearray((files / "good.jpg").read_bytes())
    data[1_000_000:1_004_096] = bytes(4096)
    (tmp_path / "a.jpg").write_bytes(data)
    Image.new("RGB", (4000, 3000), "white").save(tmp_path / "flat.jpg", optimize=True)

    assert codes(judge_photo(probe_photo(tmp_path / "a.jpg"), CAPTION, rules.photo)) == ["photo.damaged"]
    assert probe_photo(tmp_path / "flat.jpg").blank is False


@pytest.mark.requirement("C14")
def test_an_archive_behind_the_picture_is_an_error(tmp_path, files, rules):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("secret.txt", "x" * 100)
    (tmp_path / "a.jpg").write_bytes((files / "good.jpg").read_bytes() + (tmp_path / "a.zip").read_bytes())

    facts = probe_photo(tmp_path / "a.jpg")

    assert facts.trailing == "zip"
    assert codes(judge_photo(facts, CAPTION, rules.photo)) == ["photo.archive"]


@pytest.mark.requirement("C14")
@pytest.mark.parametrize("filler", [b"\0", b"\xab"])
def test_padding_does_not_make_a_photo_larger(tmp_path, rules, filler):
    make_jpeg(tmp_path / "a.jpg", 2000, 1500, 0)
    with (tmp_path / "a.jpg").open("ab") as stream:
        stream.write(filler * 2_000_000)

    findings = judge_photo(probe_photo(tmp_path / "a.jpg"), CAPTION, rules.photo)

    assert [(f.code, f.severity) for f in findings] == [
        ("photo.size", Severity.ERROR),
        ("photo.appended", Severity.WARNING),
    ]


@pytest.mark.requirement("C3")
def test_pictures_and_films_that_phones_append_are_fine(tmp_path, files, rules):
    photo = (files / "good.jpg").read_bytes()
    (tmp_path / "multi.jpg").write_bytes(photo + plain_jpeg())
    (tmp_path / "motion.jpg").write_bytes(photo + (files / "good.mp4").read_bytes())

    facts = [probe_photo(tmp_path / name) for name in ("multi.jpg", "motion.jpg")]

    assert [(f.multi_picture, f.trailing) for f in facts] == [(True, ""), (False, "motion")]
    assert [judge_photo(f, CAPTION, rules.photo) for f in facts] == [[], []]


@pytest.mark.requirement("C3")
def test_messenger_copies_get_advice_only(tmp_path, rules):
    make_jpeg(tmp_path / "mmexport1684050000.jpg", 2560, 1440, 2_000_000, camera="")

    findings = judge_photo(probe_photo(tmp_path / "mmexport1684050000.jpg"), CAPTION, rules.photo)

    assert [(f.code, f.severity) for f in findings] == [("photo.recompressed", Severity.ADVICE)]


@pytest.mark.requirement("C3")
def test_decompression_bombs_are_refused_unread(tmp_path, rules):
    # A PNG that claims 60 000 × 60 000 pixels in a few bytes, and a JPEG whose frame says the same.
    data = bytearray(plain_jpeg(kind="PNG"))
    data[16:24] = struct.pack(">II", 60_000, 60_000)
    (tmp_path / "a.jpg").write_bytes(data)
    jpeg = bytearray(plain_jpeg())
    frame = jpeg.index(b"\xff\xc0")
    jpeg[frame + 5 : frame + 9] = struct.pack(">HH", 60_000, 60_000)
    (tmp_path / "b.jpg").write_bytes(jpeg)

    for name in ("a.jpg", "b.jpg"):
        facts = probe_photo(tmp_path / name)
        assert decode_photo(tmp_path / name, facts, rules.photo.max_pixels).decodable is None
        assert "photo.pixels" in codes(judge_photo(facts, CAPTION, rules.photo))


def test_empty_files_are_said_to_be_empty(tmp_path, rules):
    (tmp_path / "a.jpg").write_bytes(b"")

    assert codes(judge_photo(probe_photo(tmp_path / "a.jpg"), CAPTION, rules.photo)) == ["file.empty"]


@pytest.mark.requirement("C14")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(kind=st.sampled_from(["JPEG", "PNG", "WEBP", "TIFF", "MPO"]), data=st.data())
def test_probe_photo_never_raises_on_mutated_pictures(tmp_path, rules, kind, data):
    content = bytearray(plain_jpeg(kind=kind))
    for _ in range(data.draw(st.integers(0, 6))):
        content[data.draw(st.integers(2, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(4, len(content)))
    path = tmp_path / "m.jpg"
    path.write_bytes(bytes(content[:cut]) + data.draw(st.binary(max_size=40)))

    judge_photo(probe_photo(path), "", rules.photo)


@given(st.sampled_from([b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08"]), st.binary(max_size=200))
def test_read_tiff_never_raises(head, rest):
    read_tiff(head + rest)
