"""Every day, everywhere, everyone: gaps by unit and day, units without a highlight, people reached (B6)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from skillweek.activities import offers
from skillweek.activities.models import Activity, ActivityTag, Partner, Session
from skillweek.activities.offers import Reached
from skillweek.activities.queries.coverage import APPROVED, reached_by_all, roll_of, rows_of
from skillweek.activities.queries.shares import shares_of
from skillweek.activities.queries.units import UnitFilter
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, SchoolType, User
from tests.activities.running import make
from tests.activities.running.make import at
from tests.factories import Tree, person

pytestmark = pytest.mark.requirement("B6")
_S = Activity.State


@pytest.fixture
def reviewer(tree: Tree) -> User:
    """A reviewer of the host, who reaches everything."""
    return person(tree.host, "reviewer")


def rows(edition: Edition, *units: Organisation) -> Any:
    return rows_of(edition, units)


def test_matrix_counts_by_state_and_shows_gaps(tree: Tree, edition: Edition) -> None:
    days = edition.days
    tea = make.activity(edition, tree.school_a)
    make.session(tea, at(14, 9))
    make.session(tea, at(14, 14))  # the same activity twice on one day counts once
    make.session(make.activity(edition, tree.school_a), at(14, 9))
    make.session(make.activity(edition, tree.school_a, state=_S.SUBMITTED), at(15, 9))
    make.session(make.activity(edition, tree.school_a, state=_S.RETURNED), at(16, 9))
    make.session(make.activity(edition, tree.school_a, cancelled_at=at(7, 9)), at(17, 9))
    make.session(make.activity(edition, tree.school_a, withdrawn_at=at(7, 9)), at(17, 9))
    make.session(make.activity(edition, tree.school_a), at(18, 9), state=Session.State.CANCELLED)
    make.session(make.activity(edition, tree.school_b), at(19, 9))

    [row] = rows(edition, tree.school_a)

    assert [(cell.approved, cell.submitted, cell.draft) for cell in row.cells[:5]] == [
        (2, 0, 0),
        (0, 1, 0),
        (0, 0, 1),
        (0, 0, 0),
        (0, 0, 0),
    ]
    assert row.gaps == [day for day in days if day not in (days[0], days[1])]


@pytest.mark.requirement("B12")
def test_joint_activities_count_for_who_said_yes(tree: Tree, edition: Edition, reviewer: User) -> None:
    tea = make.activity(edition, tree.school_a)
    make.session(tea, at(15, 9))
    for unit, state in ((tree.school_b, "accepted"), (tree.college, "invited"), (tree.tech, "declined")):
        Partner.objects.create(activity=tea, organisation=unit, state=state)
    found = {row.unit: row.cells[1].approved for row in rows(edition, tree.school_b, tree.college, tree.tech)}
    assert found == {tree.school_b: 1, tree.college: 0, tree.tech: 0}
    roll = roll_of(reviewer, edition, UnitFilter())
    assert roll.standings[tree.school_b.pk].levels[1] == APPROVED
    assert (roll.days[1].approved, roll.days[1].gaps) == (2, 2)


def test_roll_agrees_with_the_matrix(tree: Tree, edition: Edition, reviewer: User) -> None:
    make.session(make.activity(edition, tree.school_a, kind=Activity.Kind.FEATURE), at(14, 9))
    make.session(make.activity(edition, tree.school_b, is_highlight=True), at(15, 9))
    make.session(make.activity(edition, tree.tech, state=_S.DRAFT, kind=Activity.Kind.FEATURE), at(15, 9))
    roll = roll_of(reviewer, edition, UnitFilter())
    units = [tree.school_a, tree.school_b, tree.college, tree.tech]
    assert set(roll.shown) == {unit.pk for unit in units}
    for row in rows(edition, *units):
        standing = roll.standings[row.unit.pk]
        assert standing.levels == tuple(cell.level for cell in row.cells)
        assert (standing.gaps, standing.is_plain) == (len(row.gaps), row.is_plain)
    assert (roll.plain, roll.with_gaps, roll.expected) == (2, 4, 120)
    assert roll_of(reviewer, edition, UnitFilter(show="plain")).shown == [
        unit.pk for unit in sorted((tree.college, tree.tech), key=lambda unit: unit.path)
    ]
    ordered = roll_of(reviewer, edition, UnitFilter(sort="gaps")).shown
    assert set(ordered[:2]) == {tree.college.pk, tree.tech.pk}


@pytest.mark.parametrize(
    ("unit", "role", "seen"),
    [
        ("host", "reviewer", {"school_a", "school_b", "college", "tech"}),
        ("siming", "reviewer", {"school_a"}),
        ("hr", "manager", {"tech"}),
        ("school_a", "member", {"school_a"}),
        ("siming", "member", set()),
    ],
)
def test_each_line_sees_its_own_units(tree: Tree, edition: Edition, unit: str, role: str, seen: set[str]) -> None:
    make.session(make.activity(edition, tree.school_b, expected_people=500), at(14, 9))
    user = person(getattr(tree, unit), role)
    roll = roll_of(user, edition, UnitFilter())
    assert set(roll.shown) == {getattr(tree, name).pk for name in seen}
    assert roll.expected == (500 if "school_b" in seen else 0)


@pytest.mark.parametrize(
    ("chosen", "seen"),
    [
        (UnitFilter(district="湖里区"), {"school_b"}),
        (UnitFilter(line="human_resources"), {"tech"}),
        (UnitFilter(school_type=SchoolType.HIGHER), {"college"}),
        (UnitFilter(search="第一"), {"school_a"}),
        (UnitFilter(search="s-t"), {"tech"}),
        (UnitFilter(kind="bureau", search="思明"), {"siming"}),
    ],
)
def test_filters_narrow_units_and_totals(
    tree: Tree, edition: Edition, reviewer: User, chosen: UnitFilter, seen: set[str]
) -> None:
    for unit in (tree.school_a, tree.school_b, tree.college, tree.tech):
        make.session(make.activity(edition, unit), at(14, 9))
    roll = roll_of(reviewer, edition, chosen)
    assert set(roll.shown) == {getattr(tree, name).pk for name in seen}
    assert roll.days[0].approved == len(seen - {"siming"})


def test_take_part_comes_from_the_room_above(
    tree: Tree, edition: Edition, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.activity(edition, tree.school_a)
    make.activity(edition, tree.school_b)

    def reached(activities: Any) -> dict[int, Reached]:
        facts = {tree.school_a.pk: Reached(40, 30, 10, 5.0), tree.school_b.pk: Reached(10, 5, 30, 4.0)}
        return {unit: facts[unit] for unit in set(activities.values_list("organisation", flat=True))}

    assert reached_by_all(reviewer, edition, UnitFilter()) == Reached()
    monkeypatch.setattr(offers, "_reached", [reached])
    assert rows(edition, tree.school_a)[0].reached.attended == 30
    assert reached_by_all(reviewer, edition, UnitFilter()) == Reached(50, 35, 40, 4.25)
    assert reached_by_all(person(tree.siming, "reviewer"), edition, UnitFilter()) == Reached(40, 30, 10, 5.0)


@pytest.mark.requirement("B4")
def test_shares_follow_the_editions_lists(tree: Tree, edition: Edition, reviewer: User) -> None:
    tea = make.activity(edition, tree.school_a, kind=Activity.Kind.FEATURE)
    repair = make.activity(edition, tree.school_b, state=_S.SUBMITTED)
    draft = make.activity(edition, tree.school_b, state=_S.DRAFT)
    for activity in (tea, repair, draft):
        ActivityTag.objects.create(activity=activity, group="outreach", code="open-campus")
    ActivityTag.objects.create(activity=tea, group="audience", code="parents")
    whole, groups = shares_of(reviewer, edition, UnitFilter())
    found = {group.title: {share.name: (share.number, share.percent) for share in group.shares} for group in groups}
    assert whole == 2
    assert found["四开放"]["开放校园"] == (2, 100)
    assert found["四开放"]["开放企业"] == (0, 0)
    assert found["面向人群"]["学生家长"] == (1, 50)
    assert found["活动类别"]["特色亮点活动"] == (1, 50)
    assert "开放企业" in next(group for group in groups if group.title == "四开放").missing
    assert shares_of(person(tree.siming, "reviewer"), edition, UnitFilter())[0] == 1


def test_queries_do_not_grow_with_units(tree: Tree, edition: Edition, reviewer: User) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as context:
            roll = roll_of(reviewer, edition, UnitFilter())
            rows_of(edition, Organisation.objects.filter(pk__in=roll.shown))
            shares_of(reviewer, edition, UnitFilter())
        return len(context)

    make.session(make.activity(edition, tree.school_a), at(14, 9))
    count()  # the person's reach is read once
    before = count()
    for number in range(20):
        parent = Organisation.objects.get(pk=tree.siming.pk)
        fields = {"code": f"X{number}", "name": f"示例{number}", "kind": "school", "district": "思明区"}
        unit = Organisation.objects.add_child(parent, create_kwargs=fields)
        make.session(make.activity(edition, unit), at(14, 9))
    assert count() == before
