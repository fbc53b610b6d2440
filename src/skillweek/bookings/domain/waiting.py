"""The waiting list: it moves up by itself, in order, to those who fit (B8). See ADR 0122."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from skillweek.activities.models import Session
from skillweek.bookings import telling
from skillweek.bookings.domain.seats import fresh_session, locked_booking, locked_seats, must_be_open, new_number
from skillweek.bookings.models import Booking, Seats
from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import Conflict
from skillweek.editions.models import Edition

_S = Booking.State
#: An offer ends so long before the session at the latest, so that the next one can still come.
LAST_CALL: Final = timedelta(hours=2)
#: Whoever would have less time than this to answer gets the place at once.
SHORTEST_OFFER: Final = timedelta(hours=1)


@transaction.atomic
def release_places(session: Session) -> list[Booking]:
    """Give free places to the waiting list; call it when places came free. Safe to repeat. Returns who moved up."""
    seats = locked_seats(session.pk)
    return move_up(fresh_session(session.pk), seats)


def move_up(session: Session, seats: Seats) -> list[Booking]:
    """Offer free places in the order of the list to everybody who fits; the caller holds the seats' lock."""
    moment = now()
    if not seats.waiting or not takes_place(session, moment):
        return []
    free = None if session.capacity is None else session.capacity - seats.taken
    moved = []
    waiting = Booking.objects.filter(session=session, state=_S.WAITING).order_by("pk")
    for booking in waiting if free is None else waiting.filter(party_size__lte=free):
        if free is not None and booking.party_size > free:
            continue
        booking.session = session
        seats.waiting = max(0, seats.waiting - booking.party_size)
        seats.taken += booking.party_size
        if free is not None:
            free -= booking.party_size
        _give(booking, seats, moment)
        moved.append(booking)
        if free == 0:
            break
    if moved:
        seats.save(update_fields=["taken", "waiting", "last_number"])
    return moved


def takes_place(session: Session, moment: datetime) -> bool:
    """Whether somebody who moves up now can still come."""
    begun = session.starts_at is not None and session.starts_at <= moment
    alive = session.state == Session.State.PLANNED and not session.activity.is_cancelled
    return alive and not begun and session.activity.edition.state == Edition.State.OPEN


def offer_until(session: Session, moment: datetime) -> datetime | None:
    """Until when a place offered at ``moment`` is kept; None where time is too short to ask."""
    until = moment + timedelta(hours=session.activity.edition.doc.booking_rules.offer_hours)
    if session.starts_at is not None:
        until = min(until, session.starts_at - LAST_CALL)
    return until if until - moment >= SHORTEST_OFFER else None


def _give(booking: Booking, seats: Seats, moment: datetime) -> None:
    booking.offer_expires_at = offer_until(booking.session, moment)
    if booking.offer_expires_at is None:
        booking.state = _S.CONFIRMED
        booking.number = new_number(booking.session, seats)
    else:
        booking.state = _S.OFFERED
    booking.save(update_fields=["state", "number", "offer_expires_at", "updated_at"])
    record("booking.move_up", booking, state=booking.state)
    telling.tell(booking, telling.OFFERED if booking.state == _S.OFFERED else telling.MOVED_UP)


@transaction.atomic
def confirm_offer(booking: Booking) -> Booking:
    """Take the place that was offered; as long as it is kept, even a little late. Safe to repeat. Raises Conflict."""
    row, seats = locked_booking(booking)
    if row.state == _S.CONFIRMED:
        return row
    must_be_open(row.session)
    if row.state != _S.OFFERED:
        raise Conflict(_("这个名额已经不再为您保留。需要时请重新预约。"))
    row.state = _S.CONFIRMED
    row.number = new_number(row.session, seats)
    row.offer_expires_at = None
    row.save(update_fields=["state", "number", "offer_expires_at", "updated_at"])
    seats.save(update_fields=["last_number"])
    record("booking.confirm_offer", row)
    telling.tell(row, telling.CONFIRMED)
    return row


def expire_offers() -> int:
    """Take back every offer whose time has passed and move the lists up; returns how many were taken back."""
    due = Booking.objects.filter(state=_S.OFFERED, offer_expires_at__lte=now())
    due = due.exclude(session__activity__edition__state=Edition.State.CLOSED)
    sessions = list(due.order_by("session_id").values_list("session_id", flat=True).distinct())
    return sum(_expire_in(session_id) for session_id in sessions)


@transaction.atomic
def _expire_in(session_id: int) -> int:
    seats = locked_seats(session_id)
    session = fresh_session(session_id)
    due = Booking.objects.filter(session=session_id, state=_S.OFFERED, offer_expires_at__lte=now())
    rows = list(due.select_for_update().order_by("pk"))
    for booking in rows:
        booking.session = session
        booking.state = _S.EXPIRED
        booking.save(update_fields=["state", "updated_at"])
        seats.taken = max(0, seats.taken - booking.party_size)
        record("booking.expire", booking)
        telling.tell(booking, telling.EXPIRED)
    if rows:
        seats.save(update_fields=["taken"])
        move_up(session, seats)
    return len(rows)


def move_waiting_lists() -> int:
    """Move up wherever people wait beside free places, e.g. after a capacity was raised; returns how many moved."""
    room = Q(session__capacity=None) | Q(session__capacity__gt=F("taken"))
    waiting = Seats.objects.filter(room, waiting__gt=0, session__state=Session.State.PLANNED)
    coming = waiting.filter(Q(session__starts_at=None) | Q(session__starts_at__gt=now()))
    return sum(len(release_places(seats.session)) for seats in coming.select_related("session").order_by("pk"))


def record(verb: str, booking: Booking, *, actor: Any = None, reason: str = "", **data: Any) -> None:
    """The audit trail names no visitor: session and code only."""
    organisation_id = booking.session.activity.organisation_id
    audit.record(verb, booking, actor=actor, organisation_id=organisation_id, reason=reason, data=data)
