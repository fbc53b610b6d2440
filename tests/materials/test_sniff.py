import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillweek.materials.sniff import FORMATS, claimed_format, sniff, sniff_path

from .make import box, make_docx, make_sheet, plain_jpeg, plain_mp4


@pytest.mark.requirement("C14")
@pytest.mark.parametrize(
    ("head", "name"),
    [
        (plain_jpeg(), "jpeg"),
        (plain_jpeg(kind="PNG"), "png"),
        (plain_jpeg(kind="WEBP"), "webp"),
        (plain_jpeg(kind="GIF"), "gif"),
        (plain_jpeg(kind="BMP"), "bmp"),
        (plain_jpeg(kind="TIFF"), "tiff"),
        (plain_jpeg(kind="MPO"), "jpeg"),
        (box(b"ftyp", b"heic\0\0\0\0mif1heic"), "heic"),
        (box(b"ftyp", b"mif1\0\0\0\0mif1avif"), "avif"),
        (box(b"ftyp", b"qt  \0\0\0\0qt  "), "mov"),
        (box(b"ftyp", b"isom\0\0\0\0isomavc1"), "mp4"),
        (box(b"moov", b"\0" * 20), "mov"),
        (b"RIFF\0\0\0\0AVI LIST", "avi"),
        (b"\x1a\x45\xdf\xa3\x01\0\0\0\0\0\0\x1fB\x82\x84webm", "webm"),
        (b"\x1a\x45\xdf\xa3\x01\0\0\0\0\0\0\x1fB\x82\x88matroska", "mkv"),
        (b"FLV\x01\x05", "flv"),
        (b"%PDF-1.7", "pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),
        (b"Rar!\x1a\x07\x00", "rar"),
        ("职业教育活动周".encode(), "txt"),
        ("职业教育活动周".encode("gb18030"), "txt"),
        ("职业教育".encode("utf-16"), "txt"),
        (b"<!DOCTYPE html><html>", "html"),
        (b"\0\1\2\3\4\5", "unknown"),
        (b"", "empty"),
    ],
)
def test_sniff_names_the_content(head, name):
    assert sniff(head) == name


@pytest.mark.requirement("C14")
def test_sniff_path_tells_office_files_from_zips(tmp_path):
    make_docx(tmp_path / "a.jpg", 10)
    make_sheet(tmp_path / "b.zip", [["a"]])
    with zipfile.ZipFile(tmp_path / "c.docx", "w") as archive:
        archive.writestr("a.txt", "a")

    assert [sniff_path(tmp_path / name) for name in ("a.jpg", "b.zip", "c.docx")] == ["docx", "xlsx", "zip"]


@pytest.mark.requirement("C14")
@given(st.binary(max_size=5000), st.binary(max_size=200))
def test_sniff_never_raises(head, tail):
    assert sniff(head, tail) in FORMATS


@given(st.sampled_from([b"ftyp", b"RIFF", b"PK\x03\x04", b"\xff\xd8\xff", b"\x1a\x45\xdf\xa3"]), st.binary(max_size=64))
def test_sniff_never_raises_after_a_known_start(start, rest):
    assert sniff(start + rest) in FORMATS
    assert sniff(b"\0\0\0\x18" + start + rest) in FORMATS


def test_claimed_format_reads_the_ending():
    assert [claimed_format(name) for name in ("a.JPG", "a.jpeg", "b.tar.mp4", "x", "y.unheard")] == [
        "jpeg", "jpeg", "mp4", "", "",
    ]  # fmt: skip


def test_plain_files_are_what_they_claim():
    assert sniff(plain_mp4()) == "mp4"


@pytest.mark.requirement("C7")
def test_an_archive_that_holds_an_office_file_unpacked_is_an_archive(tmp_path):
    office = make_docx(tmp_path / "a.docx", 10).read_bytes()
    with zipfile.ZipFile(tmp_path / "package.zip", "w") as archive:
        archive.writestr("文字稿件/概况.docx", office)
    with zipfile.ZipFile(tmp_path / "large.zip", "w") as archive:
        archive.writestr("文字稿件/概况.docx", office)
        for number in range(3000):
            archive.writestr(f"照片/很长的文件名很长的文件名很长的文件名-{number:05}.jpg", b"x")

    cut = (tmp_path / "package.zip").read_bytes()[:4096]

    assert [sniff_path(tmp_path / name) for name in ("package.zip", "large.zip")] == ["zip", "zip"]
    assert (sniff(cut), sniff(office[:4096])) == ("zip", "docx")
