"""Service slots: a pattern becomes sessions, changes later, and never touches booked ones (B10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillweek.activities.domain import make_series, remove_series, slots_of
from skillweek.activities.domain.series import Pattern
from skillweek.activities.models import Session
from skillweek.activities.signals import session_shrinking
from skillweek.core.errors import DomainError, TooMuch
from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from tests.activities.planning import make
from tests.factories import Tree

MONDAY = date(2023, 5, 15)
ZONE = "Asia/Shanghai"
PATTERN = Pattern((MONDAY,), time(9), time(12), 60, 2)
pytestmark = pytest.mark.requirement("B10")


def local(pattern: Pattern) -> list[str]:
    return [f"{start:%d %H:%M}-{end:%H:%M}" for start, end in slots_of(pattern, ZONE)]


def test_slots_leave_the_lunch_pause_free() -> None:
    pattern = Pattern((MONDAY,), time(9, 30), time(15), 45, 2, pause=15, lunch=(time(12), time(13, 30)))
    assert local(pattern) == ["15 09:30-10:15", "15 10:30-11:15", "15 13:30-14:15"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"days": ()}, "days"),
        ({"ends": time(9)}, "ends"),
        ({"ends": time(9, 30)}, "ends"),
        ({"minutes": 0}, "minutes"),
        ({"capacity": 0}, "capacity"),
        ({"pause": -1}, "pause"),
        ({"lunch": (time(12), time(11))}, "lunch_ends"),
    ],
)
def test_slots_name_what_makes_no_sense(change: dict[str, Any], field: str) -> None:
    with pytest.raises(DomainError) as caught:
        slots_of(Pattern(**{**PATTERN.__dict__, **change}), ZONE)
    assert caught.value.field == field


def test_slots_are_bounded() -> None:
    with pytest.raises(TooMuch):
        slots_of(Pattern((MONDAY, MONDAY + timedelta(days=1)), time(0), time(23, 59), 1, 1), ZONE)


_times = st.times().map(lambda at: at.replace(second=0, microsecond=0, tzinfo=None))


@settings(deadline=None)
@given(
    pattern=st.builds(
        Pattern,
        days=st.lists(st.integers(0, 6).map(lambda n: MONDAY + timedelta(days=n)), min_size=1, max_size=3).map(tuple),
        begins=_times,
        ends=_times,
        minutes=st.integers(5, 180),
        capacity=st.integers(1, 5),
        pause=st.integers(0, 30),
        lunch=st.one_of(st.none(), st.tuples(_times, _times)),
    )
)
def test_slots_never_overlap_nor_leave_their_hours(pattern: Pattern) -> None:
    try:
        slots = slots_of(pattern, ZONE)
    except DomainError:
        return
    for (start, end), following in zip(slots, [*slots[1:], None], strict=True):
        assert end - start == timedelta(minutes=pattern.minutes)
        assert pattern.begins <= start.time() and start.date() == end.date() and end.time() <= pattern.ends
        if pattern.lunch is not None:
            assert end.time() <= pattern.lunch[0] or start.time() >= pattern.lunch[1]
        if following is not None and following[0].date() == start.date():
            assert following[0] - end >= timedelta(minutes=pattern.pause) or pattern.lunch is not None
            assert following[0] >= end


@pytest.fixture
def booked() -> Iterator[set[int]]:
    """Sessions that somebody booked, as bookings would answer."""
    ids: set[int] = set()

    def receiver(*, session: Session, **_more: Any) -> str | None:
        return "已有人预约。" if session.pk in ids else None

    session_shrinking.connect(receiver)
    yield ids
    session_shrinking.disconnect(receiver)


def test_series_is_made_changed_and_taken_out_around_booked_slots(
    tree: Tree, edition: Edition, liaison: User, booked: set[int]
) -> None:
    activity = make.draft(tree.school_a, edition, liaison)
    outcome = make_series(activity, PATTERN, by=liaison, shared={"place": "社区服务站"})
    nine, ten, eleven = activity.sessions.order_by("starts_at")
    assert (outcome.made, nine.capacity, nine.place, nine.booking) == (3, 2, "社区服务站", "open")
    booked.add(ten.pk)

    # Later and longer: nine and ten are no longer wanted; ten is booked and stays as it was.
    later = Pattern((MONDAY,), time(11), time(15), 120, 5)
    outcome = make_series(activity, later, by=liaison, series=outcome.series, shared={"place": "社区服务站"})
    assert (outcome.made, outcome.kept, outcome.removed, [row.pk for row in outcome.held]) == (1, 1, 1, [ten.pk])
    kept = {row.pk: row for row in activity.sessions.all()}
    assert (kept[ten.pk].ends_at, kept[ten.pk].capacity) == (ten.ends_at, 2)
    assert (kept[eleven.pk].ends_at, kept[eleven.pk].uid) == (eleven.starts_at + timedelta(hours=2), eleven.uid)

    outcome = remove_series(outcome.series, by=liaison)
    assert [row.pk for row in activity.sessions.all()] == [ten.pk]
    assert [row.pk for row in outcome.held] == [ten.pk]
