"""What the archive holds is judged by ``skillweek check`` exactly as the site judged it (C7, C13)."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from skillweek.editions.models import Edition
from skillweek.materials.checking import CheckReport, check_path
from skillweek.organisations.models import Organisation, User
from skillweek.reports.archive import archive_reports, open_archive
from skillweek.reports.archive_entries import entries_of
from skillweek.reports.findings import live_items, refresh_findings
from skillweek.reports.models import DailyReport, ReportItem
from skillweek.site.samples import make_manuscript, make_photo, make_video, sample_text
from skillweek.uploads.domain import store_local_file
from skillweek.uploads.domain.check import check_stored_file
from skillweek.uploads.models import StoredFile
from tests import factories
from tests.reports.review import make

pytestmark = pytest.mark.requirement("C13")
_K = ReportItem.Kind
#: A small edition's rules, so that real files of every fault stay small.
RULES: dict[str, Any] = {
    **make.RULES,
    "photo": {"formats": ["jpeg"], "min_width": 400, "min_bytes": 20_000, "caption_required": True},
}


@pytest.fixture
def edition(db: None) -> Edition:
    """The invented edition with narrower limits."""
    return make.make_edition(material_rules=RULES)


@pytest.fixture
def store(edition: Edition, tree: factories.Tree) -> Callable[..., StoredFile]:
    """Take a file in as the site does: moved into storage, judged, decoded in full."""

    def take(path: Path, kind: str, name: str = "") -> StoredFile:
        Path(settings.SPOOL_ROOT).mkdir(parents=True, exist_ok=True)
        file = store_local_file(
            path, edition=edition, organisation=tree.school_a, user=None, kind=kind, name=name or path.name
        )
        assert check_stored_file(file.pk)
        file.refresh_from_db()
        return file

    return take


def _photo(folder: Path, name: str, width: int = 600, seed: int = 0) -> Path:
    return make_photo(folder / name, width=width, height=width * 2 // 3, min_bytes=30_000, seed=seed)


def _school_folder(tmp_path: Path, report: DailyReport, by: User) -> Path:
    """The school's own folder of the day, out of the archive as downloaded."""
    reports = archive_reports(DailyReport.objects.all(), report.edition, [report.day], accepted_only=False)
    target = tmp_path / "archive.zip"
    with target.open("wb") as handle:
        for part in open_archive(reports, report.edition, by=by, what={}):
            handle.write(part)
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path / "unpacked")
    school: Organisation = report.organisation
    return tmp_path / "unpacked" / report.day.isoformat() / school.district / school.name


def _codes(findings: list[dict[str, Any]]) -> Counter[tuple[str, str]]:
    return Counter((finding["code"], finding["severity"]) for finding in findings)


def _on_site(report: DailyReport) -> dict[str, Counter[tuple[str, str]]]:
    """Path in the school's folder → findings stored on the item."""
    refresh_findings(report)
    items = live_items(report)
    found = {}
    for entry in entries_of(items):
        if entry.item >= 0 and items[entry.item].kind != _K.COVERAGE:
            found[entry.path] = _codes(items[entry.item].findings)
    for number, item in enumerate((item for item in items if item.kind == _K.COVERAGE), start=1):
        path = f"媒体报道/{item.title or item.outlet or number}"
        while path in found:
            path += "（另一篇）"
        found[path] = _codes(item.findings)
    return found


def _in_check(checked: CheckReport) -> dict[str, Counter[tuple[str, str]]]:
    return {item.path: _codes([finding.as_dict() for finding in item.findings]) for item in checked.items}


def _same(tmp_path: Path, report: DailyReport, by: User) -> dict[str, Counter[tuple[str, str]]]:
    site = _on_site(report)
    folder = _school_folder(tmp_path, report, by)
    checked = check_path(folder, report.edition.material_rules, report.edition.slug, full=True)
    assert _in_check(checked) == site
    return site


def test_photos_and_videos_are_judged_alike(
    tree: factories.Tree, edition: Edition, reviewer: User, store: Callable[..., StoredFile], tmp_path: Path
) -> None:
    report = make.report(edition, tree.school_a)
    truncated = _photo(tmp_path, "截断.jpg", seed=3)
    truncated.write_bytes(truncated.read_bytes()[:25_000])
    png = tmp_path / "其实是PNG.jpg"
    _png(png)
    named = [
        (_photo(tmp_path, "茶艺展示.jpg", seed=1), "茶艺专业学生为社区居民演示冲泡"),
        (_photo(tmp_path, "窄.jpg", 300, seed=2), "护理专业学生为老人测量血压"),
        (truncated, "家电维修服务队在广场服务"),
        (png, "小学生走进木工坊"),
        (_photo(tmp_path, "没有说明.jpg", seed=4), ""),
        (_photo(tmp_path, "空话.jpg", seed=5), "IMG_1234"),
        (_photo(tmp_path, "IMG_0001.jpg", seed=6), "企业工程师走进课堂"),
        (_photo(tmp_path, "1.jpg", seed=7), "校企合作签约"),
        (_photo(tmp_path, "2.jpg", seed=8), ""),
    ]
    for path, caption in named:
        make.item(report, _K.PHOTO, file=store(path, "photo"), caption=caption)
    # Same names, and names that no Windows takes.
    make.item(report, _K.PHOTO, file=store(_photo(tmp_path, "x.jpg", seed=9), "photo", "茶艺展示.JPG"), caption="茶席")
    make.item(
        report, _K.PHOTO, file=store(_photo(tmp_path, "y.jpg", seed=10), "photo", "谁?在:这里.jpg"), caption="合影"
    )
    video = make_video(tmp_path / "短片.mp4", width=640, height=360, seconds=1)
    half = make_video(tmp_path / "半截.mp4", width=640, height=360, seconds=1)
    half.write_bytes(half.read_bytes()[:-200])
    make.item(report, _K.VIDEO, file=store(video, "video"), caption="开幕短片")
    make.item(report, _K.VIDEO, file=store(half, "video"), caption="")

    site = _same(tmp_path, report, reviewer)

    assert site["照片/茶艺展示.jpg"] == Counter()
    assert ("photo.width", "error") in site["照片/窄.jpg"]
    assert ("photo.truncated", "error") in site["照片/截断.jpg"]
    assert ("photo.caption", "error") in site["照片/没有说明.jpg"]
    assert sum(bool(found) for found in site.values()) >= 6


def _png(path: Path) -> None:
    from PIL import Image

    Image.effect_noise((600, 400), 60).save(path, "PNG")


def test_manuscripts_cases_and_typed_text_are_judged_alike(
    tree: factories.Tree, edition: Edition, reviewer: User, store: Callable[..., StoredFile], tmp_path: Path
) -> None:
    report = make.report(edition, tree.school_a)
    quoting = "据《示例晚报》报道，这里很热闹。" + sample_text(400)
    plain = tmp_path / "引用.txt"
    plain.write_bytes(quoting.encode("gb18030"))
    for number, kind in enumerate((_K.MANUSCRIPT, _K.CASE)):
        quoting += f"第{number}份。"
        make.item(report, kind, title="手打的稿件", text=sample_text(400, seed=30 + number))
        make.item(report, kind, title="太短", text=f"今天很热闹{number}。")
        make.item(report, kind, title="没写来源", text=quoting)
        make.item(report, kind, title="写了来源", text=f"{quoting}完。", source="示例晚报3月4日第二版")
        make.item(report, kind, title="", text=sample_text(620, seed=40 + number))
        if kind == _K.CASE:
            make.item(report, kind, title="空的", text="")
        make.item(report, kind, title="同名", text=sample_text(330, seed=50 + number))
        make.item(report, kind, title="同名", text=sample_text(290, seed=60 + number))
        make.item(report, kind, title="2023.5.14 总结", text=sample_text(400, seed=70 + number))
    make.item(report, file=store(make_manuscript(tmp_path / "文件稿.docx", 420), "manuscript"))
    make.item(report, file=store(make_manuscript(tmp_path / "短.docx", 100, seed=1), "manuscript"))
    make.item(report, file=store(plain, "manuscript"), source="示例晚报")
    odd = tmp_path / "其实是照片.docx"
    odd.write_bytes(_photo(tmp_path, "z.jpg", seed=11).read_bytes())
    make.item(report, file=store(odd, "manuscript"))
    make.item(
        report, file=store(make_manuscript(tmp_path / "照片清单.docx", 420, seed=6), "manuscript", "照片说明.docx")
    )

    site = _same(tmp_path, report, reviewer)

    assert site["文字稿件/手打的稿件.txt"] == Counter()
    assert ("manuscript.source", "warning") in site["文字稿件/没写来源.txt"]
    assert ("manuscript.source", "warning") not in site["典型案例/写了来源.txt"]
    assert ("manuscript.empty", "error") in site["典型案例/空的.txt"]


def test_coverage_is_judged_alike(
    tree: factories.Tree, edition: Edition, reviewer: User, store: Callable[..., StoredFile], tmp_path: Path
) -> None:
    report = make.report(edition, tree.school_a)

    def scan(number: int) -> StoredFile:
        return store(_photo(tmp_path, f"scan{number}.jpg", 300, seed=20 + number), "coverage")

    whole = {"outlet": "示例晚报", "level": "municipal", "title": "职教周开幕", "published_on": date(2031, 3, 4)}
    text = {"text": "示例晚报讯，活动周开幕。"}
    make.item(report, _K.COVERAGE, **whole, **text, file=scan(1), photo_file=scan(2), link="https://example.org/1")
    make.item(report, _K.COVERAGE, **whole, **text, file=scan(3))
    make.item(report, _K.COVERAGE, **{**whole, "level": "district"}, file=scan(4), photo_file=scan(5))
    make.item(report, _K.COVERAGE, **{**whole, "level": "", "title": "没有级别"}, file=scan(6), link="看这里")
    make.item(report, _K.COVERAGE, outlet="只有媒体名", file=scan(7))
    docx = store(make_manuscript(tmp_path / "扫描.docx", 300), "coverage")
    make.item(report, _K.COVERAGE, **{**whole, "title": "扫描件不对"}, **text, file=docx, photo_file=scan(8))
    make.item(report, _K.COVERAGE, **whole, **text)
    make.item(report, _K.COVERAGE, outlet="没有文件")

    site = _same(tmp_path, report, reviewer)

    assert site["媒体报道/职教周开幕"] == Counter()
    assert ("coverage.level", "error") in site["媒体报道/职教周开幕（另一篇）（另一篇）"]
    assert ("coverage.scan_format", "error") in site["媒体报道/扫描件不对"]


@pytest.mark.requirement("C14")
def test_the_same_file_twice_is_found_as_often(
    tree: factories.Tree, edition: Edition, reviewer: User, store: Callable[..., StoredFile], tmp_path: Path
) -> None:
    report = make.report(edition, tree.school_a)
    photo = _photo(tmp_path, "原图.jpg", seed=1).read_bytes()
    for name in ("一.jpg", "二.jpg", "三.jpg"):
        copy = tmp_path / name
        copy.write_bytes(photo)
        make.item(report, _K.PHOTO, file=store(copy, "photo"), caption="茶艺展示")
    for title in ("甲", "乙"):
        make.item(report, title=title, text=sample_text(400))

    site = _on_site(report)
    folder = _school_folder(tmp_path, report, reviewer)
    checked = check_path(folder, edition.material_rules, edition.slug, full=True)

    # Which of the copies is “the second” follows the form's order there and the names' order here.
    assert sum(_in_check(checked).values(), Counter()) == sum(site.values(), Counter())
    assert sum(site.values(), Counter()) == Counter({("file.duplicate", "warning"): 3})
