"""Any sequence of verbs keeps the promises: never oversold, the list in order, the counts true (B8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from skillweek.activities.models import Activity, Session
from skillweek.bookings.domain import cancel_booking, change_party, confirm_offer, expire_offers, release_places
from skillweek.bookings.models import Booking
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError
from skillweek.editions.models import Edition
from tests.bookings import make
from tests.factories import Tree

HOLDING = ("confirmed", "offered")
_numbers = st.integers(min_value=0, max_value=30)
_sizes = st.integers(min_value=1, max_value=4)


@dataclass
class Entry:
    """What the plain model knows of one booking."""

    pk: int
    state: str
    size: int


class Bookings(RuleBasedStateMachine):
    """The verbs beside a model of a few lines; after each step both say the same."""

    activity: Activity

    def __init__(self) -> None:
        super().__init__()
        self.capacity = 5
        self.session = make.session(self.activity, capacity=self.capacity)
        self.entries: list[Entry] = []

    @property
    def free(self) -> int:
        return self.capacity - sum(entry.size for entry in self.entries if entry.state in HOLDING)

    def move_up(self) -> None:
        for entry in self.entries:
            if entry.state == "waiting" and entry.size <= self.free:
                entry.state = "offered"

    def pick(self, number: int) -> tuple[Entry, Booking]:
        entry = self.entries[number % len(self.entries)]
        return entry, Booking.objects.get(pk=entry.pk)

    @rule(size=_sizes)
    def book(self, size: int) -> None:
        fits = size <= self.free
        booking = make.book(self.session, size)
        self.entries.append(Entry(booking.pk, "confirmed" if fits else "waiting", size))

    @precondition(lambda self: self.entries)
    @rule(number=_numbers)
    def cancel(self, number: int) -> None:
        entry, booking = self.pick(number)
        cancel_booking(booking)
        if entry.state in (*HOLDING, "waiting"):
            entry.state = "cancelled"
            self.move_up()

    @precondition(lambda self: self.entries)
    @rule(number=_numbers)
    def confirm(self, number: int) -> None:
        entry, booking = self.pick(number)
        if entry.state in HOLDING:
            confirm_offer(booking)
            entry.state = "confirmed"
        else:
            with pytest.raises(Conflict):
                confirm_offer(booking)

    @precondition(lambda self: self.entries)
    @rule(number=_numbers, size=_sizes)
    def change(self, number: int, size: int) -> None:
        entry, booking = self.pick(number)
        more = size - entry.size
        allowed = {"waiting": True, "confirmed": more <= self.free, "offered": more <= 0}.get(entry.state, False)
        if not allowed:
            with pytest.raises(DomainError):
                change_party(booking, party_size=size)
            return
        change_party(booking, party_size=size)
        entry.size = size
        if more < 0:
            self.move_up()

    @precondition(lambda self: any(entry.state == "offered" for entry in self.entries))
    @rule(number=_numbers)
    def let_an_offer_pass(self, number: int) -> None:
        offered = [entry for entry in self.entries if entry.state == "offered"]
        entry = offered[number % len(offered)]
        Booking.objects.filter(pk=entry.pk).update(offer_expires_at=now() - timedelta(minutes=1))
        assert expire_offers() == 1
        entry.state = "expired"
        self.move_up()

    @rule(more=st.integers(min_value=1, max_value=2))
    def raise_capacity(self, more: int) -> None:
        self.capacity += more
        Session.objects.filter(pk=self.session.pk).update(capacity=self.capacity)
        release_places(self.session)
        self.move_up()

    @invariant()
    def both_say_the_same(self) -> None:
        rows = list(
            Booking.objects.filter(session=self.session).order_by("pk").values_list("pk", "state", "party_size")
        )
        assert rows == [(entry.pk, entry.state, entry.size) for entry in self.entries]
        if not rows:
            return
        seats = make.seats(self.session)
        taken = sum(size for _pk, state, size in rows if state in HOLDING)
        assert seats.taken == taken <= self.capacity
        assert seats.waiting == sum(size for _pk, state, size in rows if state == "waiting")
        assert not [size for _pk, state, size in rows if state == "waiting" and size <= self.free]


@pytest.mark.requirement("B8")
@pytest.mark.django_db
def test_every_sequence_of_verbs_keeps_the_promises(edition: Edition, tree: Tree) -> None:
    activity = make.activity(edition, tree.school_a)
    machine: Any = type("Machine", (Bookings,), {"activity": activity})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
