"""A school's package becomes items of its report (C7)."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.storage import default_storage

from skillweek.core.models import AuditEvent
from skillweek.notifications.models import Message
from skillweek.organisations.models import User
from skillweek.reports.domain.drafts import RemoveItem, save_changes
from skillweek.reports.domain.importing import run_import
from skillweek.reports.domain.items import add_item
from skillweek.reports.models import DailyReport, PackageImport, ReportItem
from skillweek.uploads.models import StoredFile
from tests.materials.make import make_zip
from tests.reports.importing.make import hand_in, manuscript, outcomes, photo, sheet, take, upload, video, zipped

pytestmark = pytest.mark.requirement("C7")
_K = ReportItem.Kind

SCHOOL_FOLDER = {
    "某校0303/文字稿件/概况.docx": manuscript("开放校园。" * 80),
    "某校0303/文字稿件/稿件清单.xlsx": sheet(["文件名", "引用来源"], ["概况.docx", "示例晚报 3月3日"]),
    "某校0303/文字稿件/通讯.txt": "\ufeff学生为居民服务。\n第二段。".encode(),
    "某校0303/典型案例/匠心.docx": manuscript("案例正文。" * 90),
    "某校0303/照片/第一组/IMG_1.jpg": photo(1),
    "某校0303/照片/第一组/IMG_10.jpg": photo(10),
    "某校0303/照片/第一组/IMG_2.jpg": photo(2),
    "某校0303/照片/第一组/图片说明.xlsx": sheet(
        ["文件名", "说明"],
        ["IMG_1.jpg", "学生茶艺展示"],
        ["IMG_2.jpg", "教师讲解木工"],
        ["IMG_10.jpg", "合影留念在校门"],
    ),
    "某校0303/视频/茶艺社展演.mp4": video(),
    "某校0303/媒体报道/报道清单.xlsx": sheet(
        ["媒体", "级别", "标题", "日期", "链接", "扫描件", "照片", "文稿"],
        [
            "示例日报",
            "市级",
            "职教周开幕",
            "2031-03-03",
            "https://example.com/1",
            "版面.png；版面2.png",
            "现场.jpg",
            "文稿.txt",
        ],
    ),
    "某校0303/媒体报道/版面.png": photo(31),
    "某校0303/媒体报道/版面2.png": photo(32),
    "某校0303/媒体报道/现场.jpg": photo(33),
    "某校0303/媒体报道/文稿.txt": "今天职教周开幕。".encode("gb18030"),
    "某校0303/Thumbs.db": b"x",
    "某校0303/统计.xlsx": sheet(["学生", "320"]),
}


def test_a_school_folder_becomes_items_with_captions_sources_and_coverage(draft: DailyReport, by: User) -> None:
    package = take(draft, by, SCHOOL_FOLDER)

    items = draft.items.order_by("kind", "position")
    texts = ("kind", "title", "text", "caption", "source", "file__name")
    assert (package.state, package.message) == (PackageImport.State.DONE, "")
    assert list(items.exclude(kind=_K.COVERAGE).values_list(*texts)) == [
        ("case", "", "", "", "", "匠心.docx"),
        ("manuscript", "", "", "", "示例晚报 3月3日", "概况.docx"),
        ("manuscript", "通讯", "学生为居民服务。\n第二段。", "", "", None),
        ("photo", "", "", "学生茶艺展示", "", "IMG_1.jpg"),
        ("photo", "", "", "教师讲解木工", "", "IMG_2.jpg"),
        ("photo", "", "", "合影留念在校门", "", "IMG_10.jpg"),
        ("video", "", "", "茶艺社展演", "", "茶艺社展演.mp4"),
    ]
    coverage = items.get(kind=_K.COVERAGE)
    assert (coverage.outlet, coverage.level, coverage.title, coverage.published_on, coverage.link, coverage.text) == (
        "示例日报", "municipal", "职教周开幕", date(2031, 3, 3), "https://example.com/1", "今天职教周开幕。",
    )  # fmt: skip
    assert (coverage.file.name, coverage.photo_file.name) == ("版面.png", "现场.jpg")
    with default_storage.open(coverage.photo_file.key) as handle:
        assert handle.read() == photo(33)


def test_the_outcome_names_every_file_and_why_it_was_left(draft: DailyReport, by: User) -> None:
    package = take(draft, by, SCHOOL_FOLDER)

    root = "某校0303"
    assert outcomes(package) == {
        f"{root}/文字稿件/概况.docx": "added",
        f"{root}/文字稿件/稿件清单.xlsx": "used",
        f"{root}/文字稿件/通讯.txt": "added",
        f"{root}/典型案例/匠心.docx": "added",
        f"{root}/照片/第一组/IMG_1.jpg": "added",
        f"{root}/照片/第一组/IMG_2.jpg": "added",
        f"{root}/照片/第一组/IMG_10.jpg": "added",
        f"{root}/照片/第一组/图片说明.xlsx": "used",
        f"{root}/视频/茶艺社展演.mp4": "added",
        f"{root}/媒体报道/职教周开幕": "added",
        f"{root}/媒体报道/报道清单.xlsx": "used",
        f"{root}/媒体报道/版面2.png": "skipped",
        f"{root}/统计.xlsx": "skipped",
    }
    rows = {row["path"]: row for row in package.outcome}
    assert rows[f"{root}/媒体报道/版面2.png"]["message"] == "一篇报道只放一份扫描件，已采用第一份。"
    photo_row = rows[f"{root}/照片/第一组/IMG_1.jpg"]
    item = draft.items.get(client_id=photo_row["item"])
    assert (item.caption, photo_row["findings"]) == ("学生茶艺展示", item.findings)
    assert (package.done_count, package.total_count) == (9, 9)


def test_the_zip_is_let_go_and_the_files_are_the_schools(draft: DailyReport, by: User) -> None:
    package = take(draft, by, SCHOOL_FOLDER)

    assert package.file is not None and package.file.released_at is not None
    kept = StoredFile.objects.filter(released_at=None)
    assert set(kept.values_list("organisation", "uploaded_by")) == {(draft.organisation_id, by.pk)}
    assert kept.count() == 8
    event = AuditEvent.objects.get(verb="report.imported")
    assert (event.actor, event.data["added"], event.data["skipped"]) == (by, 8, 2)
    assert Message.objects.get(recipient=by).title == "材料包《材料.zip》已导入"


def test_a_zip_of_windows_has_its_gbk_names_read(draft: DailyReport, by: User, tmp_path: object) -> None:
    path = make_zip(tmp_path / "a.zip", {"照片资料/学生茶艺展示.jpg".encode("gbk"): photo()})  # type: ignore[operator]

    take(draft, by, path.read_bytes())

    item = draft.items.get()
    assert (item.file.name, item.caption) == ("学生茶艺展示.jpg", "学生茶艺展示")


def test_a_task_that_runs_twice_changes_nothing(draft: DailyReport, by: User) -> None:
    package = take(draft, by, SCHOOL_FOLDER)
    before = (list(draft.items.values()), StoredFile.objects.count(), Message.objects.count())

    run_import(package.pk)

    assert (list(draft.items.values()), StoredFile.objects.count(), Message.objects.count()) == before


def test_the_same_package_handed_in_again_adds_nothing(draft: DailyReport, by: User) -> None:
    take(draft, by, SCHOOL_FOLDER)
    items, files = list(draft.items.values("pk", "file")), StoredFile.objects.count()

    again = take(draft, by, SCHOOL_FOLDER, name="又一次.zip")

    assert list(draft.items.values("pk", "file")) == items
    assert StoredFile.objects.count() == files + 1
    assert set(outcomes(again).values()) == {"known", "used", "skipped"}


def test_the_same_content_in_another_package_is_known(draft: DailyReport, by: User) -> None:
    take(draft, by, SCHOOL_FOLDER)
    count = draft.items.count()

    package = take(
        draft, by,
        {
            "照片/换了名字.jpg": photo(1),
            "文字稿件/通讯 (2).txt": "学生为居民服务。\n第二段。".encode(),
            "媒体报道/示例日报《职教周开幕》/扫描件.png": photo(31),
            "照片/新的茶艺.jpg": photo(4),
        },
    )  # fmt: skip

    assert outcomes(package) == {
        "照片/换了名字.jpg": "known",
        "文字稿件/通讯 (2).txt": "known",
        "媒体报道/示例日报《职教周开幕》": "known",
        "照片/新的茶艺.jpg": "added",
    }
    assert draft.items.count() == count + 1
    [row] = [row for row in package.outcome if row["path"] == "照片/换了名字.jpg"]
    assert (row["message"], row["item"]) == (
        "与报告里的“学生茶艺展示”相同，没有重复添加。",
        str(draft.items.get(caption="学生茶艺展示").client_id),
    )


def test_what_was_removed_comes_back_when_the_package_is_handed_in_again(draft: DailyReport, by: User) -> None:
    files = {"照片/学生茶艺.jpg": photo()}
    take(draft, by, files)
    item = draft.items.get()
    save_changes(draft, [RemoveItem(op="remove", item=item.client_id)], by=by)

    package = take(draft, by, files)

    item.refresh_from_db()
    assert (item.removed_at, item.file.released_at, outcomes(package)) == (None, None, {"照片/学生茶艺.jpg": "added"})


def test_what_was_removed_while_it_runs_stays_removed(draft: DailyReport, by: User) -> None:
    package = hand_in(draft, by, {"照片/学生茶艺.jpg": photo()})
    run_import(package.pk)
    item = draft.items.get()
    save_changes(draft, [RemoveItem(op="remove", item=item.client_id)], by=by)
    PackageImport.objects.update(state=PackageImport.State.RUNNING)

    run_import(package.pk)

    package.refresh_from_db()
    item.refresh_from_db()
    assert item.removed_at is not None
    assert outcomes(package) == {"照片/学生茶艺.jpg": "skipped"}


def test_another_days_folder_of_an_archive_is_left_for_that_day(draft: DailyReport, by: User) -> None:
    package = take(
        draft,
        by,
        {"2031-03-03/思明区/某校/照片/学生茶艺.jpg": photo(), "2031-03-04/思明区/某校/照片/学生木工.jpg": photo(1)},
    )

    assert [item.caption for item in draft.items.all()] == ["学生茶艺"]
    assert package.outcome[-1]["message"] == "这是3月4日的材料，请在那一天的报告里导入。"


def test_fields_are_cleaned_as_in_the_form(draft: DailyReport, by: User) -> None:
    package = take(
        draft, by,
        {
            "照片/图片说明.xlsx": sheet(["文件名", "说明"], ["a.jpg", "长" * 600]),
            "照片/a.jpg": photo(),
            "媒体报道/报道清单.xlsx": sheet(["媒体", "标题", "链接"], ["示例日报", "开幕", "见报纸"]),
            "媒体报道/x.png": photo(1),
        },
    )  # fmt: skip

    rows = {row["path"]: row["message"] for row in package.outcome}
    assert draft.items.get(kind=_K.PHOTO).caption == "长" * 500
    assert rows["照片/a.jpg"].startswith("文字说明：内容有 600 个字符")
    coverage = draft.items.get(kind=_K.COVERAGE, title="开幕")
    assert (coverage.link, rows["媒体报道/开幕"].startswith("链接：")) == ("", True)


def test_adding_goes_on_beside_what_is_in_the_report(draft: DailyReport, by: User) -> None:
    from uuid import uuid4

    add_item(
        draft, by=by, kind=_K.PHOTO, client_id=uuid4(), file=upload(draft, by, photo(5), "a.jpg"), caption="学生绘画"
    )

    package = take(draft, by, {"照片/学生绘画.jpg": photo(5), "照片/学生茶艺.jpg": photo(6)})

    assert outcomes(package) == {"照片/学生绘画.jpg": "known", "照片/学生茶艺.jpg": "added"}
    assert [item.position for item in draft.items.all()] == [0, 1]


def test_the_same_upload_begins_one_import(draft: DailyReport, by: User) -> None:
    from skillweek.reports.domain.importing import begin_import

    file = upload(draft, by, zipped({"照片/学生茶艺.jpg": photo()}))

    assert begin_import(draft, file, by=by) == begin_import(draft, file, by=by)
    assert PackageImport.objects.count() == 1
