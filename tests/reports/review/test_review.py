"""Deciding on reports: one decision wins, everything is recorded, the school is told (C10)."""

from __future__ import annotations

import pytest

from skillweek.core.audit import history_of
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from skillweek.organisations.models import User
from skillweek.reports.domain import review as verbs
from skillweek.reports.domain.comments import add_comment, resolve_comment
from skillweek.reports.models import DailyReport, ReportItem
from tests import factories
from tests.reports.review import make

pytestmark = pytest.mark.requirement("C10")
ERROR = {"code": "x", "severity": "error", "subject": "s", "message": "错", "message_en": "wrong"}


def test_accept_records_who_when_why_and_tells_the_school(
    tree: factories.Tree, edition: Edition, reviewer: User, liaison: User
) -> None:
    waiting = make.report(edition, tree.school_a)

    accepted = verbs.accept_report(waiting, by=reviewer, expected_version=waiting.version, note=" 很好 ")

    waiting.refresh_from_db()
    assert (waiting.state, waiting.decided_by, waiting.decision_note) == ("accepted", reviewer, "很好")
    assert waiting.decided_at is not None
    assert accepted.version == 2
    event = history_of(waiting).get()
    assert (event.verb, event.actor_id, event.reason) == ("report.accept", reviewer.pk, "很好")
    message = Message.objects.get()
    assert (message.recipient, message.kind) == (liaison, "report.accepted")
    assert "3月3日" in message.title
    assert "很好" in message.body


def test_return_needs_a_reason_and_carries_the_comments(
    tree: factories.Tree, edition: Edition, reviewer: User, liaison: User
) -> None:
    waiting = make.report(edition, tree.school_a)
    piece = make.item(waiting, text="正文")
    add_comment(waiting, by=reviewer, text="请注明来源", item=piece)
    resolve_comment(add_comment(waiting, by=reviewer, text="已改好"), by=reviewer)

    with pytest.raises(DomainError) as refused:
        verbs.return_for_correction(waiting, by=reviewer, expected_version=1, reason="  ")
    verbs.return_for_correction(waiting, by=reviewer, expected_version=1, reason="缺来源")

    waiting.refresh_from_db()
    assert refused.value.field == "reason"
    assert (waiting.state, waiting.decision_note) == ("returned", "缺来源")
    assert history_of(waiting).filter(verb="report.return").get().data["comments"] == 1
    assert "另有 1 条批注" in Message.objects.get(kind="report.returned").body


def test_decision_on_an_older_version_is_a_conflict_and_changes_nothing(
    tree: factories.Tree, edition: Edition, reviewer: User
) -> None:
    waiting = make.report(edition, tree.school_a, version=4)

    with pytest.raises(Conflict) as conflict:
        verbs.accept_report(waiting, by=reviewer, expected_version=3)

    waiting.refresh_from_db()
    assert conflict.value.code == "changed"
    assert waiting.state == DailyReport.State.SUBMITTED
    assert not history_of(waiting).exists()


def test_second_decision_is_told_who_was_first(
    tree: factories.Tree, edition: Edition, reviewer: User, host_reviewer: User
) -> None:
    waiting = make.report(edition, tree.school_a)
    verbs.accept_report(waiting, by=reviewer, expected_version=1)

    with pytest.raises(Conflict) as conflict:
        verbs.return_for_correction(waiting, by=host_reviewer, expected_version=1, reason="不行")

    assert conflict.value.code == "already_decided"
    assert "思明审核员" in conflict.value.message
    assert DailyReport.objects.get().state == "accepted"


def test_report_taken_back_by_the_school_is_told_as_such(
    tree: factories.Tree, edition: Edition, reviewer: User
) -> None:
    draft = make.report(edition, tree.school_a, state="draft")

    with pytest.raises(Conflict) as conflict:
        verbs.accept_report(draft, by=reviewer, expected_version=1)

    assert conflict.value.code == "withdrawn"


@pytest.mark.parametrize(("where", "role"), [("school_a", "manager"), ("huli", "reviewer"), ("siming", "member")])
def test_only_reviewers_strictly_above_decide(tree: factories.Tree, edition: Edition, where: str, role: str) -> None:
    waiting = make.report(edition, tree.school_a)
    stranger = factories.person(getattr(tree, where), role)

    with pytest.raises(NotAllowed):
        verbs.accept_report(waiting, by=stranger, expected_version=1)
    with pytest.raises(NotAllowed):
        verbs.mark_report_highlight(waiting, by=stranger, on=True)

    assert DailyReport.objects.get().state == "submitted"


def test_closed_edition_cannot_be_decided(tree: factories.Tree, edition: Edition, reviewer: User) -> None:
    waiting = make.report(edition, tree.school_a)
    Edition.objects.update(state=Edition.State.CLOSED)

    with pytest.raises(NotAllowed):
        verbs.accept_report(waiting, by=reviewer, expected_version=1)


def test_reopen_takes_an_acceptance_back_with_a_reason(
    tree: factories.Tree, edition: Edition, reviewer: User, liaison: User
) -> None:
    waiting = make.report(edition, tree.school_a)
    verbs.accept_report(waiting, by=reviewer, expected_version=1)

    with pytest.raises(DomainError):
        verbs.reopen_report(waiting, by=reviewer, reason="")
    verbs.reopen_report(waiting, by=reviewer, reason="点错了")

    waiting.refresh_from_db()
    assert (waiting.state, waiting.decided_by, waiting.version) == ("submitted", None, 3)
    assert history_of(waiting).first().reason == "点错了"  # type: ignore[union-attr]
    assert Message.objects.filter(recipient=liaison, kind="report.reopened").count() == 1
    with pytest.raises(Conflict):
        verbs.reopen_report(waiting, by=reviewer, reason="再来")


def test_bulk_accept_skips_errors_changes_and_foreign_reports(
    tree: factories.Tree, edition: Edition, reviewer: User
) -> None:
    good = make.report(edition, tree.school_a)
    faulty = make.report(edition, tree.school_a, day=edition.days[1])
    make.item(faulty, findings=[ERROR])
    changed = make.report(edition, tree.school_a, day=edition.days[2], version=9)
    foreign = make.report(edition, tree.school_b)
    choices = {good.pk: 1, faulty.pk: 1, changed.pk: 8, foreign.pk: 1}

    outcome = verbs.accept_selected(choices, by=reviewer)

    assert [report.pk for report in outcome.accepted] == [good.pk]
    assert [skipped.report.pk for skipped in outcome.skipped] == [faulty.pk, changed.pk]
    assert DailyReport.objects.get(pk=foreign.pk).state == "submitted"
    assert history_of(good).count() == 1
    confirmed = verbs.accept_selected({faulty.pk: 1}, by=reviewer, confirm_errors=True)
    assert [report.pk for report in confirmed.accepted] == [faulty.pk]


def test_highlights_are_marked_once_and_recorded(tree: factories.Tree, edition: Edition, reviewer: User) -> None:
    waiting = make.report(edition, tree.school_a)
    photo = make.item(waiting, ReportItem.Kind.PHOTO, caption="茶艺")

    verbs.mark_report_highlight(waiting, by=reviewer, on=True)
    verbs.mark_report_highlight(waiting, by=reviewer, on=True)
    verbs.mark_item_highlight(photo, by=reviewer, on=True)
    verbs.mark_item_highlight(photo, by=reviewer, on=False)

    waiting.refresh_from_db()
    photo.refresh_from_db()
    assert (waiting.is_highlight, photo.is_highlight) == (True, False)
    assert [event.verb for event in history_of(waiting).order_by("pk")] == [
        "report.highlight",
        "report.item_highlight",
        "report.item_unhighlight",
    ]


def test_highlighting_leaves_the_version_alone_so_that_a_decision_still_stands(
    tree: factories.Tree, edition: Edition, reviewer: User
) -> None:
    waiting = make.report(edition, tree.school_a)

    verbs.mark_report_highlight(waiting, by=reviewer, on=True)

    assert verbs.accept_report(waiting, by=reviewer, expected_version=1).is_highlight


def test_comment_of_the_school_reaches_the_reviewer_who_decided(
    tree: factories.Tree, edition: Edition, reviewer: User, liaison: User
) -> None:
    waiting = make.report(edition, tree.school_a)
    verbs.return_for_correction(waiting, by=reviewer, expected_version=1, reason="缺来源")
    waiting.refresh_from_db()

    add_comment(waiting, by=liaison, text="已补上")

    message = Message.objects.get(recipient=reviewer)
    assert (message.kind, message.body) == ("report.commented", "已补上")


def test_comment_by_a_stranger_or_on_a_foreign_item_is_refused(
    tree: factories.Tree, edition: Edition, reviewer: User
) -> None:
    waiting = make.report(edition, tree.school_a)
    other = make.item(make.report(edition, tree.school_b))

    with pytest.raises(NotAllowed):
        add_comment(waiting, by=factories.person(tree.school_b), text="看看")
    with pytest.raises(DomainError):
        add_comment(waiting, by=reviewer, text="看看", item=other)
    with pytest.raises(DomainError):
        add_comment(waiting, by=reviewer, text="   ")

    assert not waiting.comments.exists()
