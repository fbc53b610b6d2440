"""Telling everyone who booked a session (A3, B8), and sending lost links again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from skillweek.activities.models import SessionChange
from skillweek.bookings import telling
from skillweek.bookings.models import Booking
from skillweek.core.clock import now

_KINDS: Final = {
    SessionChange.Kind.CANCELLED: telling.SESSION_CANCELLED,
    SessionChange.Kind.RESTORED: telling.SESSION_RESTORED,
}
_BY_SESSION: Final = "session"


def tell_all(change_id: int) -> int:
    """Tell everyone whom one change concerns; returns how many. Safe to repeat: each is told once per change."""
    change = SessionChange.objects.filter(pk=change_id).first()
    if change is None:
        return 0
    kind = _KINDS.get(SessionChange.Kind(change.kind), telling.SESSION_CHANGED)
    bookings = _rows(_concerned(change))
    for booking in bookings.iterator(chunk_size=200):
        with transaction.atomic():
            telling.tell_change(booking, change, kind)
    return bookings.count()


def _concerned(change: SessionChange) -> QuerySet[Booking]:
    """Those with a living booking; of a cancelled or restored session those whose bookings it ended."""
    rows = Booking.objects.filter(session=change.session_id, erased_at=None)
    if change.kind in _KINDS:
        return rows.filter(state=Booking.State.CANCELLED, cancelled_by=_BY_SESSION)
    return rows.filter(state__in=Booking.LIVE)


def _rows(bookings: QuerySet[Booking]) -> QuerySet[Booking]:
    related = ("session__activity__edition", "session__activity__organisation")
    return bookings.select_related(*related).order_by("pk")


def send_links(booking_ids: Iterable[int]) -> int:
    """Send the links of these bookings to the addresses they hold; the same booking once in ten minutes."""
    slot = int(now().timestamp()) // 600
    bookings = list(_rows(Booking.objects.filter(pk__in=list(booking_ids), erased_at=None)))
    for booking in bookings:
        telling.tell(booking, telling.LINK, once=str(slot))
    return len(bookings)
