"""The waiting list moves up by itself, in order, to those who fit (B8)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from skillweek.activities.models import Session
from skillweek.bookings.domain import (
    cancel_booking,
    confirm_offer,
    decline_offer,
    expire_offers,
    move_waiting_lists,
    release_places,
)
from skillweek.bookings.models import Booking, CheckIn
from skillweek.bookings.queries.tickets import position
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, NotAllowed
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from tests.bookings import make
from tests.factories import Tree, person

pytestmark = pytest.mark.requirement("B8")


def states(*bookings: Booking) -> list[str]:
    """Their states as the database has them now."""
    found = dict(Booking.objects.values_list("pk", "state"))
    return [found[booking.pk] for booking in bookings]


def test_places_go_in_order_to_those_who_fit(edition: Edition, tree: Tree) -> None:
    session = make.session(make.activity(edition, tree.school_a), capacity=4)
    first, second = make.book(session, 3), make.book(session, 1)
    big, small, third = make.book(session, 4), make.book(session, 2), make.book(session, 1)
    assert (position(big), position(small), position(third)) == (1, 2, 3)

    cancel_booking(first)

    # 3 places: not enough for the family of 4, enough for the next two.
    assert states(first, second, big, small, third) == ["cancelled", "confirmed", "waiting", "offered", "offered"]
    assert (make.seats(session).taken, make.seats(session).waiting) == (4, 4)
    small.refresh_from_db()
    hours = edition.doc.booking_rules.offer_hours
    assert abs(small.offer_expires_at - now() - timedelta(hours=hours)) < timedelta(minutes=1)  # type: ignore[operator]
    assert Message.objects.filter(kind="booking.offered").count() == 2


def test_an_offer_is_taken_left_or_lost(edition: Edition, tree: Tree) -> None:
    session = make.session(make.activity(edition, tree.school_a), capacity=1)
    holder = make.book(session)
    line = [make.book(session) for _n in range(4)]
    cancel_booking(holder)
    assert states(*line) == ["offered", "waiting", "waiting", "waiting"]

    decline_offer(line[0])
    assert states(*line) == ["cancelled", "offered", "waiting", "waiting"]

    with time_machine.travel(now() + timedelta(hours=13)):
        assert expire_offers() == 1
        assert expire_offers() == 0
        assert states(*line) == ["cancelled", "expired", "offered", "waiting"]
        with pytest.raises(Conflict):
            confirm_offer(line[1])
        assert confirm_offer(line[2]).state == "confirmed"
        assert confirm_offer(line[2]).state == "confirmed"
        assert expire_offers() == 0
    assert states(line[2], line[3]) == ["confirmed", "waiting"]
    assert (make.seats(session).taken, make.seats(session).waiting) == (1, 1)
    assert Message.objects.filter(kind="booking.expired").count() == 1
    with pytest.raises(Conflict):
        confirm_offer(line[3])


def test_an_offer_ends_in_time_for_the_next_and_is_not_asked_when_time_is_short(edition: Edition, tree: Tree) -> None:
    activity = make.activity(edition, tree.school_a)
    soon = make.session(activity, capacity=1, starts_in=timedelta(hours=5))
    very_soon = make.session(activity, capacity=1, starts_in=timedelta(hours=2, minutes=30))
    for session in (soon, very_soon):
        holder = make.book(session)
        make.book(session)
        cancel_booking(holder)

    asked, given = Booking.objects.filter(state__in=["offered", "confirmed"]).order_by("pk")
    assert asked.offer_expires_at == soon.starts_at - timedelta(hours=2)  # type: ignore[operator]
    assert (given.state, given.offer_expires_at) == ("confirmed", None)
    assert Message.objects.filter(kind="booking.moved_up").count() == 1


def test_nobody_moves_up_once_it_has_begun_or_does_not_take_place(edition: Edition, tree: Tree) -> None:
    session = make.session(make.activity(edition, tree.school_a), capacity=1)
    holder, waiting = make.book(session), make.book(session)
    Session.objects.filter(pk=session.pk).update(state=Session.State.POSTPONED)
    cancel_booking(holder)
    assert states(waiting) == ["waiting"]

    Session.objects.filter(pk=session.pk).update(state=Session.State.PLANNED)
    with time_machine.travel(session.starts_at + timedelta(minutes=1)):  # type: ignore[operator]
        assert release_places(session) == []
    assert [row.pk for row in release_places(session)] == [waiting.pk]


def test_a_raised_capacity_is_noticed_by_the_task(edition: Edition, tree: Tree) -> None:
    session = make.session(make.activity(edition, tree.school_a), capacity=1)
    make.book(session)
    waiting = make.book(session)
    assert move_waiting_lists() == 0

    Session.objects.filter(pk=session.pk).update(capacity=None)

    assert move_waiting_lists() == 1
    assert states(waiting) == ["offered"]


def test_only_who_runs_the_activity_cancels_for_others(session: Session, tree: Tree) -> None:
    booking = make.book(session)

    with pytest.raises(NotAllowed):
        cancel_booking(booking, actor=person(tree.school_b))
    with pytest.raises(NotAllowed):
        cancel_booking(booking, actor=person(tree.edu, "manager"))
    cancel_booking(booking, actor=person(tree.school_a), reason="场地不够")

    booking.refresh_from_db()
    assert (booking.state, booking.cancelled_by) == ("cancelled", "organiser")
    assert "场地不够" in Message.objects.get(kind="booking.cancelled").body
    assert make.seats(session).taken == 0
    cancel_booking(booking)  # once more changes nothing
    assert make.seats(session).taken == 0


def test_nobody_cancels_after_the_start_or_from_inside(session: Session) -> None:
    booking = make.book(session)
    inside = CheckIn.objects.create(session=session, booking=booking, client_id=uuid4(), at=now())
    with pytest.raises(Conflict, match="已经签到"):
        cancel_booking(booking)
    inside.delete()
    with (
        time_machine.travel(session.starts_at + timedelta(minutes=1)),  # type: ignore[operator]
        pytest.raises(Conflict, match="已经开始"),
    ):
        cancel_booking(booking)
    assert states(booking) == ["confirmed"]
