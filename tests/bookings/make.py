"""Real rows for this room's tests: a published activity with sessions to book."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

from skillweek.activities.models import Activity, Session
from skillweek.bookings.domain import Wish, book_places
from skillweek.bookings.models import Booking, Seats
from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation

_numbers = itertools.count(1)


def activity(edition: Edition, organisation: Organisation, **fields: Any) -> Activity:
    """An activity that the public sees."""
    fields.setdefault("title", "茶艺体验")
    fields.setdefault("enquiry_phone", "0592-1234567")
    fields.setdefault("state", Activity.State.APPROVED)
    fields.setdefault("published_at", now())
    made: Activity = Activity.objects.create(edition=edition, organisation=organisation, **fields)
    return made


def session(
    of: Activity, *, starts_in: timedelta = timedelta(days=3), starts_at: datetime | None = None, **fields: Any
) -> Session:
    """A session of 90 minutes that takes bookings."""
    fields.setdefault("booking", Session.Booking.OPEN)
    fields.setdefault("capacity", 20)
    fields.setdefault("place", "实训楼一楼茶艺室")
    start = starts_at or now() + starts_in
    made = Session(activity=of, starts_at=start, ends_at=start + timedelta(minutes=90), **fields)
    made.set_day()
    made.save()
    return made


def wish(**fields: Any) -> Wish:
    """One person with a number of their own who agreed to everything."""
    number = next(_numbers)
    fields.setdefault("name", f"示例访客{number}")
    if "phone" not in fields and "email" not in fields:
        fields["phone"] = f"139{number:08d}"
    fields.setdefault("agreed", True)
    return Wish(**fields)


def book(of: Session, party_size: int = 1, **fields: Any) -> Booking:
    """Book as a visitor who was never here before."""
    return book_places(of, wish(party_size=party_size, **fields))


def seats(of: Session) -> Seats:
    """The session's seats as the database has them now."""
    return Seats.objects.get(pk=of.pk)


def offered_until(booking: Booking) -> datetime:
    """When the offer that a booking had would have ended, in the edition's zone (its own field is empty by now)."""
    from zoneinfo import ZoneInfo

    from skillweek.core.models import AuditEvent

    event = AuditEvent.objects.get(verb="booking.move_up", object_id=str(booking.pk))
    hours = booking.session.activity.edition.doc.booking_rules.offer_hours
    return (event.at + timedelta(hours=hours)).astimezone(ZoneInfo(booking.session.activity.edition.zone))
