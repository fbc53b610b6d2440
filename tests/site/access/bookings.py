"""Who may reach the URLs of ``bookings``, and the things of that room which the walk reaches for."""

from __future__ import annotations

from typing import Any

from skillweek.bookings import tokens
from skillweek.bookings.models import Booking
from tests.bookings import make
from tests.site.access.base import RoomWorld
from tests.site.access_rules import EVERYBODY, Rule, get, post

TABLE: dict[str, Rule] = {
    "bookings_public:book": get(EVERYBODY, "bookable"),
    "bookings_public:slots": get(EVERYBODY, "slotted"),
    "bookings_public:find": get(EVERYBODY),
    "bookings_public:challenge": get(EVERYBODY),
    # The link itself is the right; forged ones: tests/bookings/test_pages.
    "bookings_public:ticket": get(EVERYBODY, "ticket"),
    "bookings_public:party": get(EVERYBODY, "ticket"),
    "bookings_public:cancel": post(EVERYBODY, "ticket"),
    "bookings_public:confirm": post(EVERYBODY, "ticket"),
    "bookings_public:calendar": get(EVERYBODY, "ticket"),
    "bookings_public:picture": get(EVERYBODY, "ticket"),
}


class BookingsWorld(RoomWorld):
    """Makes the arguments that ``TABLE`` names: a method ``_<make>(target)`` for each."""

    def _booking(self) -> Booking:
        """A fresh booking of school A: somebody may have cancelled the last one."""
        activity = make.activity(self.edition, self.tree.school_a)
        return make.book(make.session(activity))

    def _bookable(self, target: str) -> dict[str, Any]:
        return {"pk": self._booking().session_id}

    def _slotted(self, target: str) -> dict[str, Any]:
        return {"pk": self._booking().session.activity_id}

    def _ticket(self, target: str) -> dict[str, Any]:
        return {"token": tokens.token_of(self._booking())}
