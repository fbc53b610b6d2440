"""The bureau's pages through the site: reading, deciding, comparing, reminding, exporting (C9, C10, C13)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from skillweek.core.audit import history_of
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from skillweek.organisations.models import User
from skillweek.reports.models import DailyReport, ItemComment, Reminder, ReportItem, ReportVersion
from tests import factories
from tests.reports.review import make

pytestmark = pytest.mark.requirement("C10")
_K = ReportItem.Kind
DAY = make.FIRST_DAY


def _review(report: DailyReport, action: str = "") -> str:
    return f"/w/reports/review/{report.pk}/{action}"


def test_review_page_shows_texts_photos_findings_and_figures(
    tree: factories.Tree, edition: Edition, client: Client
) -> None:
    report = make.report(edition, tree.school_a, figures={"students": 320, "unknown": 7}, note="雨天改在室内")
    finding = {"code": "x", "severity": "warning", "subject": "s", "message": "可能引用了媒体内容", "message_en": "m"}
    make.item(report, title="开幕见闻", text="第一段\n\n第二段 <b>不是标签</b>", findings=[finding], source="示例晚报")
    make.item(report, _K.PHOTO, file=make.stored(edition, tree.school_a, "茶艺.jpg", b"x"), caption="茶艺展示")

    page = make.text_of(client.get(_review(report)))

    for words in ("开幕见闻", "第一段", "&lt;b&gt;不是标签", "可能引用了媒体内容", "茶艺展示", "320", "雨天改在室内"):
        assert words in page
    assert "引用来源：示例晚报" in page


def test_only_web_addresses_become_links(tree: factories.Tree, edition: Edition, client: Client) -> None:
    report = make.report(edition, tree.school_a)
    make.item(report, _K.COVERAGE, outlet="示例晚报", level="municipal", link="https://example.org/1")
    make.item(report, _K.COVERAGE, outlet="示例晚报", link="javascript:alert(1)")

    page = make.text_of(client.get(_review(report)))

    assert 'href="https://example.org/1"' in page
    assert 'href="javascript' not in page
    assert "市级" in page


def test_accept_goes_on_to_the_next_report(tree: factories.Tree, edition: Edition, client: Client) -> None:
    first, second = (make.report(edition, tree.school_a, day=day) for day in edition.days[:2])

    response = client.post(_review(first, "accept/"), {"version": "1", "note": "很好", "then": "next"})
    last = client.post(_review(second, "accept/"), {"version": "1", "then": "next"})

    assert response.url == _review(second)
    assert last.url == f"/w/reports/queue/?edition={edition.slug}"
    assert set(DailyReport.objects.values_list("state", flat=True)) == {"accepted"}


def test_return_without_a_reason_keeps_what_was_typed(tree: factories.Tree, edition: Edition, client: Client) -> None:
    report = make.report(edition, tree.school_a)

    page = make.text_of(client.post(_review(report, "return/"), {"version": "1", "reason": " ", "note": "记一笔"}), 400)

    assert "请写明退回原因" in page
    assert "记一笔" in page
    assert DailyReport.objects.get().state == "submitted"


def test_a_colleague_was_quicker(
    tree: factories.Tree, edition: Edition, client: Client, host_reviewer: User, liaison: User
) -> None:
    report = make.report(edition, tree.school_a)
    other = factories.client_of(host_reviewer)
    other.post(_review(report, "accept/"), {"version": "1"})

    page = make.text_of(client.post(_review(report, "return/"), {"version": "1", "reason": "缺少来源"}), 409)

    assert "市审核员已先作出“已通过”的决定" in page
    assert DailyReport.objects.get().state == "accepted"
    assert Message.objects.filter(recipient=liaison).count() == 1


def test_deciding_on_what_the_school_took_back_leads_to_the_queue(
    tree: factories.Tree, edition: Edition, client: Client
) -> None:
    report = make.report(edition, tree.school_a)
    DailyReport.objects.update(state="draft", version=2)

    response = client.post(_review(report, "accept/"), {"version": "1"})

    assert response.status_code == 404  # a draft is the school's own


@pytest.mark.parametrize("version", ["", "²", "-1", "1e3", "9" * 40])
def test_a_version_that_is_no_number_is_a_conflict(
    tree: factories.Tree, edition: Edition, client: Client, version: str
) -> None:
    report = make.report(edition, tree.school_a)

    make.text_of(client.post(_review(report, "accept/"), {"version": version}), 409)

    assert DailyReport.objects.get().state == "submitted"


@pytest.mark.parametrize(
    "address",
    [
        "/w/reports/queue/?day=²&flag=x&page=²&q=%00&district=%00&edition=%00",
        "/w/reports/board/?day=2031-02-30&state=x&sort=x&page=-1&q=%25",
        "/w/reports/board/live/?day=x&stamp=x",
        "/w/reports/totals/?group=²",
        "/w/reports/archive/?day=x&include=x",
        "/w/reports/board/export/?day=x&state=missing&sort=state",
    ],
)
def test_nonsense_in_an_address_is_ignored(
    tree: factories.Tree, edition: Edition, client: Client, address: str
) -> None:
    make.report(edition, tree.school_a)

    assert client.get(address).status_code == 200


def test_nonsense_in_a_form_changes_nothing(
    tree: factories.Tree, edition: Edition, client: Client, reviewer: User
) -> None:
    report = make.report(edition, tree.school_a)

    bulk = client.post("/w/reports/queue/accept/", {"report": ["²:1", f"{report.pk}:²", "x", f"{9**30}:1"]})
    comment = client.post(_review(report, "comment/"), {"item": "²", "text": "看"})
    resolve = client.post(_review(report, "comment/resolve/"), {"comment": "²"})
    highlight = client.post(_review(report, "highlight/"), {"item": "²", "on": "1"})
    with make.signed_in_at(reviewer) as client:
        remind = client.post("/w/reports/board/remind/", {"day": DAY.isoformat(), "school": ["²"]})

    assert [each.status_code for each in (bulk, comment, resolve, highlight, remind)] == [302, 404, 404, 404, 302]
    assert not ItemComment.objects.exists()
    report.refresh_from_db()
    assert (report.state, report.is_highlight) == ("submitted", False)


def test_bulk_accept_skips_faulty_reports_until_confirmed(
    tree: factories.Tree, edition: Edition, client: Client
) -> None:
    fine = make.report(edition, tree.school_a)
    faulty = make.report(edition, tree.school_a, day=edition.days[1], error_reason="设备坏了")
    ticks = {"report": [f"{fine.pk}:1", f"{faulty.pk}:1"]}

    page = make.text_of(client.post("/w/reports/queue/accept/", ticks, follow=True))
    confirmed = make.text_of(client.post("/w/reports/queue/accept/", {**ticks, "confirm_errors": "1"}, follow=True))

    assert "已通过 1 份报告" in page
    assert "检查结果中有错误" in page
    assert "已通过 1 份报告" in confirmed
    assert DailyReport.objects.filter(state="accepted").count() == 2


def test_bulk_accept_returns_only_to_this_site(tree: factories.Tree, edition: Edition, client: Client) -> None:
    inside = client.post("/w/reports/queue/accept/", {"next": "/w/reports/queue/?flag=late"})
    outside = client.post("/w/reports/queue/accept/", {"next": "https://example.org/"})

    assert inside.url == "/w/reports/queue/?flag=late"
    assert outside.url == "/w/reports/queue/"


def test_comments_on_one_item_and_on_the_whole_are_kept_apart_and_settled(
    tree: factories.Tree, edition: Edition, client: Client, reviewer: User
) -> None:
    report = make.report(edition, tree.school_a)
    piece = make.item(report, title="稿件", text="正文")
    other = make.item(make.report(edition, tree.school_b))

    on_item = client.post(_review(report, "comment/"), {"item": piece.pk, "text": "请注明来源"})
    on_whole = client.post(_review(report, "comment/"), {"text": "整体不错"})
    foreign = client.post(_review(report, "comment/"), {"item": other.pk, "text": "看"})
    remark = ItemComment.objects.get(item=piece)
    settled = client.post(_review(report, "comment/resolve/"), {"comment": remark.pk})

    assert on_item.url == settled.url == f"{_review(report)}#item-{piece.pk}"
    assert on_whole.url == f"{_review(report)}#comments"
    assert foreign.status_code == 404
    remark.refresh_from_db()
    assert (remark.author, remark.text, remark.resolved_at is not None) == (reviewer, "请注明来源", True)
    page = make.text_of(client.get(_review(report)))
    assert "1 条未处理批注" in page
    assert [event.verb for event in history_of(report).order_by("pk")] == [
        "report.comment",
        "report.comment",
        "report.comment_resolve",
    ]


def test_highlights_of_the_whole_and_of_one_item_show(
    tree: factories.Tree, edition: Edition, client: Client, reviewer: User
) -> None:
    report = make.report(edition, tree.school_a, state="accepted")
    photo = make.item(report, _K.PHOTO, file=make.stored(edition, tree.school_a, "a.jpg", b"x"), caption="茶艺")

    client.post(_review(report, "highlight/"), {"on": "1"})
    client.post(_review(report, "highlight/"), {"on": "1", "item": photo.pk})
    page = make.text_of(client.get(_review(report)))

    assert "取消整份亮点" in page
    assert "已是亮点" in page
    with make.signed_in_at(reviewer) as client:
        assert "亮点" in make.text_of(client.get(f"/w/reports/board/?day={DAY}"))


def test_reopen_brings_an_accepted_report_back(tree: factories.Tree, edition: Edition, client: Client) -> None:
    report = make.report(edition, tree.school_a, state="accepted")

    refused = make.text_of(client.post(_review(report, "reopen/"), {"reason": ""}), 400)
    client.post(_review(report, "reopen/"), {"reason": "点错了"})

    assert "请写明撤销通过的原因" in refused
    assert DailyReport.objects.get().state == "submitted"


def _version(report: DailyReport, number: int, *items: dict[str, Any], **whole: Any) -> None:
    moment = make.at(DAY + timedelta(days=1), 8 + number)
    snapshot = {"items": list(items), "note": "", "figures": {}, **whole}
    ReportVersion.objects.create(report=report, number=number, snapshot=snapshot, submitted_at=moment)


def test_comparison_shows_what_was_added_removed_and_changed(
    tree: factories.Tree, edition: Edition, client: Client
) -> None:
    report = make.report(edition, tree.school_a)
    ReportVersion.objects.all().delete()
    text = {"client_id": "a", "kind": "manuscript", "title": "见闻"}
    photo = {"client_id": "b", "kind": "photo", "caption": "茶艺", "file": {"name": "a.jpg", "sha256": "1"}}
    labels = {"students": "学生"}
    _version(report, 1, {**text, "text": "来了三百人。"}, photo, figures={"students": 300}, figure_labels=labels)
    newer = {"client_id": "c", "kind": "photo", "caption": "插花", "file": {"name": "c.jpg", "sha256": "3"}}
    replaced = {**photo, "file": {"name": "b.jpg", "sha256": "2"}}
    _version(
        report, 2, {**text, "text": "来了五百人。"}, replaced, newer, figures={"students": 500}, figure_labels=labels
    )
    _version(report, 3, {**text, "text": "来了五百人。"}, figures={"students": 500}, figure_labels=labels)

    latest = make.text_of(client.get(_review(report, "compare/")))
    first = make.text_of(client.get(_review(report, "compare/?from=1&to=2")))
    same = make.text_of(client.get(_review(report, "compare/?from=3&to=3")))
    nonsense = make.text_of(client.get(_review(report, "compare/?from=²&to=99")))

    assert latest.count("移除") >= 2
    assert "照片《插花》" in latest
    assert "<del>三</del><ins>五</ins>" in first
    assert "<del>a.jpg</del><ins>b.jpg</ins>" in first
    assert "<del>300</del><ins>500</ins>" in first
    assert "新增" in first
    assert "两次报送的内容相同" in same
    assert "照片《插花》" in nonsense


def test_comparison_of_a_report_handed_in_once_says_so(tree: factories.Tree, edition: Edition, client: Client) -> None:
    report = make.report(edition, tree.school_a)

    assert "学校只报送过一次" in make.text_of(client.get(_review(report, "compare/")))


@pytest.mark.requirement("C9")
def test_one_click_reminds_those_ticked_and_says_who(
    tree: factories.Tree, edition: Edition, host_reviewer: User, liaison: User
) -> None:
    factories.person(tree.school_b, "liaison")
    form = {"edition": edition.slug, "day": DAY.isoformat(), "school": [tree.school_a.pk]}

    with make.signed_in_at(host_reviewer) as client:
        first = make.text_of(client.post("/w/reports/board/remind/", form, follow=True))
        again = make.text_of(client.post("/w/reports/board/remind/", form, follow=True))
        board = make.text_of(client.get(f"/w/reports/board/?day={DAY}"))

    assert "已提醒 1 所学校：示例第一职业学校。" in first
    assert "没有重复提醒" in again
    assert "提醒1次" in board
    assert list(Reminder.objects.values_list("organisation_id", "sent_by_id")) == [(tree.school_a.pk, host_reviewer.pk)]
    message = Message.objects.get()
    assert (message.recipient, message.url) == (liaison, f"/w/reports/{DAY}/")


@pytest.mark.requirement("C9")
def test_reminding_a_foreign_school_reaches_nobody(tree: factories.Tree, edition: Edition, reviewer: User) -> None:
    factories.person(tree.school_b, "liaison")
    form = {"day": DAY.isoformat(), "school": [tree.school_b.pk]}

    with make.signed_in_at(reviewer) as client:
        page = make.text_of(client.post("/w/reports/board/remind/", form, follow=True))

    assert "没有需要提醒的学校" in page
    assert not Message.objects.exists()


@pytest.mark.requirement("C9")
def test_school_page_shows_its_week_people_and_reminders(
    tree: factories.Tree, edition: Edition, client: Client, liaison: User, reviewer: User
) -> None:
    report = make.report(edition, tree.school_a, is_late=True)
    Reminder.objects.create(edition=edition, organisation=tree.school_a, day=DAY, slot="09:00")

    page = make.text_of(client.get(f"/w/reports/board/school/{tree.school_a.pk}/"))

    assert _review(report) in page
    assert liaison.name in page
    assert "自动提醒" in page


@pytest.mark.parametrize("role", ["member", "liaison", "manager"])
def test_a_school_gets_none_of_the_bureaus_pages(tree: factories.Tree, edition: Edition, role: str) -> None:
    report = make.report(edition, tree.school_a)
    client = factories.client_of(factories.person(tree.school_a, role))

    for address in ("queue/", "board/", "board/live/", "board/export/", "totals/", "archive/", "archive/download/"):
        assert client.get(f"/w/reports/{address}").status_code == 403
    assert client.get(_review(report)).status_code == 403


def test_before_any_edition_is_open_the_pages_say_so(tree: factories.Tree, host_reviewer: User) -> None:
    client = factories.client_of(host_reviewer)

    for address in ("queue/", "board/", "totals/", "archive/"):
        assert "还没有" in make.text_of(client.get(f"/w/reports/{address}"))


def test_a_closed_edition_is_only_read(tree: factories.Tree, edition: Edition, client: Client) -> None:
    report = make.report(edition, tree.school_a)
    Edition.objects.update(state=Edition.State.CLOSED)

    page = make.text_of(client.get(_review(report)))
    refused = client.post(_review(report, "accept/"), {"version": "1"})

    assert "已归档，只能阅读" in page
    assert 'name="reason"' not in page
    assert refused.status_code == 403
