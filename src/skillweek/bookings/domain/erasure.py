"""Erasing visitors' personal data when it is due; the counts stay (B8)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.db import transaction

from skillweek.bookings import telling
from skillweek.bookings.models import Booking, UsedProof
from skillweek.core import audit
from skillweek.core.clock import now, today_in
from skillweek.editions.models import Edition
from skillweek.notifications.domain import erase_contacts

_BATCH: Final = 500
#: What is taken out of a booking. Party size, children, state and times stay as figures.
BLANK: Final[dict[str, Any]] = {
    "name": "",
    "phone": "",
    "email": "",
    "phone_key": "",
    "email_key": "",
    "guardian_name": "",
    "needs": "",
    "group_name": "",
    "consent_text": "",
    "details": {},
    "nonce": "",
    "consent_at": None,
}


def erase_on(edition: Edition) -> date:
    """The first day on which the personal data of the edition's bookings is gone (``erase_after_days``)."""
    return edition.ends_on + timedelta(days=edition.doc.erase_after_days)


def is_due(edition: Edition) -> bool:
    """Whether the edition's day of erasure has come, in its own zone."""
    return today_in(edition.zone) >= erase_on(edition)


def erase_due() -> int:
    """Erase the bookings of every edition that is due; returns how many. Safe to repeat."""
    UsedProof.objects.filter(expires_at__lt=now()).delete()
    return sum(erase_personal_data(edition) for edition in Edition.objects.all() if is_due(edition))


def erase_personal_data(edition: Edition, *, actor: Any = None, reason: str = "") -> int:
    """Take names, numbers, addresses, hashes, needs and links out of the edition's bookings and their messages (B8).

    Works in batches, so that no lock is held for long, and leaves one line in the audit trail. Personal links stop
    working. Whether the day has come is for the caller (``is_due``). Returns how many bookings were erased.
    """
    rows = Booking.objects.filter(session__activity__edition=edition, erased_at=None)
    total = 0
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:_BATCH]):
        Booking.objects.filter(pk__in=ids).update(**BLANK, erased_at=now())
        total += len(ids)
    messages = erase_contacts(prefix=telling.prefix(edition.pk))
    if total or messages:
        with transaction.atomic():
            data = {"bookings": total, "messages": messages}
            audit.record("booking.erase", edition, actor=actor, reason=reason, data=data)
    return total
