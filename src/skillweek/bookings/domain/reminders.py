"""Reminding visitors before their session, once (B8)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import F

from skillweek.activities.models import Session
from skillweek.bookings import telling
from skillweek.bookings.models import Booking
from skillweek.core.clock import now
from skillweek.editions.models import Edition

_BATCH: Final = 200


def remind_due() -> int:
    """Remind every confirmed booking whose session comes near, by the edition's hours; returns how many.

    Each booking is claimed by one conditional update in the transaction that writes its message: several workers, a
    restart or a second run remind nobody twice. Who booked within these hours has the confirmation and needs no more.
    """
    return sum(_remind_in(edition) for edition in Edition.objects.filter(state=Edition.State.OPEN))


def _remind_in(edition: Edition) -> int:
    before = timedelta(hours=edition.doc.booking_rules.remind_hours_before)
    moment = now()
    due = Booking.objects.filter(
        state=Booking.State.CONFIRMED,
        reminded_at=None,
        erased_at=None,
        session__activity__edition=edition,
        session__activity__cancelled_at=None,
        session__state=Session.State.PLANNED,
        session__starts_at__gt=moment,
        session__starts_at__lte=moment + before,
        created_at__lt=F("session__starts_at") - before,
    )
    total = 0
    seen = 0
    while ids := list(due.filter(pk__gt=seen).order_by("pk").values_list("pk", flat=True)[:_BATCH]):
        seen = ids[-1]
        total += sum(_remind(pk) for pk in ids)
    return total


@transaction.atomic
def _remind(pk: int) -> bool:
    claimed = Booking.objects.filter(pk=pk, state=Booking.State.CONFIRMED, reminded_at=None).update(reminded_at=now())
    if not claimed:
        return False
    query = Booking.objects.select_related("session__activity__edition", "session__activity__organisation")
    booking = query.get(pk=pk)
    starts_at = booking.session.starts_at
    telling.tell(booking, telling.REMINDER, once=starts_at.isoformat() if starts_at else "")
    return True
