"""Handing a report in, taking it back, asking the liaison (C1, C10)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine

from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.models import AuditEvent
from skillweek.editions.domain import close_edition
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from skillweek.organisations.models import Membership, Role, User
from skillweek.reports import access
from skillweek.reports.domain.filing import ask_for_submission, submit_report, withdraw_report
from skillweek.reports.domain.review import accept_report, return_for_correction
from skillweek.reports.models import DailyReport
from skillweek.site.samples import sample_text
from tests import factories
from tests.factories import Tree, person
from tests.reports.filing import make

_S = DailyReport.State


def _good(report: DailyReport, by: User) -> None:
    """Put a case without findings into the report."""
    make.text_item(report, by, sample_text(1000), title="茶艺进社区")


def _submit(report: DailyReport, by: User, **more: Any) -> DailyReport:
    return submit_report(report, by=by, **{"expected_version": make.version_of(report), **more})


@pytest.mark.requirement("C1")
def test_submit_hands_in_and_keeps_the_version(draft: DailyReport, liaison: User) -> None:
    item = make.text_item(draft, liaison, sample_text(1000), title="茶艺进社区")
    make.change(draft, liaison, make.put("figure:students", "120"), make.put("note", "下雨"))
    seen = make.version_of(draft)

    handed_in = submit_report(draft, by=liaison, expected_version=seen)

    assert (handed_in.state, handed_in.version, handed_in.submitted_by) == (_S.SUBMITTED, seen + 1, liaison)
    assert (handed_in.is_late, handed_in.error_reason) == (False, "")
    version = handed_in.versions.get()
    assert (version.number, version.submitted_by, version.submitted_at) == (1, liaison, handed_in.submitted_at)
    [kept] = version.snapshot["items"]
    assert (kept["client_id"], kept["text"], kept["word_count"]) == (str(item.client_id), item.text, 1000)
    assert (version.snapshot["figures"], version.snapshot["note"]) == ({"students": 120}, "下雨")
    assert version.snapshot["figure_labels"]["students"] == "参与学生（人次）"
    assert make.verbs_of(draft)[-1] == "report.submit"


@pytest.mark.requirement("C1")
def test_errors_block_submission_until_a_reason_is_written(draft: DailyReport, liaison: User) -> None:
    make.text_item(draft, liaison, sample_text(50), title="太短的案例")
    make.text_item(draft, liaison, "", title="空的案例")

    with pytest.raises(DomainError) as refused:
        _submit(draft, liaison)
    assert (refused.value.code, refused.value.field) == ("has_errors", "error_reason")
    assert [row["code"] for row in refused.value.details] == ["manuscript.too_short", "manuscript.empty"]
    assert refused.value.message.startswith("还有 2 处不符合要求")
    with pytest.raises(DomainError):
        _submit(draft, liaison, error_reason=" \n\0 ")
    draft.refresh_from_db()
    assert (draft.state, draft.versions.count()) == (_S.DRAFT, 0)

    filed = _submit(draft, liaison, error_reason="  因台风停课，材料不全。 ")
    assert (filed.state, filed.error_reason) == (_S.SUBMITTED, "因台风停课，材料不全。")
    assert filed.versions.get().snapshot["error_reason"] == "因台风停课，材料不全。"
    event = AuditEvent.objects.get(verb="report.submit")
    assert (event.reason, event.data["errors"]) == ("因台风停课，材料不全。", 2)


@pytest.mark.requirement("C1")
def test_too_long_a_reason_is_refused(draft: DailyReport, liaison: User) -> None:
    with pytest.raises(DomainError) as refused:
        _submit(draft, liaison, error_reason="因" * 2001)
    assert (refused.value.field, draft.versions.count()) == ("error_reason", 0)


@pytest.mark.requirement("C1")
def test_an_empty_report_needs_a_reason(draft: DailyReport, liaison: User) -> None:
    with pytest.raises(DomainError) as refused:
        _submit(draft, liaison)
    assert [row["code"] for row in refused.value.details] == ["report.empty"]

    assert _submit(draft, liaison, error_reason="当天没有活动。").state == _S.SUBMITTED


@pytest.mark.requirement("C1")
def test_warnings_do_not_block_and_need_no_reason(draft: DailyReport, liaison: User) -> None:
    item = make.text_item(draft, liaison, sample_text(780), title="略短的案例")
    assert [row["severity"] for row in item.findings] == ["warning"]

    filed = _submit(draft, liaison, error_reason="没有必要写的理由")

    assert (filed.state, filed.error_reason) == (_S.SUBMITTED, "")


@pytest.mark.requirement("C1")
@pytest.mark.parametrize(
    ("moment", "late"),
    [("2023-05-15 11:59:59", False), ("2023-05-15 12:00:00", False), ("2023-05-15 12:00:01", True)],
)
def test_late_begins_the_second_after_noon_of_the_next_day(
    moment: str, late: bool, draft: DailyReport, liaison: User, clock: time_machine.Traveller
) -> None:
    _good(draft, liaison)
    clock.move_to(make.at(moment))

    filed = _submit(draft, liaison)

    assert (filed.state, filed.is_late) == (_S.SUBMITTED, late)
    assert AuditEvent.objects.get(verb="report.submit").data["late"] is late


@pytest.mark.requirement("C1")
@pytest.mark.parametrize(
    ("moment", "late"), [("18:00:00", False), ("18:00:01", True), ("16:00:00", False), ("20:00:00", True)]
)
def test_late_follows_the_rule_of_another_city(
    moment: str, late: bool, tree: Tree, liaison: User, clock: time_machine.Traveller
) -> None:
    """Due on the same day at 18:00 in Urumqi, which is 20:00 in Xiamen."""
    edition = factories.edition("yunshan-2031", folder=make.YUNSHAN)
    clock.move_to(make.at(f"2031-09-08 {moment}", "Asia/Urumqi"))
    report = make.begin(liaison, tree.school_a, edition, date(2031, 9, 8))
    make.text_item(report, liaison, sample_text(400), kind="manuscript", title="开放日简讯")

    assert _submit(report, liaison).is_late is late


@pytest.mark.requirement("C1")
def test_late_is_decided_by_the_first_submission_alone(
    draft: DailyReport, liaison: User, reviewer: User, clock: time_machine.Traveller
) -> None:
    _good(draft, liaison)
    first = _submit(draft, liaison)
    return_for_correction(draft, by=reviewer, expected_version=first.version, reason="请补照片")
    clock.move_to(make.at("2023-05-17 09:00:00"))

    again = _submit(draft, liaison)

    assert (again.is_late, again.first_submitted_at) == (False, first.submitted_at)
    assert again.submitted_at == make.at("2023-05-17 09:00:00")


@pytest.mark.requirement("C1")
def test_a_second_submission_changes_nothing(draft: DailyReport, liaison: User) -> None:
    _good(draft, liaison)
    seen = make.version_of(draft)
    submit_report(draft, by=liaison, expected_version=seen)

    with pytest.raises(Conflict, match="已经提交，正在等待审核"):
        submit_report(draft, by=liaison, expected_version=seen)
    assert (draft.versions.count(), make.verbs_of(draft).count("report.submit")) == (1, 1)


@pytest.mark.requirement("C1")
def test_what_a_colleague_changed_meanwhile_is_not_handed_in_unread(
    draft: DailyReport, liaison: User, member: User
) -> None:
    _good(draft, liaison)
    seen = make.version_of(draft)
    make.change(draft, member, make.put("note", "同事补充的说明"))

    with pytest.raises(Conflict) as refused:
        submit_report(draft, by=liaison, expected_version=seen)
    assert (refused.value.code, refused.value.details) == ("changed", [{"version": seen + 1}])
    assert submit_report(draft, by=liaison, expected_version=seen + 1).note == "同事补充的说明"


@pytest.mark.requirement("C1")
def test_a_member_may_not_submit(draft: DailyReport, member: User) -> None:
    _good(draft, member)

    with pytest.raises(NotAllowed, match="只有学校联络员可以提交"):
        _submit(draft, member)
    draft.refresh_from_db()
    assert draft.state == _S.DRAFT


@pytest.mark.requirement("C1")
@pytest.mark.parametrize(("unit", "role"), [("school_b", "liaison"), ("siming", "manager"), ("host", "manager")])
def test_outsiders_may_neither_submit_nor_withdraw_nor_ask(
    unit: str, role: str, draft: DailyReport, liaison: User, tree: Tree
) -> None:
    outsider = person(getattr(tree, unit), role)
    _good(draft, liaison)

    with pytest.raises(NotAllowed):
        _submit(draft, outsider)
    with pytest.raises(NotAllowed):
        ask_for_submission(draft, by=outsider)
    _submit(draft, liaison)
    with pytest.raises(NotAllowed):
        withdraw_report(draft, by=outsider)


@pytest.mark.requirement("C1")
def test_a_manager_of_the_school_may_submit(draft: DailyReport, tree: Tree) -> None:
    manager = person(tree.school_a, "manager")
    _good(draft, manager)
    assert _submit(draft, manager).submitted_by == manager


@pytest.mark.requirement("C1")
def test_every_submission_is_kept_as_it_was(draft: DailyReport, liaison: User, reviewer: User) -> None:
    item = make.text_item(draft, liaison, sample_text(1000, seed=1), title="第一稿")
    first = _submit(draft, liaison)
    return_for_correction(draft, by=reviewer, expected_version=first.version, reason="请改标题")
    make.change(draft, liaison, make.put("title", "第二稿", "第一稿", item.client_id))
    _submit(draft, liaison)

    kept = list(draft.versions.order_by("number"))
    assert [version.number for version in kept] == [1, 2]
    assert [version.snapshot["items"][0]["title"] for version in kept] == ["第一稿", "第二稿"]


@pytest.mark.requirement("C1")
def test_withdraw_takes_back_what_nobody_has_decided_on(draft: DailyReport, liaison: User, reviewer: User) -> None:
    _good(draft, liaison)
    handed_in = _submit(draft, liaison)

    back = withdraw_report(draft, by=liaison)

    assert (back.state, back.version, access.can_edit(liaison, back)) == (_S.DRAFT, handed_in.version + 1, True)
    assert not access.visible_to(reviewer).filter(pk=draft.pk).exists()
    assert (draft.versions.count(), make.verbs_of(draft)[-1]) == (1, "report.withdraw")
    with pytest.raises(Conflict, match="学校已撤回"):
        accept_report(draft, by=reviewer, expected_version=handed_in.version)
    with pytest.raises(Conflict, match="不需要撤回"):
        withdraw_report(draft, by=liaison)


@pytest.mark.requirement("C1")
def test_a_member_may_not_withdraw(draft: DailyReport, liaison: User, member: User) -> None:
    _good(draft, liaison)
    _submit(draft, liaison)
    with pytest.raises(NotAllowed, match="只有学校联络员可以撤回"):
        withdraw_report(draft, by=member)


@pytest.mark.requirement("C1")
def test_what_was_decided_cannot_be_withdrawn(draft: DailyReport, liaison: User, reviewer: User) -> None:
    _good(draft, liaison)
    accept_report(draft, by=reviewer, expected_version=_submit(draft, liaison).version)

    with pytest.raises(Conflict):
        withdraw_report(draft, by=liaison)
    with pytest.raises(Conflict, match="已经通过审核，不能再修改"):
        make.change(draft, liaison, make.put("note", "晚了"))


@pytest.mark.requirement("C1")
def test_ask_tells_the_liaisons_once(draft: DailyReport, liaison: User, member: User, tree: Tree) -> None:
    second = person(tree.school_a, "manager")
    person(tree.school_b, "liaison")

    assert ask_for_submission(draft, by=member) == 2
    ask_for_submission(draft, by=member)

    told = Message.objects.filter(kind="report.ready")
    assert set(told.values_list("recipient", flat=True)) == {liaison.pk, second.pk}
    assert told.count() == 2
    assert {message.title for message in told} == {"陈老师请您核对并提交5月14日的一日一报"}
    assert {message.url for message in told} == {f"/w/reports/edit/{draft.pk}/"}


@pytest.mark.requirement("C1")
def test_ask_says_so_when_there_is_no_liaison(tree: Tree, edition: Edition) -> None:
    member = person(tree.school_b, "member")
    report = make.begin(member, tree.school_b, edition)

    with pytest.raises(DomainError) as refused:
        ask_for_submission(report, by=member)
    assert refused.value.code == "no_liaison"


@pytest.mark.requirement("C10")
def test_a_returned_report_comes_again_and_its_reviewer_hears_of_it(
    draft: DailyReport, liaison: User, reviewer: User, tree: Tree
) -> None:
    colleague = person(tree.siming, "reviewer")
    _good(draft, liaison)
    handed_in = _submit(draft, liaison)
    assert not Message.objects.filter(kind="report.resubmitted").exists()
    return_for_correction(draft, by=reviewer, expected_version=handed_in.version, reason="请补充数据")
    draft.refresh_from_db()
    assert access.can_edit(liaison, draft)
    make.change(draft, liaison, make.put("figure:students", "120"))

    again = _submit(draft, liaison)

    assert (again.state, again.decided_by, again.decided_at, again.decision_note) == (_S.SUBMITTED, None, None, "")
    message = Message.objects.get(kind="report.resubmitted")
    assert (message.recipient, message.url) == (reviewer, f"/w/reports/review/{draft.pk}/")
    assert message.title == "示例第一职业学校修改后重新报送了5月14日的一日一报"
    assert not message.deliveries.exists()
    assert not Message.objects.filter(recipient=colleague).exists()
    reasons = AuditEvent.objects.filter(verb="report.return").values_list("reason", "actor")
    assert list(reasons) == [("请补充数据", reviewer.pk)]
    assert accept_report(draft, by=reviewer, expected_version=again.version).state == _S.ACCEPTED


@pytest.mark.requirement("C10")
def test_a_reviewer_who_left_hears_nothing(draft: DailyReport, liaison: User, reviewer: User) -> None:
    _good(draft, liaison)
    return_for_correction(draft, by=reviewer, expected_version=_submit(draft, liaison).version, reason="请补充")
    Membership.objects.filter(user=reviewer, role=Role.REVIEWER).update(is_active=False)

    _submit(draft, liaison)

    assert not Message.objects.filter(kind="report.resubmitted").exists()


@pytest.mark.requirement("C1")
def test_a_closed_edition_freezes_reports(draft: DailyReport, liaison: User, tree: Tree, edition: Edition) -> None:
    _good(draft, liaison)
    close_edition(edition, actor=person(tree.host, "manager"), reason="活动周结束")

    for attempt in (
        lambda: _submit(draft, liaison),
        lambda: make.change(draft, liaison, make.put("note", "晚了")),
        lambda: ask_for_submission(draft, by=liaison),
    ):
        with pytest.raises(Conflict, match="已归档"):
            attempt()


@pytest.mark.requirement("C1")
def test_a_closed_edition_keeps_what_was_handed_in(
    draft: DailyReport, liaison: User, member: User, tree: Tree, edition: Edition
) -> None:
    _good(draft, liaison)
    _submit(draft, liaison)
    close_edition(edition, actor=person(tree.host, "manager"), reason="活动周结束")

    with pytest.raises(Conflict, match="已归档"):
        withdraw_report(draft, by=liaison)
    with pytest.raises(NotAllowed):
        withdraw_report(draft, by=member)
