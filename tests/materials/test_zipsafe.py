import struct
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillweek.materials.zipsafe import Limits, SafeZip, UnsafeZipError, decode_name, safe_path

from .make import make_zip


@pytest.mark.requirement("C7")
@pytest.mark.parametrize("flag_utf8", [False, True])
def test_names_in_gbk_and_utf8_are_read_whatever_the_flag_says(tmp_path, flag_utf8):
    names = ["照片资料/茶艺展示.jpg".encode("gb18030"), "文字稿件/活动概况.txt".encode()]
    make_zip(tmp_path / "a.zip", dict.fromkeys(names, b"x" * 10), flag_utf8=flag_utf8)

    with SafeZip(tmp_path / "a.zip") as archive:
        assert [entry.path for entry in archive.entries] == ["照片资料/茶艺展示.jpg", "文字稿件/活动概况.txt"]
        for entry in archive.entries:
            archive.extract(entry, tmp_path / "out")
            assert (tmp_path / "out").read_bytes() == b"x" * 10


@pytest.mark.requirement("C7")
@pytest.mark.parametrize(
    "name", ["../../escape.jpg", "/etc/escape.jpg", "a/../../b.jpg", "C:\\windows\\a.jpg", "..\\..\\up.jpg"]
)
def test_entries_that_lead_outside_are_refused_and_the_rest_stays(tmp_path, name):
    make_zip(tmp_path / "a.zip", {name: b"x", "good/good.txt": b"y"})

    with SafeZip(tmp_path / "a.zip") as archive:
        assert [entry.path for entry in archive.entries] == ["good/good.txt"]
        assert [refused.reason for refused in archive.refused] == ["文件名指向压缩包以外的位置"]


@pytest.mark.requirement("C7")
def test_links_and_locked_entries_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        link = zipfile.ZipInfo("link.jpg")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/hostname")
        archive.writestr("twice.txt", "1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("twice.txt", "2")

    with SafeZip(tmp_path / "a.zip") as safe:
        assert [entry.path for entry in safe.entries] == ["twice.txt"]
        assert [refused.reason for refused in safe.refused] == ["是指向别处的链接", "与另一个文件同名"]


@pytest.mark.requirement("C7")
def test_bombs_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.jpg", bytes(20_000_000))
        archive.writestr("fine.txt", bytes(500_000))

    with SafeZip(tmp_path / "a.zip") as safe:
        assert [entry.path for entry in safe.entries] == ["fine.txt"]
        assert safe.refused[0].reason == "像是压缩炸弹"
    for limits in (Limits(total_bytes=1000, ratio_free_bytes=10**9), Limits(entries=1), Limits(directory_bytes=50)):
        with pytest.raises(UnsafeZipError):
            SafeZip(tmp_path / "a.zip", limits)


@pytest.mark.requirement("C7")
def test_an_entry_that_lies_about_its_size_is_stopped(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", bytes(range(256)) * 4000)
    data = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(data.replace(struct.pack("<I", 1_024_000), struct.pack("<I", 1000)))

    with SafeZip(tmp_path / "a.zip") as safe, pytest.raises(UnsafeZipError):
        safe.extract(safe.entries[0], tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.requirement("C7")
def test_entries_that_share_their_data_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("aaaa.txt", "x" * 1000)
        archive.writestr("bbbb.txt", "y" * 1000)
    data = bytearray((tmp_path / "a.zip").read_bytes())
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    data[second + 42 : second + 46] = bytes(4)
    (tmp_path / "a.zip").write_bytes(data)

    with SafeZip(tmp_path / "a.zip") as safe:
        assert safe.entries == []
        assert {refused.reason for refused in safe.refused} == {"与另一个文件共用数据"}


@pytest.mark.requirement("C7")
@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 not really", b"PK\x05\x06" + b"\xff" * 18])
def test_what_is_no_zip_is_refused(tmp_path, data):
    (tmp_path / "a.zip").write_bytes(data)

    with pytest.raises(UnsafeZipError):
        SafeZip(tmp_path / "a.zip")


@pytest.mark.requirement("C7")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(data=st.data())
def test_mutated_zips_raise_their_own_error_only(tmp_path, data):
    path = make_zip(tmp_path / "m.zip", {"照片/茶艺.jpg": b"abc" * 50, "../up/up.txt": b"z" * 30})
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(0, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)

    try:
        with SafeZip(path) as safe:
            for entry in safe.entries:
                safe.extract(entry, tmp_path / "out")
    except UnsafeZipError as error:
        assert error.reason and error.reason_en


@pytest.mark.requirement("C7")
@given(st.text())
def test_safe_path_never_leads_outside(name):
    try:
        path = safe_path(name)
    except UnsafeZipError:
        return
    assert not path.startswith("/")
    assert ".." not in path.split("/")
    assert "\\" not in path


@given(st.binary(max_size=100))
def test_decode_name_never_raises(raw):
    assert isinstance(decode_name(raw), str)


@given(st.text(alphabet="照片资料茶艺展示文字稿件媒体报道校园开放日联通", min_size=2, max_size=12))
def test_decode_name_reads_chinese_in_both_encodings(name):
    assert decode_name(name.encode()) == name
    assert decode_name(name.encode("gb18030")) == name
