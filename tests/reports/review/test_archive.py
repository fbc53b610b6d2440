"""The day's and the week's material as one zip: what is in it, where, and what happens when things go wrong (C13)."""

from __future__ import annotations

import hashlib
import http.client
import io
import time
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.files.storage import default_storage
from python_calamine import CalamineWorkbook

from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.reports.archive import ArchiveStream, archive_reports, archive_size, open_archive, sweep_archives
from skillweek.reports.archive_index import INDEX_COLUMNS, INDEX_FILE
from skillweek.reports.archive_names import UniqueNames, safe_name
from skillweek.reports.models import DailyReport, ReportItem
from tests import factories
from tests.reports.review import make

pytestmark = pytest.mark.requirement("C13")
_K = ReportItem.Kind
JPG = b"\xff\xd8\xff\xe0photo\xff\xd9"


def _open(edition: Edition, user: User, *, days: list[Any] | None = None, accepted_only: bool = False) -> ArchiveStream:
    everything = DailyReport.objects.all()
    reports = archive_reports(everything, edition, days or edition.days, accepted_only=accepted_only)
    return open_archive(reports, edition, by=user, what={"days": []})


def _zip(stream: ArchiveStream) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(b"".join(stream)))
    assert archive.testzip() is None
    return archive


def _index(archive: zipfile.ZipFile) -> list[dict[str, Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(archive.read(INDEX_FILE)))
    head, *rows = book.get_sheet_by_index(0).to_python()
    assert head == [title for title, _width in INDEX_COLUMNS]
    return [dict(zip(head, row, strict=True)) for row in rows]


def _photo(report: DailyReport, name: str = "茶艺.jpg", data: bytes = JPG, **fields: Any) -> ReportItem:
    file = make.stored(report.edition, report.organisation, name, data)
    return make.item(report, _K.PHOTO, file=file, caption="茶艺展示", **fields)


def _plans() -> list[Path]:
    return list(Path(settings.SPOOL_ROOT).glob("archive-*"))


def test_folders_are_by_day_district_and_school(tree: factories.Tree, edition: Edition, host_reviewer: User) -> None:
    first, second = edition.days[:2]
    _photo(make.report(edition, tree.school_a, day=first))
    _photo(make.report(edition, tree.school_a, day=second), data=b"other day")
    _photo(make.report(edition, tree.school_b, day=first), data=b"b")
    make.item(make.report(edition, tree.college, day=first), title="总结", text="正文")
    type(tree.college).objects.filter(pk=tree.college.pk).update(district="")

    week, day = _zip(_open(edition, host_reviewer)), _zip(_open(edition, host_reviewer, days=[second]))

    assert week.namelist() == [
        INDEX_FILE,
        "2031-03-03/思明区/示例第一职业学校/照片/茶艺.jpg",
        "2031-03-03/思明区/示例第一职业学校/照片/图片说明.xlsx",
        "2031-03-03/湖里区/示例第二职业学校/照片/茶艺.jpg",
        "2031-03-03/湖里区/示例第二职业学校/照片/图片说明.xlsx",
        "2031-03-03/市直属/示例职业技术学院/文字稿件/总结.txt",
        "2031-03-04/思明区/示例第一职业学校/照片/茶艺.jpg",
        "2031-03-04/思明区/示例第一职业学校/照片/图片说明.xlsx",
    ]
    assert day.namelist()[1:] == week.namelist()[-2:]
    assert week.read("2031-03-03/湖里区/示例第二职业学校/照片/茶艺.jpg") == b"b"
    assert week.read("2031-03-03/市直属/示例职业技术学院/文字稿件/总结.txt").decode("utf-8-sig") == "正文"


def test_index_describes_every_file(tree: factories.Tree, edition: Edition, host_reviewer: User) -> None:
    decided = make.at(make.FIRST_DAY + timedelta(days=2), 9, 5)
    report = make.report(
        edition, tree.school_a, state="accepted", is_late=True, decided_by=host_reviewer, decided_at=decided
    )
    warning = {"code": "x", "severity": "warning", "subject": "s", "message": "偏暗", "message_en": "dark"}
    _photo(report, "=cmd|'x'!A1.jpg", is_highlight=True, findings=[warning])
    make.item(report, title="=1+1", text="正文")

    archive = _zip(_open(edition, host_reviewer))
    text, photo = _index(archive)

    assert (text["标题或说明"], text["类别"]) == ("=1+1", "文字稿件")
    assert photo["单位"] == "示例第一职业学校"
    assert (photo["单位代码"], photo["所在区"], photo["条线"], photo["活动日期"]) == (
        "S-A",
        "思明区",
        "教育",
        "2031-03-03",
    )
    assert archive.read(photo["文件"]) == JPG
    assert (photo["字节数"], photo["SHA-256"]) == (len(JPG), hashlib.sha256(JPG).hexdigest())
    assert (photo["状态"], photo["逾期"], photo["亮点"], photo["检查结果"]) == ("已通过", "是", "是", "偏暗")
    assert (photo["审核人"], photo["审核时间"]) == ("市审核员", "2031-03-05 09:05")
    assert {row["SHA-256"] for row in (text, photo)} == {
        hashlib.sha256(archive.read(row["文件"])).hexdigest() for row in (text, photo)
    }


def test_accepted_only_leaves_the_rest_out_and_drafts_never_go_in(
    tree: factories.Tree, edition: Edition, host_reviewer: User
) -> None:
    for school, state in (
        (tree.school_a, "accepted"),
        (tree.school_b, "submitted"),
        (tree.college, "returned"),
        (tree.tech, "draft"),
    ):
        _photo(make.report(edition, school, state=state), data=state.encode())

    accepted = _index(_zip(_open(edition, host_reviewer, accepted_only=True)))
    everything = _index(_zip(_open(edition, host_reviewer)))

    assert [row["单位代码"] for row in accepted] == ["S-A"]
    assert [row["单位代码"] for row in everything] == ["S-A", "S-B", "S-C"]


def test_removed_items_stay_out_and_the_size_is_told_before(
    tree: factories.Tree, edition: Edition, host_reviewer: User
) -> None:
    report = make.report(edition, tree.school_a)
    _photo(report, data=b"x" * 5000)
    _photo(report, "撤下.jpg", removed_at=make.at(make.FIRST_DAY, 12))
    make.item(
        report, _K.COVERAGE, outlet="示例晚报", text="全文", file=make.stored(edition, tree.school_a, "a.pdf", b"p")
    )

    size = archive_size(DailyReport.objects.all())
    stream = _open(edition, host_reviewer)
    names = _zip(stream).namelist()

    assert size.reports == 1
    assert not [name for name in names if "撤下" in name]
    assert stream.size == 5000 + 1 + len("全文".encode("utf-8-sig"))
    assert 5000 < size.bytes < 50_000


def test_schools_of_one_name_and_files_of_one_name_keep_apart(
    tree: factories.Tree, edition: Edition, host_reviewer: User
) -> None:
    type(tree.school_b).objects.filter(pk=tree.school_b.pk).update(name=tree.school_a.name, district="思明区")
    for day in edition.days[:2]:
        _photo(make.report(edition, tree.school_a, day=day), data=b"a")
        report = make.report(edition, tree.school_b, day=day)
        _photo(report, "照片.jpg", data=b"b1")
        _photo(report, "照片.JPG", data=b"b2")

    archive = _zip(_open(edition, host_reviewer))

    assert len(archive.namelist()) == len({name.casefold() for name in archive.namelist()})
    for day in ("2031-03-03", "2031-03-04"):
        assert archive.read(f"{day}/思明区/示例第一职业学校/照片/茶艺.jpg") == b"a"
        assert archive.read(f"{day}/思明区/示例第一职业学校 (2)/照片/照片.jpg") == b"b1"
        assert archive.read(f"{day}/思明区/示例第一职业学校 (2)/照片/照片 (2).JPG") == b"b2"


def test_a_file_that_is_gone_is_named_and_the_rest_arrives(
    tree: factories.Tree, edition: Edition, host_reviewer: User
) -> None:
    report = make.report(edition, tree.school_a)
    before, during, there = (
        _photo(report, "先没了.jpg"),
        _photo(report, "后没了.jpg"),
        _photo(report, "还在.jpg", b"ok"),
    )
    assert before.file and during.file and there.file
    default_storage.delete(before.file.key)

    stream = _open(edition, host_reviewer)
    default_storage.delete(during.file.key)
    archive = _zip(stream)

    told = {row["标题或说明"]: row["文件"] for row in _index(archive) if "缺失" in row["文件"]}
    assert len(told) == 1
    folder = "2031-03-03/思明区/示例第一职业学校/照片"
    assert archive.namelist() == [INDEX_FILE, f"{folder}/还在.jpg", f"{folder}/图片说明.xlsx", "缺失文件.txt"]
    assert f"{folder}/后没了.jpg" in archive.read("缺失文件.txt").decode("utf-8-sig")


@pytest.mark.requirement("C14")
def test_an_infected_file_is_named_and_left_out(tree: factories.Tree, edition: Edition, host_reviewer: User) -> None:
    item = _photo(make.report(edition, tree.school_a))
    assert item.file
    item.file.findings = [{"code": "file.virus", "severity": "error", "subject": "s", "message": "m"}]
    item.file.save()

    archive = _zip(_open(edition, host_reviewer))

    assert "病毒" in _index(archive)[0]["文件"]
    assert not [name for name in archive.namelist() if name.endswith(".jpg")]


def test_when_the_client_goes_away_nothing_is_left_behind(
    tree: factories.Tree, edition: Edition, host_reviewer: User
) -> None:
    _photo(make.report(edition, tree.school_a), data=b"x" * 3_000_000)

    stream = _open(edition, host_reviewer)
    parts = iter(stream)
    next(parts)
    assert len(_plans()) == 1
    parts.close()  # type: ignore[attr-defined]

    assert _plans() == []
    never_read = _open(edition, host_reviewer)
    never_read.close()
    assert _plans() == []


@pytest.mark.django_db(transaction=True)
def test_a_broken_connection_ends_the_work_on_the_server(live_server: Any) -> None:
    tree, edition = factories.tree(), make.make_edition()
    _photo(make.report(edition, tree.school_a, state="accepted"), data=b"x" * 60_000_000)
    session = factories.client_of(factories.person(tree.host, "reviewer")).cookies[settings.SESSION_COOKIE_NAME].value
    connection = http.client.HTTPConnection(live_server.thread.host, live_server.thread.port, timeout=20)
    address = "/w/reports/archive/download/?day=2031-03-03"
    connection.request("GET", address, headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"})

    response = connection.getresponse()
    assert (response.status, len(response.read(1_000_000))) == (200, 1_000_000)
    assert len(_plans()) == 1
    response.close()
    connection.close()

    deadline = time.monotonic() + 20
    while _plans() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert _plans() == []


def test_plans_of_a_killed_server_are_swept(tree: factories.Tree, edition: Edition, host_reviewer: User) -> None:
    _photo(make.report(edition, tree.school_a))
    _open(edition, host_reviewer)

    assert sweep_archives() == 0
    with time_machine.travel(datetime.now(UTC) + timedelta(days=3)):
        _open(edition, host_reviewer).close()

    assert _plans() == []


def test_reading_the_plan_costs_the_same_queries_for_many_reports(
    tree: factories.Tree, edition: Edition, host_reviewer: User, django_assert_num_queries: Any
) -> None:
    for school in [tree.school_a, *make.schools(tree, 12)]:
        _photo(make.report(edition, school), data=school.code.encode())

    with django_assert_num_queries(3):  # reports, their items, the audit record
        _open(edition, host_reviewer).close()


def test_download_streams_and_is_recorded(
    tree: factories.Tree, edition: Edition, reviewer: User, host_reviewer: User
) -> None:
    _photo(make.report(edition, tree.school_a, state="accepted"))
    _photo(make.report(edition, tree.school_b, state="accepted"), data=b"b")

    near = factories.client_of(reviewer).get("/w/reports/archive/download/?day=2031-03-03&include=accepted")
    far = factories.client_of(host_reviewer).get("/w/reports/archive/download/?day=all&district=湖里区")

    assert near.streaming
    assert near["Content-Disposition"] == 'attachment; filename="invented-2031-2031-03-03.zip"'
    assert "no-store" in near["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(near.getvalue())) as archive:
        assert [row["单位代码"] for row in _index(archive)] == ["S-A"]
    with zipfile.ZipFile(io.BytesIO(far.getvalue())) as archive:
        assert [row["单位代码"] for row in _index(archive)] == ["S-B"]
    event = AuditEvent.objects.filter(verb="archive.download").earliest("pk")
    assert (event.actor_id, event.data["days"], event.data["files"]) == (reviewer.pk, ["2031-03-03"], 2)
    assert _plans() == []


def test_page_tells_the_size_and_an_empty_choice_offers_the_rest(
    tree: factories.Tree, edition: Edition, reviewer: User
) -> None:
    _photo(make.report(edition, tree.school_a), data=b"x" * 2_000_000)
    client = factories.client_of(reviewer)

    empty = client.get("/w/reports/archive/?day=2031-03-03").content.decode()
    full = client.get("/w/reports/archive/?day=2031-03-03&include=all").content.decode()
    refused = client.get("/w/reports/archive/download/?day=2031-03-03", follow=True).content.decode()

    assert "所选范围内还没有材料" in empty
    assert "全部已报送的" in empty
    assert "下载压缩包" in full
    assert "还没有可以下载的材料" in refused


def test_a_school_downloads_its_own_material_only(tree: factories.Tree, edition: Edition, liaison: User) -> None:
    _photo(make.report(edition, tree.school_a))
    _photo(make.report(edition, tree.school_b), data=b"b")
    client = factories.client_of(liaison)

    own = client.get(f"/w/reports/archive/own/{tree.school_a.pk}/")
    foreign = client.get(f"/w/reports/archive/own/{tree.school_b.pk}/")

    with zipfile.ZipFile(io.BytesIO(own.getvalue())) as archive:
        assert [row["单位代码"] for row in _index(archive)] == ["S-A"]
    assert foreign.status_code == 404


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("茶艺.jpg", "茶艺.jpg"),
        ("../../etc/passwd", "_._etc_passwd"),
        ("a/b\\c:d*.jpg", "a_b_c_d_.jpg"),
        ("CON.jpg", "_CON.jpg"),
        ("~$稿.docx", "稿.docx"),
        (".htaccess", "htaccess"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("tab\tname.jpg", "tab name.jpg"),
        ("   ", "照片1"),
        ("字" * 100 + ".jpg", "字" * 76 + ".jpg"),
    ],
)
def test_names_can_be_unpacked_anywhere(name: str, expected: str) -> None:
    assert safe_name(name, "照片1") == expected


def test_names_of_one_folder_differ_whatever_the_case() -> None:
    names = UniqueNames("图片说明.xlsx")

    assert [names.take(name) for name in ("a.jpg", "A.JPG", "a.jpg", "图片说明.xlsx")] == [
        "a.jpg",
        "A (2).JPG",
        "a (3).jpg",
        "图片说明 (2).xlsx",
    ]
