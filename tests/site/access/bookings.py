"""Who may reach the URLs of ``bookings``, and the things of that room which the walk reaches for."""

from __future__ import annotations

import json
import uuid
from typing import Any

from skillweek.bookings import tokens
from skillweek.bookings.models import Booking, Feedback
from tests.bookings import make
from tests.site.access.base import RoomWorld
from tests.site.access_rules import EVERYBODY, NOBODY, SCHOOL, SIGNED_IN, Rule, get, of, post

#: Who runs what a unit organises: its own people, and nobody above it or beside it (A5).
RUNS = {
    "school_a": SCHOOL,
    "school_b": NOBODY,
    "siming": of("reviewer_siming", "manager_siming"),
    "host": of("reviewer_host", "manager_host"),
}

TABLE: dict[str, Rule] = {
    "bookings_public:book": get(EVERYBODY, "bookable"),
    "bookings_public:slots": get(EVERYBODY, "slotted"),
    "bookings_public:find": get(EVERYBODY),
    "bookings_public:challenge": get(EVERYBODY),
    # The link itself is the right; forged ones: tests/bookings/test_pages.
    "bookings_public:ticket": get(EVERYBODY, "ticket"),
    "bookings_public:party": get(EVERYBODY, "ticket"),
    "bookings_public:contact": get(EVERYBODY, "ticket"),
    "bookings_public:erase": post(EVERYBODY, "ticket"),
    "bookings_public:cancel": post(EVERYBODY, "ticket"),
    "bookings_public:confirm": post(EVERYBODY, "ticket"),
    "bookings_public:calendar": get(EVERYBODY, "ticket"),
    "bookings_public:picture": get(EVERYBODY, "ticket"),
    "bookings_public:feedback": post(EVERYBODY, "ticket"),
    "bookings:index": get(SIGNED_IN),
    # A script without anybody's data.
    "bookings:door_worker": get(EVERYBODY),
    "bookings:session": get(RUNS, "run_session"),
    "bookings:add": get(RUNS, "run_session"),
    "bookings:export": get(RUNS, "run_session"),
    "bookings:print": get(RUNS, "run_session"),
    "bookings:door": get(RUNS, "run_session"),
    "bookings:door_state": get(RUNS, "run_session"),
    "bookings:door_send": post(RUNS, "run_session", body="door_entries"),
    "bookings:cancel": post(RUNS, "run_booking"),
    "bookings:erase": post(RUNS, "run_booking"),
    "bookings:move_up": post(RUNS, "run_booking"),
    "bookings:feedback": get(RUNS, "run_activity"),
    "bookings:feedback_show": post(RUNS, "run_feedback"),
}


class BookingsWorld(RoomWorld):
    """Makes the arguments that ``TABLE`` names: a method ``_<make>(target)`` for each."""

    def _booking(self, target: str = "school_a") -> Booking:
        """A fresh booking: somebody may have cancelled the last one."""
        activity = make.activity(self.edition, self.unit_of(target))
        return make.book(make.session(activity))

    def _bookable(self, target: str) -> dict[str, Any]:
        return {"pk": self._booking().session_id}

    def _slotted(self, target: str) -> dict[str, Any]:
        return {"pk": self._booking().session.activity_id}

    def _ticket(self, target: str) -> dict[str, Any]:
        return {"token": tokens.token_of(self._booking())}

    def _run_session(self, target: str) -> dict[str, Any]:
        return {"pk": self._booking(target).session_id}

    def _run_booking(self, target: str) -> dict[str, Any]:
        return {"pk": self._booking(target).pk}

    def _run_activity(self, target: str) -> dict[str, Any]:
        return {"pk": self._booking(target).session.activity_id}

    def _run_feedback(self, target: str) -> dict[str, Any]:
        booking = self._booking(target)
        said = Feedback.objects.create(booking=booking, session=booking.session, stars=5, comment="很好")
        return {"pk": said.pk}

    def _door_entries(self, target: str) -> dict[str, Any]:
        entries = [{"client_id": str(uuid.uuid4()), "people": 1}]
        return {"data": json.dumps({"entries": entries}), "content_type": "application/json"}
