"""How many places are left, and what a visitor can do about a session now (B8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from skillweek.activities.models import Session
from skillweek.bookings.models import Seats
from skillweek.core.clock import now
from skillweek.editions.models import Edition

#: What ``State.code`` may be, in the order in which it is decided.
NO_NEED: Final = "no_need"
CANCELLED: Final = "cancelled"
POSTPONED: Final = "postponed"
OVER: Final = "over"
NOT_YET: Final = "not_yet"
CLOSED: Final = "closed"
OPEN: Final = "open"
WAITING: Final = "waiting"
FULL: Final = "full"


@dataclass(frozen=True)
class State:
    """What a visitor can do about a session now.

    ``left`` counts free places, None where they are without limit; ``waiting`` people on the waiting list.
    ``opens_at`` and ``closes_at`` are aware moments, None where there is no such limit.
    """

    code: str
    left: int | None = None
    waiting: int = 0
    opens_at: datetime | None = None
    closes_at: datetime | None = None

    @property
    def takes(self) -> bool:
        """Whether the form may be sent: for a place, or for the waiting list."""
        return self.code in (OPEN, WAITING)


def places_left(sessions: Iterable[Session]) -> dict[int, int | None]:
    """session id → free places, None without limit; one query for all. Never below 0."""
    wanted = list(sessions)
    taken = dict(Seats.objects.filter(session__in=[s.pk for s in wanted]).values_list("session_id", "taken"))
    return {s.pk: None if s.capacity is None else max(0, s.capacity - taken.get(s.pk, 0)) for s in wanted}


def booking_states(sessions: Iterable[Session]) -> dict[int, State]:
    """session id → its state; one query for all. The activities and editions should be loaded (select_related)."""
    wanted = list(sessions)
    seats = Seats.objects.in_bulk([session.pk for session in wanted])
    moment = now()
    return {session.pk: state_of(session, seats.get(session.pk), moment) for session in wanted}


def booking_state(session: Session) -> State:
    """The state of one session."""
    return booking_states([session])[session.pk]


def state_of(session: Session, seats: Seats | None, moment: datetime) -> State:
    """The state at ``moment`` by the rows given; asks the database nothing."""
    taken, waiting = (seats.taken, seats.waiting) if seats else (0, 0)
    left = None if session.capacity is None else max(0, session.capacity - taken)
    closes_at = closing_time(session)
    code = _code(session, left, closes_at, moment)
    return State(code, left, waiting, session.booking_opens_at, closes_at)


def closing_time(session: Session) -> datetime | None:
    """Until when places are given: the session's own closing time, never after it starts; None while open-ended."""
    times = [moment for moment in (session.booking_closes_at, session.starts_at) if moment is not None]
    return min(times, default=None)


def _code(session: Session, left: int | None, closes_at: datetime | None, moment: datetime) -> str:
    activity = session.activity
    if activity.is_cancelled or session.state == Session.State.CANCELLED:
        return CANCELLED
    if (end := session.ends_at or session.starts_at) is not None and end <= moment:
        return OVER
    if activity.edition.state == Edition.State.CLOSED:
        return OVER
    if session.booking == Session.Booking.NONE:
        return NO_NEED
    if session.state == Session.State.POSTPONED:
        return POSTPONED
    if session.booking_opens_at is not None and session.booking_opens_at > moment:
        return NOT_YET
    if closes_at is not None and closes_at <= moment:
        return CLOSED
    if left is None or left > 0:
        return OPEN
    return WAITING if session.has_waiting_list else FULL


def public_sessions(today: date) -> QuerySet[Session]:
    """Sessions of activities that strangers see on ``today``, with what their pages show."""
    from skillweek.activities.models import Activity

    shown = Activity.objects.published(today)
    return Session.objects.filter(activity__in=shown).select_related("activity__edition", "activity__organisation")


def public_session(pk: int) -> Session | None:
    """The session if its activity is public today in its edition's zone, else None."""
    session = Session.objects.select_related("activity__edition").filter(pk=pk).first()
    if session is None:
        return None
    today = now().astimezone(ZoneInfo(session.activity.edition.zone)).date()
    return public_sessions(today).filter(pk=pk).first()
