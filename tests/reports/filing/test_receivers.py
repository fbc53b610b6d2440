"""Uploads that belong to a report: which are let in, what they become, what is found on them (C2–C6, C14)."""

from __future__ import annotations

import uuid
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from skillweek.core.errors import Conflict, DomainError, NotAllowed, TooMuch
from skillweek.organisations.models import User
from skillweek.reports.domain import items
from skillweek.reports.domain.filing import submit_report
from skillweek.reports.domain.items import detach_file
from skillweek.reports.models import DailyReport, PackageImport, ReportItem
from skillweek.reports.receivers import SECTIONS
from skillweek.site.samples import make_manuscript, make_photo, make_scan, make_video
from skillweek.uploads.domain.check import check_stored_file
from skillweek.uploads.limits import used_bytes
from skillweek.uploads.models import StoredFile, Upload
from tests.factories import Tree, person
from tests.materials.make import plain_jpeg
from tests.reports.filing import make
from tests.reports.filing.make import School, change, purpose, put
from tests.reports.importing.make import zipped
from tests.uploads.protocol import Sender


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A photo within Xiamen's rules."""
    return make_photo(tmp_path_factory.mktemp("photo") / "a.jpg", seed=3).read_bytes()


def _codes(item: ReportItem) -> list[str]:
    item.refresh_from_db()
    return [row["code"] for row in item.findings]


@pytest.mark.requirement("C3")
@pytest.mark.requirement("C6")
def test_a_photo_becomes_an_item_with_the_caption_its_name_tells(school: School, photo: bytes) -> None:
    file = school.send("photo", photo, "01-茶艺专业学生为居民表演.jpg")
    bare = school.send("photo", plain_jpeg(300, 200), "IMG_1234.JPG")

    telling, silent = school.report.items.order_by("position")
    assert (telling.kind, telling.file, telling.caption) == ("photo", file, "茶艺专业学生为居民表演")
    assert _codes(telling) == []
    assert (silent.file, silent.caption) == (bare, "")
    assert {"photo.caption", "photo.width"} <= set(_codes(silent))


@pytest.mark.requirement("C3")
def test_a_caption_typed_while_the_photo_was_on_its_way_wins(school: School, photo: bytes) -> None:
    school.send("photo", photo, "茶艺展示.jpg", caption="孩子们学泡茶")

    assert school.report.items.get().caption == "孩子们学泡茶"


@pytest.mark.requirement("C4")
def test_a_video_becomes_an_item_and_is_judged(school: School, tmp_path: Path) -> None:
    video = make_video(tmp_path / "v.mp4", width=1280, height=720, seconds=1).read_bytes()

    school.send("video", video, "机器人编队表演.mp4")
    school.send("video", plain_jpeg(), "其实是照片.mp4")

    good, bad = school.report.items.order_by("position")
    assert (good.kind, good.caption, _codes(good)) == ("video", "机器人编队表演", [])
    assert [row["severity"] for row in bad.findings] == ["error"]


@pytest.mark.requirement("C2")
@pytest.mark.parametrize("section", ["manuscript", "case"])
def test_a_manuscript_file_is_counted_and_judged(section: str, school: School, tmp_path: Path) -> None:
    data = make_manuscript(tmp_path / "m.docx", 1000, title="开幕").read_bytes()
    short = make_manuscript(tmp_path / "s.docx", 100).read_bytes()

    school.send(section, data, "开幕综述.docx")
    school.send(section, short, "太短.docx")

    good, bad = school.report.items.order_by("position")
    assert (good.kind, good.word_count, good.caption, _codes(good)) == (section, 1000, "", [])
    assert (bad.word_count, _codes(bad)) == (100, ["manuscript.too_short"])


@pytest.mark.requirement("C5")
def test_a_coverage_gets_its_scan_and_photo_and_old_files_are_let_go(school: School, tmp_path: Path) -> None:
    key = uuid.uuid4()
    scan = make_scan(tmp_path / "s.jpg", title="一技在手", outlet="示例日报").read_bytes()
    first = school.send("coverage_scan", scan, "扫描.jpg", item=str(key))
    picture = school.send("coverage_photo", plain_jpeg(200, 100), "现场.jpg", item=str(key))
    fields = {"outlet": "示例日报", "level": "municipal", "title": "一技在手", "text": "报道全文"}
    fields["published_on"] = "2023-05-14"
    change(school.report, school.by, *[put(field, value, "", key) for field, value in fields.items()])
    item = school.report.items.get()
    assert (item.kind, item.file, item.photo_file, _codes(item)) == ("coverage", first, picture, [])

    second = school.send("coverage_scan", plain_jpeg(210, 100), "更清楚的扫描.jpg", item=str(key))

    item.refresh_from_db()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (item.file, item.photo_file, school.report.items.count()) == (second, picture, 1)
    assert first.released_at is not None
    assert second.released_at is None


@pytest.mark.requirement("C5")
def test_a_slot_of_a_coverage_is_emptied(school: School) -> None:
    key = uuid.uuid4()
    file = school.send("coverage_scan", plain_jpeg(), "扫描.jpg", item=str(key))
    before = make.version_of(school.report)

    detach_file(school.report, by=school.by, item_id=key, slot="file")
    detach_file(school.report, by=school.by, item_id=key, slot="file")

    file.refresh_from_db()
    assert file.released_at is not None
    assert make.version_of(school.report) == before + 1
    assert "coverage.scan" in _codes(school.report.items.get())
    with pytest.raises(DomainError):
        detach_file(school.report, by=school.by, item_id=key, slot="report")


@pytest.mark.requirement("C3")
def test_a_photo_is_not_emptied_but_removed(school: School) -> None:
    school.send("photo", plain_jpeg(), "茶艺.jpg")
    item = school.report.items.get()

    with pytest.raises(DomainError, match="请移除整项材料"):
        detach_file(school.report, by=school.by, item_id=item.client_id, slot="file")


@pytest.mark.requirement("C5")
@pytest.mark.requirement("C14")
def test_a_scan_that_is_no_picture_is_told(school: School) -> None:
    school.send("coverage_scan", b"PK not a picture", "扫描.jpg", item=str(uuid.uuid4()))

    assert "coverage.scan_format" in _codes(school.report.items.get())


@pytest.mark.requirement("C14")
def test_a_png_renamed_to_jpg_is_named_as_what_it_is(school: School) -> None:
    school.send("photo", plain_jpeg(2400, 1600, "PNG"), "茶艺展示.jpg")

    [finding] = [row for row in school.report.items.get().findings if row["code"] == "photo.false_type"]
    assert (finding["severity"], "PNG" in finding["message"]) == ("error", True)


@pytest.mark.requirement("C7")
def test_a_package_becomes_an_import(school: School) -> None:
    school.send("package", zipped({"照片/茶艺展示.jpg": plain_jpeg()}), "周日材料.zip")

    package = PackageImport.objects.get(report=school.report)
    assert (package.name, package.requested_by, package.state) == ("周日材料.zip", school.by, "queued")
    assert school.report.items.count() == 0


@pytest.mark.requirement("C6")
@pytest.mark.parametrize("section", sorted(SECTIONS))
def test_another_kind_of_file_than_the_section_takes_is_refused(section: str, school: School) -> None:
    for kind in set(StoredFile.Kind.values) - {SECTIONS[section][0]}:
        with pytest.raises(DomainError, match="种类与所在的栏目不符"):
            school.ask(section, kind=kind, item=str(uuid.uuid4()))
    assert (Upload.objects.count(), DailyReport.objects.count()) == (0, 0)


@pytest.mark.requirement("C6")
@pytest.mark.parametrize(
    "broken",
    [
        {"section": "nothing"},
        {"day": "yesterday"},
        {"day": None},
        {"day": "2023-05-14T10:00:00"},
        {"client_id": "x"},
        {"client_id": None},
        {"item": "x"},
        {"caption": "长" * 501},
        {"caption": 5},
        {"report": 1},
        {"section": "coverage_scan"},
        {"section": "coverage_photo", "item": None},
    ],
)
def test_a_malformed_purpose_is_refused(broken: dict[str, Any], school: School) -> None:
    said = {**purpose("photo"), **broken}
    kind = SECTIONS.get(said["section"], ("photo",))[0]

    with pytest.raises(DomainError) as refused:
        make.announce(school.by, school.unit, school.edition, b"x", "a.jpg", kind, said)
    assert refused.value.field == "purpose"
    assert Upload.objects.count() == 0


@pytest.mark.requirement("C6")
def test_a_purpose_of_nobody_is_refused(school: School) -> None:
    with pytest.raises(DomainError) as refused:
        make.announce(school.by, school.unit, school.edition, b"x", "a.jpg", "photo", {"section": "photo"})
    assert refused.value.code == "unknown_purpose"


@pytest.mark.requirement("C6")
@pytest.mark.parametrize("day", [date(2023, 5, 16), date(2023, 5, 13), date(1, 1, 1)])
def test_a_day_ahead_or_outside_takes_no_files(day: date, school: School) -> None:
    with pytest.raises(DomainError) as refused:
        school.ask("photo", day=day)
    assert refused.value.field == "day"


@pytest.mark.requirement("C6")
def test_another_schools_report_takes_no_files(school: School, tree: Tree) -> None:
    stranger = person(tree.school_b, "liaison")
    for unit in (tree.school_a, tree.siming):
        with pytest.raises(NotAllowed):
            make.announce(stranger, unit, school.edition, b"x", "a.jpg", "photo", purpose("photo"))


@pytest.mark.requirement("C6")
@pytest.mark.parametrize("state", ["submitted", "accepted"])
def test_a_report_that_was_handed_in_takes_no_files(state: str, school: School, draft: DailyReport) -> None:
    waiting = school.ask("photo", plain_jpeg(), "茶艺.jpg")
    DailyReport.objects.update(state=state)

    with pytest.raises(Conflict) as refused:
        school.ask("photo")
    assert refused.value.code == "not_editable"

    # Handed in while the file was on its way: refused at its end, and nothing is lost.
    with pytest.raises(Conflict):
        make.arrive(waiting, plain_jpeg())
    assert (StoredFile.objects.count(), school.report.items.count()) == (0, 0)
    DailyReport.objects.update(state="returned")
    make.arrive(waiting, plain_jpeg())
    assert school.report.items.get().file is not None


@pytest.mark.requirement("C6")
def test_too_many_items_are_refused_before_a_byte_is_sent(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    school.send("photo", plain_jpeg())
    for module in (items, __import__("skillweek.reports.receivers", fromlist=["x"])):
        monkeypatch.setattr(module, "MAX_ITEMS", 1)

    with pytest.raises(TooMuch, match="一份报告最多 1 项材料"):
        school.ask("photo")


@pytest.mark.requirement("C6")
def test_one_photo_sent_again_makes_one_item(school: School) -> None:
    upload = school.ask("photo", plain_jpeg(), "茶艺.jpg")
    again = make.announce(
        school.by, school.unit, school.edition, plain_jpeg(), "茶艺.jpg", "photo", dict(upload.purpose)
    )
    assert again.pk == upload.pk

    first = make.arrive(upload, plain_jpeg())
    assert make.arrive(Upload.objects.get(pk=upload.pk), plain_jpeg()) == first
    assert school.report.items.count() == 1


@pytest.mark.requirement("C6")
def test_another_file_under_a_taken_id_leaves_the_item_and_takes_no_space(school: School) -> None:
    said = purpose("photo")
    where = (school.by, school.unit, school.edition)
    first = make.send(*where, plain_jpeg(), "茶艺.jpg", "photo", said)
    second = make.send(*where, plain_jpeg(90, 60), "剪纸.jpg", "photo", said)

    second.refresh_from_db()
    assert school.report.items.get().file == first
    assert second.released_at is not None
    assert used_bytes(school.edition, school.unit) == first.size


@pytest.mark.requirement("C14")
def test_the_same_photo_twice_in_a_report_is_told_at_the_second(school: School, photo: bytes) -> None:
    school.send("photo", photo, "茶艺展示.jpg")
    school.send("photo", photo, "又是茶艺展示.jpg")

    first, second = school.report.items.order_by("position")
    assert _codes(first) == []
    [finding] = [row for row in second.findings if row["code"] == "file.duplicate"]
    assert "茶艺展示.jpg" in finding["message"]

    change(school.report, school.by, {"op": "remove", "item": str(first.client_id)})
    assert _codes(second) == []


@pytest.mark.requirement("C14")
def test_the_same_text_twice_in_a_report_is_told(draft: DailyReport, liaison: User) -> None:
    make.text_item(draft, liaison, "今天开放校园。", title="第一篇")
    second = make.text_item(draft, liaison, "今天开放校园。", kind="manuscript", title="第二篇")

    assert "file.duplicate" in _codes(second)


@pytest.mark.requirement("C14")
def test_a_coverage_may_repeat_a_photo(school: School, photo: bytes) -> None:
    school.send("photo", photo, "茶艺展示.jpg")
    school.send("coverage_photo", photo, "茶艺展示.jpg", item=str(uuid.uuid4()))

    coverage = school.report.items.get(kind="coverage")
    assert "file.duplicate" not in _codes(coverage)


def _truncated(photo: bytes) -> bytes:
    """Whole in its structure, cut in its picture data: only the full check finds out."""
    return photo[: len(photo) * 2 // 3] + b"\xff\xd9"


@pytest.mark.requirement("C3")
@pytest.mark.parametrize("state", DailyReport.State.values)
def test_findings_follow_the_full_check_until_a_decision(state: str, school: School, photo: bytes) -> None:
    file = school.send("photo", _truncated(photo), "茶艺展示.jpg")
    DailyReport.objects.update(state=state)
    before, version = _codes(school.report.items.get()), make.version_of(school.report)

    assert check_stored_file(file.pk)

    file.refresh_from_db()
    full = [row["code"] for row in file.findings]
    assert full != before
    assert _codes(school.report.items.get()) == (before if state == "accepted" else full)
    # What a person reads is not changed under their hands: the version is the same.
    assert make.version_of(school.report) == version


@pytest.mark.requirement("C3")
def test_the_check_of_a_removed_photo_touches_nothing(school: School, photo: bytes) -> None:
    file = school.send("photo", _truncated(photo), "茶艺展示.jpg")
    item = school.report.items.get()
    change(school.report, school.by, {"op": "remove", "item": str(item.client_id)})
    before = _codes(item)

    assert check_stored_file(file.pk)

    assert _codes(item) == before
    change(school.report, school.by, {"op": "restore", "item": str(item.client_id)})
    assert _codes(item) != before


@pytest.mark.requirement("C1")
def test_uploading_alone_begins_the_report_and_can_be_handed_in(school: School, photo: bytes) -> None:
    school.send("photo", photo, "茶艺专业学生为居民表演.jpg")
    report = school.report

    handed_in = submit_report(report, by=school.by, expected_version=report.version)

    [kept] = handed_in.versions.get().snapshot["items"]
    file = StoredFile.objects.get()
    assert kept["file"] == {"id": str(file.pk), "name": file.name, "size": file.size, "sha256": file.sha256}


@pytest.mark.requirement("C6")
def test_who_left_the_school_meanwhile_adds_nothing(school: School, draft: DailyReport) -> None:
    waiting = school.ask("photo", plain_jpeg(), "茶艺.jpg")
    school.by.memberships.update(is_active=False)

    with pytest.raises(NotAllowed):
        make.arrive(Upload.objects.get(pk=waiting.pk), plain_jpeg())
    assert (school.report.items.count(), StoredFile.objects.count()) == (0, 0)


@pytest.mark.requirement("C6")
@pytest.mark.parametrize("odd", ["\0", "\ud83d"])
def test_a_purpose_that_no_database_keeps_is_refused(odd: str, school: School) -> None:
    sender = Sender(school.by, school.unit, school.edition)

    response = sender.create(3, purpose=purpose("photo", caption=f"茶艺{odd}"))

    assert (response.status_code, response.json()["code"]) == (400, "malformed")


@pytest.mark.requirement("C6")
def test_a_photo_arrives_by_tus(school: School, photo: bytes) -> None:
    sender = Sender(school.by, school.unit, school.edition)
    said = purpose("photo")

    address = sender.begin(len(photo), purpose=said)
    sender.patch(address, 0, photo[:1_000_000])
    done = sender.patch(address, 1_000_000, photo[1_000_000:])

    item = school.report.items.get()
    assert (str(item.client_id), str(item.file_id)) == (said["client_id"], done["Skillweek-File"])
    assert (item.caption, item.file is not None and item.file.size) == ("茶艺展示", len(photo))
