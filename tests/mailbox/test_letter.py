"""Mails taken apart: wrapped, nested, damaged, large (C8)."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillweek.mailbox.parsing.letter import Letter, TooLarge, read_letter
from tests.mailbox.make import attachment, b64, heavy_photo, mail, multipart, photo, tnef, word, words, zipped

pytestmark = pytest.mark.requirement("C8")
_MIB = 1024 * 1024


def _read(tmp_path: Path, raw: bytes, most: int = 200 * _MIB) -> Letter:
    path = tmp_path / "mail.eml"
    path.write_bytes(raw)
    folder = tmp_path / "files"
    folder.mkdir(exist_ok=True)
    return read_letter(path, folder, max_bytes=most)


def _files(letter: Letter) -> dict[str, bytes]:
    return {one.path: one.file.read_bytes() for one in letter.files}


def _problems(letter: Letter) -> list[tuple[str, str]]:
    return [(one.name, one.code) for one in letter.problems]


def test_a_mail_of_raw_gbk_headers_is_read(tmp_path: Path) -> None:
    name = "开幕式.jpg".encode("gbk")
    raw = mail([words("见附件"), attachment(name, photo())], subject="第一职业学校5月14日材料".encode("gbk"))

    letter = _read(tmp_path, raw)

    assert (letter.subject, letter.from_name, letter.from_email) == (
        "第一职业学校5月14日材料",
        "陈老师",
        "chen@example.org",
    )
    assert (letter.text, _files(letter)) == ("见附件", {"开幕式.jpg": photo()})


def test_winmail_dat_gives_its_files_under_their_long_names_and_its_words(tmp_path: Path) -> None:
    wrapped = tnef({"学生茶艺展示.jpg": photo(), "稿件.txt": "茶香".encode()}, body="5月14日的材料")
    raw = mail([attachment(b"winmail.dat", wrapped, b"application/ms-tnef")])

    letter = _read(tmp_path, raw)

    assert _files(letter) == {"学生茶艺展示.jpg": photo(), "稿件.txt": "茶香".encode()}
    assert (letter.text, letter.problems) == ("5月14日的材料", [])


@pytest.mark.parametrize("cut", [0, 3, 40, 300])
def test_a_damaged_winmail_dat_gives_what_stands_before_the_damage_or_says_so(tmp_path: Path, cut: int) -> None:
    whole = tnef({"一.jpg": photo(), "二.jpg": photo(1)})

    letter = _read(
        tmp_path,
        mail([words("见附件"), attachment(b"winmail.dat", whole[: len(whole) - cut] if cut > 3 else b"x" * cut)]),
    )

    kept = {"一.jpg": photo(), "二.jpg": photo(1)} if cut == 40 else {"一.jpg": photo()}
    assert (_files(letter), _problems(letter)) == ((kept, []) if cut > 3 else ({}, [("winmail.dat", "tnef")]))


def test_a_zip_in_a_zip_with_gbk_names_is_unpacked_and_what_is_unsafe_is_named(tmp_path: Path) -> None:
    inner = zipped({"照片/茶艺.jpg": photo(), "../外面.jpg": photo(1)}, "gbk")
    outer = zipped({"材料/内层.zip": inner, "材料/稿.txt": "稿".encode(), "__MACOSX/._稿.txt": b"x"})

    letter = _read(tmp_path, mail([attachment("全部材料.zip".encode("gbk"), outer, b"application/zip")]))

    assert _files(letter) == {"全部材料/材料/内层/照片/茶艺.jpg": photo(), "全部材料/材料/稿.txt": "稿".encode()}
    assert _problems(letter) == [("全部材料/材料/内层/../外面.jpg", "zip")]


def test_archives_that_cannot_be_read_and_empty_files_are_named(tmp_path: Path) -> None:
    deep = zipped({"a.jpg": photo()})
    for _level in range(4):
        deep = zipped({"下一层.zip": deep})
    parts = [
        attachment("照片.rar".encode("gbk"), b"Rar!\x1a\x07\x00" + b"x" * 50),
        attachment("视频.7z".encode("gbk"), b"7z\xbc\xaf\x27\x1c" + b"x" * 50),
        attachment("坏的.zip".encode("gbk"), b"PK\x03\x04" + b"x" * 50),
        attachment("空.jpg".encode("gbk"), b""),
        attachment("很深.zip".encode("gbk"), deep),
    ]

    letter = _read(tmp_path, mail(parts))

    assert _files(letter) == {}
    assert _problems(letter) == [
        ("照片.rar", "rar"), ("视频.7z", "7z"), ("坏的.zip", "zip"), ("空.jpg", "empty"),
        ("很深/下一层/下一层/下一层.zip", "deep"),
    ]  # fmt: skip


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("照片.jpg", b"\0" * (30 * _MIB))

    letter = _read(tmp_path, mail([attachment(b"a.zip", out.getvalue())]))

    assert (_files(letter), _problems(letter)) == ({}, [("a/照片.jpg", "zip")])
    with pytest.raises(TooLarge):
        _read(tmp_path, mail([attachment(b"a.jpg", heavy_photo(2 * _MIB))]), most=_MIB)


def test_forwarded_mails_give_their_files_and_words(tmp_path: Path) -> None:
    inner = mail([words("茶艺展示现场。"), attachment(word("茶艺.jpg"), photo())], sender="li@example.org")
    parts = [
        words("转给您。"),
        b"Content-Type: message/rfc822\r\n\r\n" + inner,
        b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + b64(mail([attachment(word("烘焙.jpg"), photo(1))])),
    ]

    letter = _read(tmp_path, mail(parts, subject="转发：材料"))

    assert (letter.from_email, _files(letter)) == ("chen@example.org", {"茶艺.jpg": photo(), "烘焙.jpg": photo(1)})
    assert "茶艺展示现场。" in letter.full_text


def test_pictures_of_signatures_are_left_out_and_photos_in_the_body_are_taken(tmp_path: Path) -> None:
    html = words('<p>见图</p><img src="cid:logo"><img src="cid:big">', "utf-8", "utf-8", "html")
    small = attachment(b"image001.jpg", photo(), b"image/jpeg", b"Content-ID: <logo>\r\n")
    large = attachment("现场.jpg".encode("gbk"), heavy_photo(200_000), b"image/jpeg", b"Content-ID: <big>\r\n")
    body = multipart([multipart([words("见图"), html], "alternative", "b2"), small, large], "related", "b1")

    letter = _read(tmp_path, mail([body, attachment(word("茶艺.jpg"), photo(), b"image/jpeg")]))

    assert (sorted(_files(letter)), letter.text) == (["现场.jpg", "茶艺.jpg"], "见图")


def test_two_files_of_one_name_are_both_kept(tmp_path: Path) -> None:
    letter = _read(tmp_path, mail([attachment(b"IMG_1.jpg", photo()), attachment(b"IMG_1.jpg", photo(1))]))

    assert _files(letter) == {"IMG_1.jpg": photo(), "IMG_1（2）.jpg": photo(1)}


def test_a_mail_of_40_mb_is_never_held_in_memory(tmp_path: Path) -> None:
    data = heavy_photo(40 * _MIB)
    path, folder = tmp_path / "large.eml", tmp_path / "files"
    path.write_bytes(mail([words("5月14日"), attachment(word("大图.jpg"), data)]))
    folder.mkdir()

    tracemalloc.start()
    letter = read_letter(path, folder, max_bytes=200 * _MIB)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert [one.size for one in letter.files] == [len(data)]
    assert letter.files[0].file.read_bytes() == data
    assert peak < 12 * _MIB


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_no_damage_breaks_the_reader(tmp_path: Path, data: st.DataObject) -> None:
    inner = tnef({"一.jpg": b"x" * 100}, body="正文")
    raw = bytearray(
        mail([words("见附件"), attachment(b"winmail.dat", inner), attachment(b"a.zip", zipped({"稿.txt": b"abc"}))])
    )
    for _number in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 60))] = data.draw(st.binary(max_size=30))

    assert isinstance(_read(tmp_path, bytes(raw)).subject, str)
