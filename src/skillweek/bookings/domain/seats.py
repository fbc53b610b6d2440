"""The one lock of a session's places, and what is given out under it: codes at the door, queue numbers (B8, B10).

Order of locks, everywhere in this room: people (advisory) → session (key share) → seats → bookings. Verbs of
activities hold the session before they send their signals, so the seats come after it there too.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Final

from django.db import connection
from django.db.models import Sum
from django.utils.translation import gettext as _

from skillweek.activities.models import ActivityTag, Session
from skillweek.bookings.models import Booking, Seats
from skillweek.core.errors import Conflict
from skillweek.editions.models import Edition

#: Digits of the code said at the door: easy to say and to type on a phone.
CODE_DIGITS: Final = 6


def lock_people(keys: Iterable[str]) -> None:
    """Let nobody else book with these phone or e-mail keys until the transaction ends.

    SQLite needs nothing: its transactions write one after the other.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for number in sorted({int(key[:15], 16) for key in keys if key}):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def locked_seats(session_id: int) -> Seats:
    """The session's seats, locked until the transaction ends; made when nobody booked before.

    The session is held first, as the foreign key of a new booking will hold it anyway: else a verb that has locked the
    session and a booking that has locked the seats would wait for each other.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            table = connection.ops.quote_name(Session._meta.db_table)
            cursor.execute(f"SELECT 1 FROM {table} WHERE id = %s FOR KEY SHARE", [session_id])  # noqa: S608
    query = Seats.objects.select_for_update()
    seats = query.filter(pk=session_id).first()
    if seats is None:
        Seats.objects.bulk_create([Seats(session_id=session_id)], ignore_conflicts=True)
        seats = query.get(pk=session_id)
    return seats


def fresh_session(session_id: int) -> Session:
    """The session as it stands now, with activity and edition; read it after the seats were locked."""
    return Session.objects.select_related("activity__edition", "activity__organisation").get(pk=session_id)


def must_be_open(session: Session) -> None:
    """Raise Conflict ``edition_closed`` once the week has ended (A8). Erasing visitors' data alone goes on after it."""
    if session.activity.edition.state == Edition.State.CLOSED:
        raise Conflict(_("本届活动周已归档，只能查看，不能再改动。"), code="edition_closed")


def locked_booking(booking: Booking) -> tuple[Booking, Seats]:
    """The booking as it stands now, and its session's seats, both locked."""
    seats = locked_seats(booking.session_id)
    row = Booking.objects.select_for_update().get(pk=booking.pk)
    row.session = fresh_session(row.session_id)
    return row, seats


def new_code() -> str:
    """A code for the door. It may be taken in this session already: the unique row says so, and one tries again."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def new_number(session: Session, seats: Seats) -> int | None:
    """The queue number of a booking that is confirmed now, under the lock; None where nobody queues (B10).

    Slots of a series are numbered by time over the day: number 1 is the first place of the first slot, so that the
    numbers called up grow with the clock whoever booked first. Other service sessions count up in order of booking.
    """
    if session.series_id is not None and session.starts_at is not None and session.capacity is not None:
        earlier = Session.objects.filter(series=session.series_id, day=session.day, starts_at__lt=session.starts_at)
        base = earlier.aggregate(places=Sum("capacity"))["places"] or 0
        used = set(
            Booking.objects.filter(session=session, state=Booking.State.CONFIRMED).values_list("number", flat=True)
        )
        return next(number for number in range(base + 1, base + 2 + len(used)) if number not in used)
    if session.series_id is None and not is_service(session):
        return None
    seats.last_number += 1
    return seats.last_number


def is_service(session: Session) -> bool:
    """Whether the activity is a public service (便民服务), where people queue."""
    tags = ActivityTag.objects.filter(activity=session.activity_id, group=ActivityTag.Group.SERVICE)
    return tags.exists()
