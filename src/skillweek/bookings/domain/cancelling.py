"""Cancelling: by the visitor, by the organiser, or because the session does not take place (B8)."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.activities.models import Session
from skillweek.bookings import telling
from skillweek.bookings.access import can_manage_bookings
from skillweek.bookings.domain.seats import locked_booking, locked_seats, must_be_open
from skillweek.bookings.domain.waiting import move_up, record
from skillweek.bookings.models import Booking, CheckIn
from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, NotAllowed

_S = Booking.State
SELF: Final = "self"
ORGANISER: Final = "organiser"
BY_SESSION: Final = "session"


@transaction.atomic
def cancel_booking(booking: Booking, *, actor: Any = None, reason: str = "") -> Booking:
    """Cancel by the visitor's link, or, with ``actor``, by the organiser; the waiting list moves up at once.

    Safe to repeat. The visitor is told either way. Raises Conflict once the session has begun or the visitor is inside,
    NotAllowed when ``actor`` does not run the activity.
    """
    row, seats = locked_booking(booking)
    if actor is not None and not can_manage_bookings(actor, row.session):
        raise NotAllowed(_("只有活动的承办单位可以取消它的预约。"))
    if row.state not in Booking.LIVE:
        return row
    must_be_open(row.session)
    if CheckIn.objects.filter(booking=row, undone_at=None).exists():
        raise Conflict(_("已经签到，不能再取消。"))
    if actor is None and row.session.starts_at is not None and row.session.starts_at <= now():
        raise Conflict(_("这一场已经开始，不用再取消。"))
    if row.state == _S.WAITING:
        seats.waiting = max(0, seats.waiting - row.party_size)
    else:
        seats.taken = max(0, seats.taken - row.party_size)
    was = row.state
    row.state, row.cancelled_at = _S.CANCELLED, now()
    row.cancelled_by = SELF if actor is None else ORGANISER
    row.save(update_fields=["state", "cancelled_at", "cancelled_by", "updated_at"])
    seats.save(update_fields=["taken", "waiting"])
    record("booking.cancel", row, actor=actor, reason=reason, was=was)
    telling.tell(row, telling.CANCELLED, reason=reason)
    move_up(row.session, seats)
    return row


def decline_offer(booking: Booking) -> Booking:
    """Leave the offered place to the next on the list; the same as cancelling."""
    return cancel_booking(booking)


@transaction.atomic
def cancel_all(session: Session, *, actor: Any = None) -> int:
    """Cancel every living booking of a session that does not take place; returns how many. Tells nobody by itself."""
    seats = locked_seats(session.pk)
    living = Booking.objects.filter(session=session, state__in=Booking.LIVE)
    count = living.update(
        state=_S.CANCELLED, cancelled_at=now(), cancelled_by=BY_SESSION, offer_expires_at=None, updated_at=now()
    )
    seats.taken = seats.waiting = 0
    seats.save(update_fields=["taken", "waiting"])
    if count:
        organisation_id = session.activity.organisation_id
        audit.record(
            "booking.cancel_all", session, actor=actor, organisation_id=organisation_id, data={"bookings": count}
        )
    return count
