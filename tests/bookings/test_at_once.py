"""Many people in one instant: never oversold, nobody lost, nobody double (B8). Real threads, both databases."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction

from skillweek.activities.models import Session
from skillweek.bookings.domain import book_places, cancel_all, cancel_booking, change_party
from skillweek.bookings.models import Booking
from skillweek.bookings.receivers import session_shrinks
from skillweek.core.errors import Conflict, DomainError, TooMuch
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from tests.bookings import make
from tests.factories import Tree

pytestmark = [pytest.mark.requirement("B8"), pytest.mark.django_db(transaction=True)]


def at_once(calls: Iterable[Callable[[], Any]], workers: int = 20) -> list[Any]:
    """Run every call in a thread of its own, as close together as threads get; a refusal is an outcome too."""
    ready = threading.Barrier(workers)

    def run(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except DomainError as refused:
            return refused

    def work(share: list[Callable[[], Any]]) -> list[Any]:
        try:
            ready.wait(timeout=30)
            return [run(call) for call in share]
        finally:
            connections.close_all()

    everything = list(calls)
    shares = [everything[number::workers] for number in range(workers)]
    with ThreadPoolExecutor(workers) as pool:
        return [outcome for outcomes in pool.map(work, shares) for outcome in outcomes]


def test_a_hundred_people_for_twenty_places(edition: Edition, tree: Tree) -> None:
    session = make.session(make.activity(edition, tree.school_a), capacity=20)
    wishes = [make.wish() for _n in range(100)]

    made = at_once(lambda wish=wish: book_places(session, wish) for wish in wishes)  # type: ignore[misc]

    assert Counter(booking.state for booking in made) == {"confirmed": 20, "waiting": 80}
    assert Booking.objects.values("phone").distinct().count() == 100
    assert Booking.objects.values("code").distinct().count() == 100
    seats = make.seats(session)
    assert (seats.taken, seats.waiting) == (20, 80)
    assert Message.objects.filter(kind="booking.confirmed").count() == 20
    confirmed = Booking.objects.filter(state="confirmed").order_by("-pk").values_list("pk", flat=True)[0]
    assert not Booking.objects.filter(state="waiting", pk__lt=confirmed).exists()


def test_one_person_sends_the_same_form_from_everywhere_at_once(edition: Edition, tree: Tree) -> None:
    session = make.session(make.activity(edition, tree.school_a), capacity=20)
    wish, client_id = make.wish(), uuid4()

    made = at_once(lambda: book_places(session, wish, client_id=client_id) for _n in range(20))

    assert {booking.pk for booking in made} == {Booking.objects.get().pk}
    assert make.seats(session).taken == 1


def test_one_person_in_many_windows_never_passes_the_limit(edition: Edition, tree: Tree) -> None:
    activity = make.activity(edition, tree.school_a)
    limit = edition.doc.booking_rules.bookings_per_person
    sessions = [make.session(activity) for _n in range(limit + 6)]
    wish = make.wish()

    outcomes = at_once((lambda one=one: book_places(one, wish)) for one in sessions)  # type: ignore[misc]

    assert Counter(type(outcome) for outcome in outcomes) == {Booking: limit, TooMuch: 6}


def test_cancelling_booking_and_changing_at_once_stays_true(edition: Edition, tree: Tree) -> None:
    session = make.session(make.activity(edition, tree.school_a), capacity=15)
    holders = [make.book(session) for _n in range(15)]
    waiting = [make.book(session, 2) for _n in range(5)]
    calls: list[Callable[[], Any]] = [lambda one=one: cancel_booking(one) for one in holders[:10]]  # type: ignore[misc]
    calls += [lambda one=one: change_party(one, party_size=1) for one in waiting]  # type: ignore[misc]
    calls += [lambda: make.book(session) for _n in range(10)]

    outcomes = at_once(calls)

    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    seats, rows = make.seats(session), Booking.objects.filter(session=session)
    assert seats.taken == sum(row.party_size for row in rows if row.state in Booking.HOLDING) <= 15
    assert seats.waiting == sum(row.party_size for row in rows if row.state == "waiting")
    free = 15 - seats.taken
    assert not [row for row in rows if row.state == "waiting" and row.party_size <= free]


def test_a_session_cancelled_in_the_middle_leaves_no_living_booking(edition: Edition, tree: Tree) -> None:
    """The verb holds the session, then sends its signal; bookings wait for it or are cancelled by it, without a lock
    that waits for another.
    """
    session = make.session(make.activity(edition, tree.school_a), capacity=None)

    def cancel() -> str:
        with transaction.atomic():
            row = Session.objects.select_for_update().get(pk=session.pk)
            row.state = Session.State.CANCELLED
            row.save(update_fields=["state"])
            cancel_all(row)
        return "cancelled"

    calls: list[Callable[[], Any]] = [lambda: make.book(session) for _n in range(40)]
    calls.insert(20, cancel)

    outcomes = at_once(calls)

    assert "cancelled" in outcomes
    assert all(isinstance(one, Booking | Conflict | str) for one in outcomes)
    assert not Booking.objects.filter(state__in=Booking.LIVE).exists()
    assert make.seats(session).taken == 0


@pytest.mark.skipif(connection.vendor != "postgresql", reason="on SQLite transactions write one after the other anyway")
def test_capacity_is_not_lowered_under_a_booking(edition: Edition, tree: Tree) -> None:
    """Lowering asks and locks; a booking that comes in between waits and then sees the new capacity."""
    session = make.session(make.activity(edition, tree.school_a), capacity=10)
    make.book(session, 3)
    asked, outcome = threading.Event(), list[str]()

    def late() -> None:
        asked.wait(10)
        try:
            outcome.append(make.book(session, 2).state)
        finally:
            connections.close_all()

    thread = threading.Thread(target=late)
    thread.start()
    with transaction.atomic():
        row = Session.objects.select_for_update(no_key=True).get(pk=session.pk)
        assert session_shrinks(session=row, capacity=4) is None
        asked.set()
        thread.join(0.5)
        row.capacity = 4
        row.save(update_fields=["capacity"])
    thread.join(10)

    assert outcome == ["waiting"]
    assert make.seats(session).taken == 3
