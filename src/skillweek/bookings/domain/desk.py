"""What the organiser does on somebody's behalf: book for a caller, give a free place out of turn (B8)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.activities.models import Session
from skillweek.bookings.access import can_manage_bookings
from skillweek.bookings.domain.booking import book_places
from skillweek.bookings.domain.seats import locked_booking, must_be_open, new_number
from skillweek.bookings.domain.waiting import record, takes_place
from skillweek.bookings.domain.wishes import Wish
from skillweek.bookings.models import Booking
from skillweek.bookings.telling import MOVED_UP, tell
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, NotAllowed


@transaction.atomic
def book_for(session: Session, wish: Wish, *, client_id: UUID, actor: Any) -> Booking:
    """Book for somebody who called, by the same rules as they would themselves. Raises NotAllowed, as book_places."""
    if not can_manage_bookings(actor, session):
        raise NotAllowed(_("只有活动的承办单位可以代人预约。"))
    known = Booking.objects.filter(client_id=client_id).exists()
    booking = book_places(session, wish, client_id=client_id)
    if not known:
        record("booking.book_for", booking, actor=actor)
    return booking


@transaction.atomic
def move_up_one(booking: Booking, *, actor: Any) -> Booking:
    """Give a waiting booking the free places it needs, whoever waits before it; it is confirmed and told at once.

    Never more than there are. Safe to repeat. Raises NotAllowed, Conflict.
    """
    row, seats = locked_booking(booking)
    session = row.session
    if not can_manage_bookings(actor, session):
        raise NotAllowed(_("只有活动的承办单位可以安排候补。"))
    if row.state == Booking.State.CONFIRMED:
        return row
    must_be_open(session)
    if row.state != Booking.State.WAITING:
        raise Conflict(_("这个预约已经不在候补名单里，请刷新名单。"))
    if not takes_place(session, now()):
        raise Conflict(_("这一场已经开始或不举行，不能再递补。到场的可以按现场参加登记。"))
    if session.capacity is not None and session.capacity - seats.taken < row.party_size:
        raise Conflict(_("空余的名额不够。请先取消别人的预约，或增加这一场的名额。"))
    seats.waiting = max(0, seats.waiting - row.party_size)
    seats.taken += row.party_size
    row.state = Booking.State.CONFIRMED
    row.number = new_number(session, seats)
    row.save(update_fields=["state", "number", "updated_at"])
    seats.save(update_fields=["taken", "waiting", "last_number"])
    record("booking.move_up", row, actor=actor, state=row.state, out_of_turn=True)
    tell(row, MOVED_UP)
    return row
