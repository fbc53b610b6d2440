"""Activities come in as a table and go out as one (B3)."""

from __future__ import annotations

import io
from datetime import date, time
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import load_workbook

from skillweek.activities.domain.importing import confirm_import, dry_run, keep_upload
from skillweek.activities.models import Activity, ActivityUpload
from skillweek.activities.transfer.layout import BY_KEY, COLUMNS
from skillweek.activities.transfer.outcome import Plan
from skillweek.activities.transfer.reading import read_day, read_number, read_times
from skillweek.activities.transfer.writing import write_activities, write_template
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from tests.activities.running import make
from tests.activities.running.make import at
from tests.factories import Tree, client_of, person

pytestmark = pytest.mark.requirement("B3")

TEA = {
    "title": "茶艺体验",
    "kind": "特色亮点活动",
    "description": "认识茶具。\n学泡一杯茶。",
    "outreach": "开放校园、走进社区",
    "audience": "社区居民",
    "expected": "1,200 人",
    "person": "张老师",
    "phone": "13800138000",
    "fee": "不收费",
    "benefit": "是",
    "day": "5月14日",
    "from": "9:00-11:00",
    "place": "示例第一职业学校",
    "room": "茶艺室",
    "district": "思明区",
    "booking": "需要预约",
    "capacity": "20",
}


def sheet(*rows: dict[str, str], extra: dict[str, str] | None = None) -> bytes:
    """A workbook with these rows under the template's headings."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page = book.add_worksheet()
    for index, column in enumerate(COLUMNS):
        page.write_string(0, index, column.heading)
        for number, row in enumerate(rows, start=1):
            page.write_string(number, index, row.get(column.key, ""))
    book.close()
    return target.getvalue()


@pytest.fixture
def upload(tree: Tree, edition: Edition, liaison: User) -> Any:
    """Upload rows as school A's liaison."""

    def put(*rows: dict[str, str], user: User = liaison, unit: Any = tree.school_a) -> ActivityUpload:
        return keep_upload(user, unit, edition, name="活动.xlsx", content=sheet(*rows))

    return put


def actions(plan: Plan) -> list[str]:
    return [str(outcome.action) for outcome in plan.outcomes]


def problems(plan: Plan) -> list[tuple[int, str]]:
    return [(outcome.row, problem.column) for outcome in plan.outcomes for problem in outcome.problems]


def take(kept: ActivityUpload) -> dict[str, int]:
    return confirm_import(kept, seen=dry_run(kept).digest())


def test_rows_become_drafts_with_sessions_and_a_second_import_changes_nothing(upload: Any, tree: Tree) -> None:
    rows = (TEA, {"title": "茶艺体验", "day": "2023/5/15", "from": "下午2:30", "to": "16:00", "place": "社区"})
    kept = upload(*rows)
    plan = dry_run(kept)
    assert (actions(plan), problems(plan)) == (["new", "new"], [])
    assert plan.outcomes[0].when == "5月14日 周日 09:00–11:00 · 示例第一职业学校 茶艺室"
    assert not Activity.objects.exists()

    counts = take(kept)

    activity = Activity.objects.get()
    assert counts["activities"] == 1
    assert (activity.organisation, activity.state, activity.kind) == (tree.school_a, "draft", "feature")
    assert activity.description == "<p>认识茶具。</p><p>学泡一杯茶。</p>"
    assert (activity.expected_people, activity.is_free, activity.public_benefit) == (1200, True, True)
    assert set(activity.tags.values_list("group", "code")) == {
        ("outreach", "open-campus"),
        ("outreach", "into-community"),
        ("audience", "residents"),
    }
    first, second = activity.sessions.order_by("starts_at")
    assert (first.starts_at, first.ends_at, first.capacity, first.booking) == (at(14, 9), at(14, 11), 20, "open")
    assert (second.starts_at, second.ends_at, second.district) == (at(15, 14, 30), at(15, 16), "")
    kept.refresh_from_db()
    assert kept.rows == []
    with pytest.raises(Conflict, match="已经导入"):
        confirm_import(kept, seen=kept.seen_digest)
    again = dry_run(upload(*rows))
    assert (actions(again), again.does_something) == (["same", "same"], False)


def test_an_update_names_old_and_new_and_adds_sessions(upload: Any) -> None:
    take(upload(TEA))
    kept = upload(
        {
            "title": "茶艺体验",
            "summary": "一起喝茶",
            "expected": "60",
            "audience": "学生家长",
            "day": "5/16",
            "from": "9点",
        }
    )
    [row] = dry_run(kept).outcomes
    assert [(change.column, change.old, change.new) for change in row.changes] == [
        ("一句话介绍", "", "一起喝茶"),
        ("预计参加人数", "1200", "60"),
        ("面向人群", "社区居民", "学生家长"),
    ]
    take(kept)
    activity = Activity.objects.get()
    assert (activity.expected_people, activity.person_in_charge, activity.sessions.count()) == (60, "张老师", 2)


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"title": ""}, "活动名称"),
        ({"kind": "其他"}, "活动类别"),
        ({"kind": "市级活动"}, "活动类别"),
        ({"audience": "社区居民、外星人"}, "面向人群"),
        ({"expected": "很多"}, "预计参加人数"),
        ({"fee": "看情况"}, "是否收费"),
        ({"day": "下周日"}, "日期"),
        ({"day": "2023-02-30"}, "日期"),
        ({"day": ""}, "日期"),
        ({"from": "", "to": ""}, "开始时间"),
        ({"from": "25:00"}, "开始时间"),
        ({"from": "9:00", "to": "8:00"}, "结束时间"),
        ({"district": "外滩"}, "所在区"),
        ({"capacity": "0"}, "名额"),
        ({"url": "javascript:alert(1)"}, "线上链接"),
        ({"summary": "长" * 201}, "一句话介绍"),
        ({"unit": "S-B"}, "单位代码"),
    ],
)
def test_each_problem_names_its_row_and_column(upload: Any, cells: dict[str, str], column: str) -> None:
    kept = upload({**TEA, **cells}, {"title": "插花", "fee": "收费"})
    plan = dry_run(kept)
    assert problems(plan)[0] == (2, column)
    assert actions(plan) == ["error", "new"]
    take(kept)
    assert [activity.title for activity in Activity.objects.all()] == ["插花"]


def test_one_wrong_row_keeps_its_whole_activity_out(upload: Any) -> None:
    more = {"title": "茶艺体验", "day": "哪天", "from": "9:00"}
    other = {"title": "茶艺体验", "expected": "7"}
    plan = dry_run(upload(TEA, more, other, {"title": "插花"}))
    assert actions(plan) == ["skip", "error", "error", "new"]
    assert plan.outcomes[2].problems[0].text == "与第 2 行的同一活动不一致。请改成一致，或留空。"
    assert plan.outcomes[0].notes == ["同一活动的第 3 行有错误，整项活动先不导入。"]


def test_what_was_handed_in_is_not_changed_by_a_table(upload: Any, tree: Tree, edition: Edition) -> None:
    make.activity(edition, tree.school_a, title="茶艺体验", state="submitted")
    plan = dry_run(upload(TEA))
    assert (actions(plan), plan.does_something) == (["error"], False)
    assert "待审核" in plan.outcomes[0].problems[0].text


def test_confirmation_applies_only_what_was_seen(upload: Any, tree: Tree, edition: Edition, liaison: User) -> None:
    kept = upload(TEA)
    seen = dry_run(kept).digest()
    make.activity(edition, tree.school_a, title="茶艺体验", state="draft")
    with pytest.raises(Conflict, match="结果与您看到的不一样"):
        confirm_import(kept, seen=seen)
    assert Activity.objects.get().expected_people == 60


def test_repeated_and_strange_sessions_are_pointed_out(upload: Any, tree: Tree, edition: Edition) -> None:
    make.session(make.activity(edition, tree.school_b, title="插花"), at(14, 10), room="茶艺室")
    late = {"title": "茶艺体验", "day": "2023-06-30", "from": "9:00"}
    plan = dry_run(upload(TEA, {"title": "茶艺体验", **{k: TEA[k] for k in ("day", "from", "place", "room")}}, late))
    assert [outcome.notes for outcome in plan.outcomes] == [
        ["同一场地同时有「插花」。"],
        ["这一场已经有了，不重复添加。"],
        ["这一天不在活动周内，请核对日期。"],
    ]


def test_a_person_of_two_schools_fills_for_both_and_nobody_else(
    upload: Any, tree: Tree, edition: Edition, liaison: User
) -> None:
    both = person(tree.school_a, "member")
    both.memberships.create(organisation=tree.school_b, role="member")
    take(upload({**TEA, "unit": "s-b"}, {**TEA, "title": "插花"}, user=both))
    assert set(Activity.objects.values_list("organisation__code", "title")) == {("S-B", "茶艺体验"), ("S-A", "插花")}
    with pytest.raises(NotAllowed):
        upload(TEA, user=person(tree.siming, "reviewer"))


def test_template_offers_the_editions_lists_and_its_example_is_not_imported(
    edition: Edition, upload: Any, liaison: User, tree: Tree
) -> None:
    content = write_template(edition).read()
    book = load_workbook(io.BytesIO(content))
    options = book.get_sheet_by_name("选项").to_python()
    assert "社区居民" in {cell for row in options for cell in row}
    kept = keep_upload(liaison, tree.school_a, edition, name="模板.xlsx", content=content)
    assert actions(dry_run(kept)) == ["skip"]


def test_export_reads_back_unchanged(upload: Any, tree: Tree, edition: Edition, liaison: User) -> None:
    take(upload(TEA, {"title": "茶艺体验", "day": "5月15日", "from": "9:00"}, {"title": "插花"}))
    Activity.objects.filter(title="插花").update(description="<h2>插花</h2><p>一起<strong>插花</strong></p>")
    content = write_activities(edition, Activity.objects.order_by("pk")).read()
    plan = dry_run(keep_upload(liaison, tree.school_a, edition, name="导出.xlsx", content=content))
    assert (actions(plan), problems(plan)) == (["same", "same", "same"], [])


def test_export_page_holds_own_and_handed_in_below_only(tree: Tree, edition: Edition) -> None:
    make.activity(edition, tree.school_a, title="公开的", safety_plan="安全员两名")
    make.activity(edition, tree.school_a, title="草稿", state="draft", first_submitted_at=None)
    make.activity(edition, tree.school_b, title="别家的")
    response = client_of(person(tree.siming, "reviewer")).get(reverse("activities:export"))
    rows = load_workbook(io.BytesIO(b"".join(response.streaming_content))).get_sheet_by_index(0).to_python()  # type: ignore[arg-type]
    assert [row[1] for row in rows[1:]] == ["公开的"]


def test_pages_lead_from_file_to_drafts(tree: Tree, edition: Edition, liaison: User) -> None:
    client = client_of(liaison)
    start = reverse("activities:import")
    assert client.get(start).status_code == 200
    bad = client.post(
        start, {"organisation": tree.school_a.pk, "file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04junk")}
    )
    assert (bad.status_code, "打不开" in bad.content.decode()) == (400, True)
    sent = client.post(start, {"organisation": tree.school_a.pk, "file": SimpleUploadedFile("活动.xlsx", sheet(TEA))})
    page = client.get(sent.url)
    assert "茶艺体验" in page.content.decode()
    [kept] = ActivityUpload.objects.all()
    assert client_of(person(tree.school_a, "manager")).get(sent.url).status_code == 404
    confirm = reverse("activities:import_confirm", args=[kept.pk])
    assert client.post(confirm, {"seen": "0" * 64}).status_code == 302
    assert not Activity.objects.exists()
    client.post(confirm, {"seen": page.context["plan"].digest()})
    assert Activity.objects.get().title == "茶艺体验"
    assert "导入完成" in client.get(sent.url).content.decode()


def test_hostile_workbooks_end_in_a_sentence(tree: Tree, edition: Edition, liaison: User) -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page = book.add_worksheet()
    page.write_string(0, 0, "活动名称")
    page.write_string(1_048_575, 16_383, "x")
    book.close()
    for content, words in (
        (target.getvalue(), "表头"),
        (b"", "空的"),
        (b"\x00\x01\x02", "不是 Excel"),
        (b"a" * 6_000_000, "5 MB"),
    ):
        with pytest.raises(DomainError) as caught:
            keep_upload(liaison, tree.school_a, edition, name="坏.xlsx", content=content)
        assert words in caught.value.message or "打不开" in caught.value.message
    formula = sheet({"title": '=HYPERLINK("http://evil")', "summary": "\u202e<script>alert(1)</script>"})
    kept = keep_upload(liaison, tree.school_a, edition, name="x", content=formula)
    take(kept)
    activity = Activity.objects.get()
    assert (activity.title, activity.summary) == ('=HYPERLINK("http://evil")', "<script>alert(1)</script>")
    written = load_workbook(write_activities(edition, Activity.objects.all())).get_sheet_by_index(0).to_python()
    assert written[1][1] == '=HYPERLINK("http://evil")'


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2023-05-14", date(2023, 5, 14)),
        ("2023年5月14日（周日）".replace("（周日）", " 周日"), date(2023, 5, 14)),
        ("5.14", date(2023, 5, 14)),
        ("２０２３/5/14", date(2023, 5, 14)),
        ("20230514", date(2023, 5, 14)),
        ("45060", date(2023, 5, 14)),
        ("2023-05-14 00:00:00", date(2023, 5, 14)),
        ("2023-13-01", None),
        ("明天", None),
    ],
)
def test_days_are_read_as_people_write_them(text: str, day: date | None) -> None:
    assert read_day(text, [date(2023, 5, 14)]) == day


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("09:00", (time(9), None)),
        ("9：00", (time(9), None)),
        ("09:00:00", (time(9), None)),
        ("1899-12-31 09:30:00", (time(9, 30), None)),
        ("0.375", (time(9), None)),
        ("9点半", (time(9, 30), None)),
        ("下午2时15分", (time(14, 15), None)),
        ("9:00—11:30", (time(9), time(11, 30))),
        ("24:00", None),
        ("9", None),
        ("上午", None),
    ],
)
def test_times_are_read_as_people_write_them(text: str, times: Any) -> None:
    assert read_times(text) == times


def test_numbers_are_whole() -> None:
    assert [read_number(text) for text in ("1,200人", "２０", "1.5", "-3", "")] == [1200, 20, None, None, None]
    assert BY_KEY["capacity"].help
