"""Reminders: at the edition's times in its zone, to those missing, never twice (C9)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from skillweek.core.errors import DomainError, NotAllowed
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from skillweek.organisations.models import User
from skillweek.reports.domain.reminders import due_slots, remind, send_due_reminders
from skillweek.reports.models import Reminder
from tests import factories
from tests.reports.review import make

pytestmark = pytest.mark.requirement("C9")
DAY = make.FIRST_DAY
NEXT = DAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("hour", "minute", "expected"),
    [
        (8, 59, []),
        (9, 0, [(DAY, "09:00")]),
        (16, 59, [(DAY, "09:00")]),
        (17, 0, [(DAY, "17:00")]),
        (18, 0, [(DAY, "17:00")]),
        (18, 1, []),
    ],
)
def test_slots_open_at_the_editions_time_and_close_with_the_deadline(
    edition: Edition, hour: int, minute: int, expected: list[object]
) -> None:
    assert list(due_slots(edition, make.at(NEXT, hour, minute))) == expected


def test_slots_follow_the_editions_zone_not_the_servers(db: None) -> None:
    edition = make.make_edition("kiribati-2031", zone="Pacific/Kiritimati")

    moment = make.at(NEXT, 9, 0, "Pacific/Kiritimati")

    assert list(due_slots(edition, moment)) == [(DAY, "09:00")]
    assert list(due_slots(edition, make.at(NEXT, 9, 0))) == [(DAY, "17:00")]  # 09:00 in Urumqi is 17:00 there


def test_same_day_deadline_reminds_on_the_day_itself(db: None) -> None:
    edition = make.make_edition(report_deadline={"days_after": 0, "time": "18:00"})

    assert list(due_slots(edition, make.at(DAY, 17, 30))) == [(DAY, "17:00")]


def test_scheduled_reminders_go_to_missing_schools_once(tree: factories.Tree, edition: Edition, liaison: User) -> None:
    factories.person(tree.school_a, "member")
    factories.person(tree.school_b, "liaison")
    drafting = factories.person(tree.college, "member")
    make.report(edition, tree.school_b)
    make.report(edition, tree.college, state="draft")

    with time_machine.travel(make.at(NEXT, 9, 2)):
        counts = [send_due_reminders(), send_due_reminders()]

    assert counts == [2, 0]
    assert {message.recipient for message in Message.objects.all()} == {liaison, drafting}
    assert "3月3日" in Message.objects.get(recipient=liaison).title
    with time_machine.travel(make.at(NEXT, 17, 2)):
        assert send_due_reminders() == 2


def test_closed_edition_reminds_nobody(tree: factories.Tree, edition: Edition, liaison: User) -> None:
    Edition.objects.update(state=Edition.State.CLOSED)

    with time_machine.travel(make.at(NEXT, 9, 2)):
        assert send_due_reminders() == 0

    assert not Reminder.objects.exists()


def test_one_click_reminds_missing_schools_and_says_who_has_nobody(
    tree: factories.Tree, edition: Edition, host_reviewer: User, liaison: User
) -> None:
    factories.person(tree.school_b, "liaison")
    make.report(edition, tree.school_b)
    everyone = [tree.school_a, tree.school_b, tree.college]

    with time_machine.travel(make.at(NEXT, 12)):
        outcome = remind(edition, DAY, everyone, by=host_reviewer)
    with time_machine.travel(make.at(NEXT, 12, 5)):
        again = remind(edition, DAY, everyone, by=host_reviewer)
    with time_machine.travel(make.at(NEXT, 12, 30)):
        later = remind(edition, DAY, everyone, by=host_reviewer)

    assert (outcome.reminded, outcome.already, outcome.without_people) == ([tree.school_a], [], [tree.college])
    assert (again.reminded, again.already) == ([], [tree.school_a])
    assert later.reminded == [tree.school_a]
    assert Message.objects.filter(recipient=liaison).count() == 2
    assert AuditEvent.objects.filter(verb="report.remind", actor_id=host_reviewer.pk).count() == 2


def test_reminding_schools_out_of_reach_or_a_coming_day_is_refused(
    tree: factories.Tree, edition: Edition, reviewer: User
) -> None:
    with time_machine.travel(make.at(NEXT, 12)):
        with pytest.raises(NotAllowed):
            remind(edition, DAY, [tree.school_b], by=reviewer)
        with pytest.raises(DomainError):
            remind(edition, edition.days[2], [tree.school_a], by=reviewer)
        with pytest.raises(DomainError):
            remind(edition, DAY - timedelta(days=1), [tree.school_a], by=reviewer)

    assert not Reminder.objects.exists()


def test_the_real_edition_reminds_at_ten_and_at_half_past_eleven_once_each(tree: factories.Tree, liaison: User) -> None:
    """Every five minutes from nine to one, as the worker does, with the notice of 2023."""
    factories.edition("xiamen-2023")
    sent = []
    moment = datetime(2023, 5, 15, 9, 2, tzinfo=ZoneInfo("Asia/Shanghai"))
    while moment.hour < 13:
        with time_machine.travel(moment):
            sent += [f"{moment:%H:%M}"] * send_due_reminders()
        moment += timedelta(minutes=5)

    assert sent == ["10:02", "11:32"]
    assert [message.recipient for message in Message.objects.all()] == [liaison, liaison]
    assert list(Reminder.objects.order_by("pk").values_list("day", "slot")) == [
        (date(2023, 5, 14), "10:00"),
        (date(2023, 5, 14), "11:30"),
    ]
