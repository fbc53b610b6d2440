"""Two at once in one room, or two at once of one organiser, are pointed out (B3)."""

from __future__ import annotations

import pytest

from skillweek.activities.models import Activity, Session
from skillweek.activities.queries.conflicts import ClashKind, clashes_of
from skillweek.editions.models import Edition
from tests.activities.running import make
from tests.activities.running.make import at
from tests.factories import Tree

pytestmark = pytest.mark.requirement("B3")


def found(edition: Edition, *sessions: Session) -> list[list[tuple[str, int]]]:
    return [[(clash.kind.value, clash.session.pk) for clash in row] for row in clashes_of(edition, sessions)]


def test_same_room_is_found_across_organisers(tree: Tree, edition: Edition) -> None:
    mine = make.session(make.activity(edition, tree.school_a), at(14, 9), place="会展中心", room="A 厅")
    other = make.session(make.activity(edition, tree.school_b), at(14, 10), place="会展中心", room="a厅")
    make.session(make.activity(edition, tree.school_b), at(14, 10), place="会展中心", room="B 厅")
    make.session(make.activity(edition, tree.school_b), at(14, 11), place="会展中心", room="A 厅")
    make.session(
        make.activity(edition, tree.school_b, state=Activity.State.DRAFT), at(14, 9), place="会展中心", room="A 厅"
    )
    assert found(edition, mine) == [[(ClashKind.ROOM, other.pk)]]


def test_same_organiser_is_found_but_not_within_one_activity(tree: Tree, edition: Edition) -> None:
    tea = make.activity(edition, tree.school_a)
    first = make.session(tea, at(14, 9), room="一楼")
    make.session(tea, at(14, 9), room="二楼")
    twin = make.session(tea, at(14, 10), room="一楼")
    draft = make.session(make.activity(edition, tree.school_a, state=Activity.State.DRAFT), at(14, 10, 59), place="")
    make.session(make.activity(edition, tree.school_a), at(14, 10), state=Session.State.CANCELLED)
    make.session(make.activity(edition, tree.school_a, cancelled_at=at(7, 9)), at(14, 10))
    make.session(make.activity(edition, tree.school_b), at(14, 10))
    make.session(make.activity(edition, tree.school_a), None)
    assert found(edition, first) == [[(ClashKind.ROOM, twin.pk), (ClashKind.ORGANISER, draft.pk)]]


def test_sessions_not_saved_yet_and_without_end_are_compared(tree: Tree, edition: Edition) -> None:
    there = make.session(make.activity(edition, tree.school_a), at(14, 9), ends_at=None)
    fresh = Activity(edition=edition, organisation=tree.school_a)
    meets = Session(activity=fresh, starts_at=at(14, 9, 59))
    misses = Session(activity=fresh, starts_at=at(14, 10))
    whenever = Session(activity=fresh)
    assert found(edition, meets, misses, whenever) == [[(ClashKind.ORGANISER, there.pk)], [], []]
