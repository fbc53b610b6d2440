"""Who may see bookings (A5, B8). Names and numbers are for those who run the activity; nobody else, not even above."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from skillweek.activities.access import can_run, runs_q
from skillweek.activities.models import Session
from skillweek.bookings.models import Booking


def bookings_visible_to(user: Any) -> QuerySet[Booking]:
    """Bookings whose names the person may read: of activities run by one of their units (organiser or partner)."""
    return Booking.objects.filter(runs_q(user, "session__activity__"))


def can_manage_bookings(user: Any, session: Session) -> bool:
    """Whether the person may cancel or change bookings of this session and check people in (B9)."""
    return can_run(user, session.activity)
