"""Archives from anywhere: what is not whole, not true or not harmless is refused as a whole (A8)."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillweek.activities.models import Activity
from skillweek.archive.exporting import open_export, write_folder
from skillweek.archive.importing import import_archive
from skillweek.archive.models import ArchiveImport
from skillweek.archive.package import ArchiveRefused
from skillweek.archive.tables import skillweek_models
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, User
from skillweek.uploads.models import StoredFile
from tests.archive import make


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the good archive is kept between the tests: made once."""
    return tmp_path_factory.mktemp("good") / "archive"


@pytest.fixture
def folder(kept: Path, request: pytest.FixtureRequest, tmp_path: Path, db: None) -> Path:
    """A good archive as a folder, and an installation that is empty."""
    if not kept.exists():
        week = make.week(request.getfixturevalue("tree"), request.getfixturevalue("edition"), tmp_path)
        write_folder(open_export(week.edition, by=None), kept)
        make.empty_the_installation()
        shutil.rmtree(default_storage.location)
    shutil.copytree(kept, tmp_path / "archive")
    return tmp_path / "archive"


def signed_again(folder: Path) -> None:
    """Make the checksums right again, as somebody would who changes an archive on purpose."""
    lines = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in ("manifest.json", "sha256sums.txt"):
            lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n")
    (folder / "sha256sums.txt").write_text("".join(lines), encoding="utf-8")
    change_manifest(folder, {"sha256sums.txt": hashlib.sha256("".join(lines).encode()).hexdigest()})


def change_manifest(folder: Path, values: dict[str, Any]) -> None:
    """Replace parts of the manifest."""
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **values}), encoding="utf-8")


def change_line(folder: Path, table: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the first line of a table."""
    path = folder / "data" / f"{table}.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    first = json.loads(lines[0])
    change(first)
    path.write_text("\n".join([json.dumps(first, ensure_ascii=False), *lines[1:]]) + "\n", encoding="utf-8")
    signed_again(folder)


def zipped(folder: Path, target: Path) -> Path:
    """The folder as a zip."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
    return target


def refused(source: Path, match: str) -> None:
    """The archive is refused with these words, and nothing of it is here."""
    with pytest.raises(ArchiveRefused, match=match):
        import_archive(source, actor=None)
    rows = {model._meta.label: model._base_manager.count() for model in skillweek_models()}
    assert {label: number for label, number in rows.items() if number} == {}
    root = Path(default_storage.location)
    assert [path for path in root.rglob("*") if path.is_file()] == []


def test_the_unharmed_archive_is_taken(folder: Path, tmp_path: Path) -> None:
    signed_again(folder)
    assert import_archive(zipped(folder, tmp_path / "good.zip"), actor=None).differences == []


def test_half_a_file_is_refused(folder: Path, tmp_path: Path) -> None:
    path = zipped(folder, tmp_path / "half.zip")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    refused(path, "不完整或已损坏")
    path.write_bytes(b"")
    refused(path, "不完整或已损坏")
    refused(tmp_path / "nowhere.zip", "找不到")


def test_another_zip_is_no_archive(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "other.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("材料/茶艺.jpg", b"x")
    refused(path, "这不是职教周平台的归档")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(min_value=0, max_value=0.999), flip=st.integers(min_value=1, max_value=255))
def test_a_changed_byte_anywhere_is_found(folder: Path, place: float, flip: int) -> None:
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    sizes = [path.stat().st_size for path in paths]
    offset = int(place * sum(sizes))
    path = paths[0]
    for path, size in zip(paths, sizes, strict=True):  # noqa: B007 - the one that the offset lies in
        if offset < size:
            break
        offset -= size
    good = path.read_bytes()
    try:
        path.write_bytes(good[:offset] + bytes([good[offset] ^ flip]) + good[offset + 1 :])
        refused(folder, "校验值|改动|缺失")
    finally:
        path.write_bytes(good)


def test_a_changed_byte_in_a_zip_is_found(folder: Path, tmp_path: Path) -> None:
    path = zipped(folder, tmp_path / "changed.zip")
    with zipfile.ZipFile(path) as archive:
        info = next(info for info in archive.infolist() if info.filename.startswith("files/"))
    data = bytearray(path.read_bytes())
    data[info.header_offset + 30 + len(info.filename) + 100] ^= 1
    path.write_bytes(bytes(data))
    refused(path, "不完整或已损坏")


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/outside.txt", "data/../../outside.txt", "C:\\outside.txt"])
def test_a_path_that_leads_elsewhere_is_refused(folder: Path, tmp_path: Path, name: str) -> None:
    path = zipped(folder, tmp_path / "evil.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, b"evil")
    refused(path, "不能接受")
    assert not list(tmp_path.parent.rglob("outside.txt"))


def test_a_zip_bomb_is_refused(folder: Path, tmp_path: Path) -> None:
    path = zipped(folder, tmp_path / "bomb.zip")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("files/00/bomb", b"\0" * 40_000_000)
    refused(path, "压缩炸弹|多出")


def test_a_link_in_a_folder_is_refused(folder: Path) -> None:
    (folder / "files" / "link").symlink_to("/etc/hostname")
    refused(folder, "链接")


@pytest.mark.parametrize(
    ("harm", "match"),
    [
        (lambda folder: (folder / "data" / "people.jsonl").unlink(), "缺少"),
        (lambda folder: (folder / "more.txt").write_text("x"), "多出"),
        (lambda folder: (folder / "manifest.json").unlink(), "manifest.json"),
        (lambda folder: (folder / "manifest.json").write_text("[1]"), "这不是职教周平台的归档"),
        (lambda folder: change_manifest(folder, {"version": 99}), "第 99 版.*升级"),
        (lambda folder: change_manifest(folder, {"format": "zip"}), "这不是职教周平台的归档"),
        (lambda folder: change_manifest(folder, {"edition": {}}), "manifest.json 不完整"),
        (lambda folder: change_manifest(folder, {"edition": {"slug": "../x"}}), "manifest.json 不完整"),
        (lambda folder: change_manifest(folder, {"missing": [[1]]}), "manifest.json 不完整"),
        (lambda folder: change_manifest(folder, {"damaged": {"files": 1}}), "manifest.json 不完整"),
        (lambda folder: change_manifest(folder, {"counts": {"reports.DailyReport": 7}}), "应有.*实际"),
    ],
)
def test_what_is_missing_too_much_or_newer_is_refused(folder: Path, harm: Callable[[Path], Any], match: str) -> None:
    harm(folder)
    refused(folder, match)


@pytest.mark.parametrize(
    ("table", "change", "match"),
    [
        ("reports.dailyreport", lambda line: line.update(state="wonderful"), "第 1 行.*“state”的值不对"),
        ("reports.dailyreport", lambda line: line.update(organisation="NOBODY"), "“organisation”指向归档里没有的内容"),
        ("reports.reportitem", lambda line: line.update(report=10**9), "“report”指向归档里没有的内容"),
        ("reports.reportitem", lambda line: line.update(link="javascript:alert(1)"), "“link”的值不对"),
        ("reports.dailyreport", lambda line: line.update(is_admin=True), "不认识的一项“is_admin”"),
        ("activities.session", lambda line: line.update(starts_at="yesterday"), "“starts_at”的值不对"),
        ("activities.activity", lambda line: line.update(title="x" * 100_000), "“title”的值不对"),
        ("activities.activity", lambda line: line.update(title="a\0b"), "“title”的值不对"),
        ("publicity.story", lambda line: line.update(draft={"credits": 5}), "内容的形式不对"),
        ("uploads.storedfile", lambda line: line.update(sha256="0" * 64), "缺少文件《.*》的原件"),
        ("uploads.storedfile", lambda line: line.update(key="not-an-id"), "的值不对"),
    ],
)
def test_a_line_that_is_not_right_names_its_file_and_number(
    folder: Path, table: str, change: Callable[[dict[str, Any]], None], match: str
) -> None:
    change_line(folder, table, change)
    refused(folder, match)


def test_bytes_that_are_no_text_are_refused(folder: Path) -> None:
    path = folder / "data" / "people.jsonl"
    path.write_bytes(b"\xff\xfe\x00" + path.read_bytes())
    signed_again(folder)
    refused(folder, "people.jsonl 第 1 行有误：不是 JSON")
    (folder / "sha256sums.txt").write_bytes(b"\xff\xfe" * 10)
    change_manifest(folder, {"sha256sums.txt": hashlib.sha256(b"\xff\xfe" * 10).hexdigest()})
    refused(folder, "sha256sums.txt 第 1 行有误")


def test_a_line_without_an_end_is_not_read_whole(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from skillweek.archive import package

    monkeypatch.setattr(package, "_ROW", 20)
    refused(folder, "第 1 行有误：不是 JSON")


def test_no_unit_below_the_top_becomes_the_host(folder: Path) -> None:
    """Who manages a second host would manage everything."""
    path = folder / "data" / "organisations.jsonl"
    lines = [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()]
    lines[-1]["kind"] = "host"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    signed_again(folder)
    refused(folder, f"第 {len(lines)} 行有误：只有最上级是主办单位")


@pytest.mark.parametrize("key", [True, -1, 2**63])
def test_people_have_keys_that_can_be(folder: Path, key: int) -> None:
    change_line(folder, "people", lambda line: line.update(key=key))
    refused(folder, "people.jsonl 第 1 行有误")


def test_no_line_chooses_where_a_file_goes(folder: Path) -> None:
    change_line(folder, "uploads.storedfile", lambda line: line.update(name="../../../evil.jpg"))
    imported = import_archive(folder, actor=None).edition
    keys = StoredFile.objects.filter(edition=imported).values_list("pk", "key")
    assert all(key == f"files/{imported.slug}/{pk.hex[:2]}/{pk}" for pk, key in keys)


def test_scripts_in_texts_do_not_come_in(folder: Path) -> None:
    evil = "<p>好</p><script>alert(1)</script><img src=x onerror=alert(1)>"
    change_line(folder, "activities.activity", lambda line: line.update(description=evil))
    change_line(folder, "summaries.summary", lambda line: line.update(body=evil))
    change_line(folder, "publicity.story", lambda line: line["live"].update(body=evil))
    change_line(folder, "content.page", lambda line: line["live"].update(body=evil))
    change_line(folder, "notices.notice", lambda line: line["draft"].update(body=evil))
    imported = import_archive(folder, actor=None).edition
    texts = [
        *Activity.objects.filter(edition=imported).values_list("description", flat=True),
        *imported.summaries.values_list("body", flat=True),
    ]
    for model in ("publicity.Story", "content.Page", "notices.Notice"):
        for row in apps.get_model(model).objects.filter(edition=imported):
            texts += [row.draft.get("body", ""), row.live.get("body", "")]
    assert not any("script" in text or "onerror" in text for text in texts)
    assert any("好" in text for text in texts)


def test_a_file_that_breaks_on_the_way_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from skillweek.uploads import storage

    real, calls = storage.put, []

    def full_disk(path: Path, key: str) -> None:
        if calls:
            raise OSError(28, "No space left on device")
        calls.append(key)
        real(path, key)

    monkeypatch.setattr(storage, "put", full_disk)
    with pytest.raises(OSError, match="No space"):
        import_archive(folder, actor=None)
    assert calls
    assert (Edition.objects.count(), Organisation.objects.count(), User.objects.count()) == (0, 0, 0)
    assert (ArchiveImport.objects.count(), AuditEvent.objects.count()) == (0, 0)
    assert [path for path in Path(default_storage.location).rglob("*") if path.is_file()] == []
