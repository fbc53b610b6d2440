"""The board, its counts, totals and export (C9, C13)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from skillweek.editions.models import Edition
from skillweek.organisations.access import forget_scope
from skillweek.organisations.models import User
from skillweek.reports.exports import export_board
from skillweek.reports.models import Reminder
from skillweek.reports.queries.board import board_rows, board_schools, board_stamp, day_counts
from skillweek.reports.queries.scope import SchoolFilter, focus_day
from skillweek.reports.queries.totals import sum_of, totals
from tests import factories
from tests.reports.review import make

pytestmark = pytest.mark.requirement("C9")
DAY = make.FIRST_DAY
ANY = SchoolFilter()


def _week(tree: factories.Tree, edition: Edition) -> None:
    """School A: accepted, returned late, nothing; B: on time, draft; college: late; technical school: nothing."""
    days = edition.days
    make.report(edition, tree.school_a, day=days[0], state="accepted")
    make.report(edition, tree.school_a, day=days[1], state="returned", is_late=True)
    make.report(edition, tree.school_b, day=days[0])
    make.report(edition, tree.school_b, day=days[1], state="draft")
    make.report(edition, tree.college, day=days[0], is_late=True)


@pytest.fixture
def noon() -> Any:
    """Noon of the second day plus one: the first day's deadline has passed, the second's has not."""
    with time_machine.travel(make.at(DAY + timedelta(days=2), 12)):
        yield


def _states(edition: Edition, user: User, **view: Any) -> dict[str, list[str]]:
    view = {"day": DAY, **view}
    schools = board_schools(user, edition, view.pop("chosen", ANY), **view)
    return {row.school.code: [str(cell.state.value) for cell in row.cells] for row in board_rows(edition, schools, DAY)}


def test_squares_show_each_state(tree: factories.Tree, edition: Edition, host_reviewer: User, noon: None) -> None:
    _week(tree, edition)

    assert _states(edition, host_reviewer) == {
        "S-A": ["accepted", "returned", "pending"],
        "S-B": ["on_time", "draft", "pending"],
        "S-C": ["late", "pending", "pending"],
        "S-T": ["missing", "pending", "pending"],
    }


def test_a_reviewer_sees_only_the_schools_below(
    tree: factories.Tree, edition: Edition, reviewer: User, noon: None
) -> None:
    _week(tree, edition)

    assert list(_states(edition, reviewer)) == ["S-A"]
    assert list(_states(edition, factories.person(tree.hr, "reviewer"))) == ["S-T"]
    assert list(_states(edition, factories.person(tree.school_b, "manager"))) == []


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("accepted", ["S-A"]),
        ("on_time", ["S-B"]),
        ("late", ["S-C"]),
        ("missing", ["S-T"]),
        ("returned", []),
        ("draft", []),
        ("pending", []),
    ],
)
def test_filter_by_state_of_the_day(
    tree: factories.Tree, edition: Edition, host_reviewer: User, noon: None, state: str, expected: list[str]
) -> None:
    _week(tree, edition)

    assert list(_states(edition, host_reviewer, state=state)) == expected


def test_filters_by_district_line_type_and_name(
    tree: factories.Tree, edition: Edition, host_reviewer: User, noon: None
) -> None:
    found = [
        list(_states(edition, host_reviewer, chosen=chosen))
        for chosen in (
            SchoolFilter(district="湖里区"),
            SchoolFilter(line="human_resources"),
            SchoolFilter(school_type="higher"),
            SchoolFilter(search="第一"),
            SchoolFilter(search="s-t"),
        )
    ]

    assert found == [["S-B"], ["S-T"], ["S-C"], ["S-A"], ["S-T"]]


def test_sorting_by_state_puts_missing_first(
    tree: factories.Tree, edition: Edition, host_reviewer: User, noon: None
) -> None:
    _week(tree, edition)

    assert list(_states(edition, host_reviewer, sort="state")) == ["S-T", "S-C", "S-B", "S-A"]


def test_counts_of_a_day_add_up(tree: factories.Tree, edition: Edition, host_reviewer: User, noon: None) -> None:
    _week(tree, edition)

    first, second, third = day_counts(host_reviewer, edition, ANY)

    assert (first.expected, first.on_time, first.late, first.missing) == (4, 2, 1, 1)
    assert (first.accepted, first.returned, first.waiting, first.percent) == (1, 0, 2, 75)
    assert (second.handed_in, second.returned, second.is_due) == (1, 1, False)
    assert (third.handed_in, third.missing) == (0, 4)


def test_inactive_schools_owe_nothing(tree: factories.Tree, edition: Edition, host_reviewer: User, noon: None) -> None:
    _week(tree, edition)
    type(tree.school_a).objects.filter(pk=tree.school_a.pk).update(is_active=False)

    assert day_counts(host_reviewer, edition, ANY)[0].expected == 3
    assert "S-A" not in _states(edition, host_reviewer)


def test_totals_by_every_group_give_the_same_sum(
    tree: factories.Tree, edition: Edition, host_reviewer: User, noon: None
) -> None:
    _week(tree, edition)

    by_group = {
        name: totals(host_reviewer, edition, ANY, group=name) for name in ("unit", "district", "line", "school_type")
    }

    assert [part.label for part in by_group["unit"]] == ["示例市教育局", "示例市人社局"]
    assert [(part.label, part.schools) for part in by_group["line"]] == [("教育", 3), ("人社", 1)]
    for parts in by_group.values():
        whole = sum_of(parts)
        assert whole is not None
        assert (whole.schools, whole.days[0].handed_in, whole.days[0].late, whole.week.accepted) == (4, 3, 1, 1)
        # Day one is due for four schools; on day two one has reported early; day three does not count yet.
        assert (whole.week.expected, whole.week.handed_in, whole.week.missing) == (5, 4, 1)


def test_queries_do_not_grow_with_the_schools(
    tree: factories.Tree, edition: Edition, host_reviewer: User, noon: None
) -> None:
    def measure() -> int:
        forget_scope(host_reviewer)
        with CaptureQueriesContext(connection) as context:
            schools = list(board_schools(host_reviewer, edition, ANY, day=DAY, sort="state")[:50])
            board_rows(edition, schools, DAY)
            day_counts(host_reviewer, edition, ANY)
            totals(host_reviewer, edition, ANY, group="unit")
        return len(context)

    _week(tree, edition)
    few = measure()
    for school in make.schools(tree, 45):
        make.report(edition, school)

    assert measure() == few


def test_stamp_changes_with_reports_reminders_and_deadlines(tree: factories.Tree, edition: Edition) -> None:
    with time_machine.travel(make.at(DAY + timedelta(days=1), 17, 59), tick=False) as clock:
        stamps = [board_stamp(edition), board_stamp(edition)]
        made = make.report(edition, tree.school_a)
        stamps.append(board_stamp(edition))
        clock.shift(1)
        made.save()
        stamps.append(board_stamp(edition))
        Reminder.objects.create(edition=edition, organisation=tree.school_b, day=DAY, slot="09:00")
        stamps.append(board_stamp(edition))
        clock.shift(120)
        stamps.append(board_stamp(edition))

    assert stamps[0] == stamps[1]
    assert len(set(stamps)) == 5


@pytest.mark.parametrize(
    ("day_number", "hour", "expected"),
    [(-1, 12, 0), (0, 12, 0), (1, 12, 0), (1, 19, 1), (2, 12, 1), (3, 12, 2), (9, 12, 2)],
)
def test_focus_is_the_day_whose_report_is_due(edition: Edition, day_number: int, hour: int, expected: int) -> None:
    with time_machine.travel(make.at(DAY + timedelta(days=day_number), hour)):
        assert focus_day(edition) == edition.days[expected]
    assert focus_day(edition, "nonsense") in edition.days
    assert focus_day(edition, edition.days[1].isoformat()) == edition.days[1]


@pytest.mark.requirement("C13")
def test_export_holds_every_school_and_turns_no_name_into_a_formula(
    tree: factories.Tree, edition: Edition, host_reviewer: User, noon: None
) -> None:
    _week(tree, edition)
    type(tree.tech).objects.filter(pk=tree.tech.pk).update(name="=1+1")

    with export_board(host_reviewer, edition, ANY, day=DAY) as book:
        workbook = CalamineWorkbook.from_filelike(book)
        rows = workbook.get_sheet_by_name("看板").to_python()
        sums = workbook.get_sheet_by_name("汇总").to_python()

    by_name = {row[0]: row for row in rows[2:]}
    assert len(by_name) == 4
    assert by_name["示例第一职业学校"][5:8] == ["通过", "退回 · 逾期", "未到期"]
    assert by_name["=1+1"][-1] == 1
    assert ["合计", "2031-03-03", 4, 2, 1, 1, 0, 1] in sums
