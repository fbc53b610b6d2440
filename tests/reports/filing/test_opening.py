"""Beginning a report: one per school and day, by the school's own people, on the days of the week (C1, C10)."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from skillweek.core.errors import DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.organisations.models import Membership, User
from skillweek.reports.domain.filing import open_report
from skillweek.reports.models import DailyReport
from tests.factories import Tree, person
from tests.reports.filing import make

_S = DailyReport.State


@pytest.mark.requirement("C1")
def test_open_report_begins_one_report_per_school_and_day(tree: Tree, edition: Edition, liaison: User) -> None:
    first = open_report(liaison, tree.school_a, edition, make.DAY)
    again = open_report(person(tree.school_a, "member"), tree.school_a, edition, make.DAY)

    assert (first.pk, first.state, first.version) == (again.pk, _S.DRAFT, 1)
    assert make.verbs_of(first) == ["report.begin"]


@pytest.mark.requirement("C1")
@pytest.mark.parametrize(
    ("unit", "role"),
    [("school_b", "liaison"), ("siming", "reviewer"), ("siming", "manager"), ("host", "manager"), ("", "")],
)
def test_open_report_is_for_the_schools_own_people(unit: str, role: str, tree: Tree, edition: Edition) -> None:
    someone = person(getattr(tree, unit), role) if unit else person()

    with pytest.raises(NotAllowed, match="您不是“示例第一职业学校”的填报人员"):
        open_report(someone, tree.school_a, edition, make.DAY)
    assert DailyReport.objects.count() == 0


@pytest.mark.requirement("C1")
def test_open_report_refuses_bureaus_and_ended_roles(tree: Tree, edition: Edition, liaison: User) -> None:
    with pytest.raises(NotAllowed):  # a bureau has no daily report, even for its own liaison
        open_report(person(tree.siming, "liaison"), tree.siming, edition, make.DAY)

    Membership.objects.filter(user=liaison).update(is_active=False)
    with pytest.raises(NotAllowed):
        open_report(User.objects.get(pk=liaison.pk), tree.school_a, edition, make.DAY)


@pytest.mark.requirement("C1")
@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2023, 5, 13), "day_outside"),
        (date(2023, 5, 21), "day_outside"),
        (date(2023, 5, 16), "day_future"),
        (date(2023, 5, 20), "day_future"),
    ],
)
def test_open_report_refuses_days_outside_and_ahead(
    day: date, code: str, tree: Tree, edition: Edition, liaison: User
) -> None:
    with pytest.raises(DomainError) as refused:
        open_report(liaison, tree.school_a, edition, day)
    assert (refused.value.code, refused.value.field) == (code, "day")


@pytest.mark.requirement("C1")
def test_a_day_begins_at_midnight_of_the_editions_zone(
    tree: Tree, edition: Edition, liaison: User, clock: time_machine.Traveller
) -> None:
    clock.move_to(make.at("2023-05-15 23:59:59"))
    with pytest.raises(DomainError, match="这一天还没有到"):
        open_report(liaison, tree.school_a, edition, date(2023, 5, 16))

    clock.move_to(make.at("2023-05-16 00:00:00"))
    assert open_report(liaison, tree.school_a, edition, date(2023, 5, 16)).state == _S.DRAFT


@pytest.mark.requirement("C1")
@pytest.mark.parametrize("state", [Edition.State.DRAFT, Edition.State.CLOSED])
def test_open_report_needs_an_open_edition(state: str, tree: Tree, edition: Edition, liaison: User) -> None:
    edition.state = state
    edition.save()

    with pytest.raises(DomainError) as refused:
        open_report(liaison, tree.school_a, edition, make.DAY)
    assert refused.value.code == "edition_closed"
