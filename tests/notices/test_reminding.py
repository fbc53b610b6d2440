"""Reminders in one click, and by themselves before the deadline (A2)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine

from skillweek.core.clock import now
from skillweek.core.errors import Conflict, NotAllowed
from skillweek.editions.models import Edition
from skillweek.notices.domain import acknowledge, remind, save_notice, send_due_reminders, withdraw_notice
from skillweek.notices.domain.reminding import AHEAD, PAUSE
from skillweek.notices.models import Notice, Receipt
from skillweek.notifications.models import Message
from skillweek.organisations.models import User
from tests.factories import Tree, person
from tests.notices import make

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("A2")]


def _reminded() -> list[User]:
    return [row.recipient for row in Message.objects.filter(kind="notice.reminder").order_by("pk") if row.recipient]


def test_one_click_reminds_all_that_have_not_acknowledged(
    edition: Edition, tree: Tree, editor: User, liaison: User
) -> None:
    other = person(tree.school_b, "liaison")
    notice = make.published(edition, tree.host, editor, audience={"kinds": ["school"]})
    acknowledge(notice, tree.school_a, by=liaison)

    outcome = remind(notice, by=editor)
    make.work()

    assert [str(unit) for unit in outcome.reminded] == ["示例第二职业学校"]
    assert {str(unit) for unit in outcome.without_people} == {"示例职业技术学院", "示例技师学院"}
    assert _reminded() == [other]
    receipt = Receipt.objects.get(notice=notice, organisation=tree.school_b)
    assert (receipt.reminder_count, receipt.reminded_at is not None) == (1, True)


def test_a_second_press_reminds_nobody_until_the_pause_is_over(
    edition: Edition, tree: Tree, editor: User, liaison: User
) -> None:
    notice = make.published(edition, tree.host, editor)
    remind(notice, by=editor)

    second = remind(notice, by=person(tree.host, "reviewer"))
    make.work()
    assert (second.reminded, second.already) == ([], [tree.school_a])
    assert _reminded() == [liaison]

    with time_machine.travel(now() + PAUSE + timedelta(minutes=1)):
        assert remind(notice, by=editor).reminded == [tree.school_a]
        make.work()
    assert _reminded() == [liaison, liaison]


def test_who_acknowledged_before_the_mail_went_is_left_alone(
    edition: Edition, tree: Tree, editor: User, liaison: User
) -> None:
    notice = make.published(edition, tree.host, editor)
    remind(notice, by=editor)
    acknowledge(notice, tree.school_a, by=liaison)

    make.work()

    assert _reminded() == []


def test_the_line_above_reminds_its_own_units_only(
    edition: Edition, tree: Tree, editor: User, district: User, liaison: User
) -> None:
    person(tree.school_b, "liaison")
    notice = make.published(edition, tree.host, editor)
    foreign = Receipt.objects.get(notice=notice, organisation=tree.school_b)

    outcome = remind(notice, by=district)

    assert outcome.reminded == [tree.school_a]
    assert remind(notice, by=district, receipt_ids=[foreign.pk]).reminded == []
    for user in (liaison, person(tree.siming, "member"), person(tree.host, "member"), person()):
        with pytest.raises(NotAllowed):
            remind(notice, by=user)
    foreign.refresh_from_db()
    assert foreign.reminder_count == 0


def test_a_withdrawn_notice_reminds_nobody(edition: Edition, tree: Tree, editor: User, liaison: User) -> None:
    notice = make.published(edition, tree.host, editor)
    withdraw_notice(notice, actor=editor, reason="改期。")

    with pytest.raises(Conflict):
        remind(notice, by=editor)


def _due(edition: Edition, tree: Tree, editor: User) -> tuple[Notice, datetime]:
    deadline = now() + timedelta(days=3)
    return make.published(edition, tree.host, editor, acknowledge_by=deadline.isoformat()), deadline


def test_the_day_before_the_deadline_reminds_once(edition: Edition, tree: Tree, editor: User, liaison: User) -> None:
    notice, deadline = _due(edition, tree, editor)
    acknowledge(notice, tree.tech, by=person(tree.tech, "liaison"))

    with time_machine.travel(deadline - AHEAD - timedelta(minutes=1)):
        assert send_due_reminders() == 0
    with time_machine.travel(deadline - AHEAD + timedelta(minutes=1)):
        assert send_due_reminders() == 8
        assert send_due_reminders() == 0
        make.work()
    with time_machine.travel(deadline - timedelta(minutes=1)):
        assert send_due_reminders() == 0
    with time_machine.travel(deadline + timedelta(minutes=1)):
        assert send_due_reminders() == 0
    assert _reminded() == [liaison]


def test_a_deadline_moved_later_reminds_again(edition: Edition, tree: Tree, editor: User, liaison: User) -> None:
    notice, deadline = _due(edition, tree, editor)
    later = deadline + timedelta(days=5)
    with time_machine.travel(deadline - timedelta(hours=20)):
        send_due_reminders()
        save_notice(notice, {"acknowledge_by": later.isoformat()}, actor=editor, expected_revision=None)
        from skillweek.notices.domain import correct_notice

        correct_notice(notice, actor=editor, reason="延长签收期限。")

    with time_machine.travel(later - timedelta(hours=20)):
        assert send_due_reminders() == 9


def test_who_just_received_or_was_reminded_is_not_reminded_by_itself(
    edition: Edition, tree: Tree, editor: User, liaison: User
) -> None:
    soon = now() + timedelta(hours=5)
    notice = make.published(edition, tree.host, editor, acknowledge_by=soon.isoformat())

    assert send_due_reminders() == 0
    with time_machine.travel(now() + timedelta(hours=3)):
        remind(notice, by=editor)
        assert send_due_reminders() == 8  # those without people count, and are told when somebody joins
