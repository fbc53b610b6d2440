"""Erasing what is known of people who took part when it is due; counts stay."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat, Substr

from skillweek.bookings.domain.erasure import is_due
from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.notifications.domain import erase_contacts
from skillweek.participation import telling
from skillweek.participation.erasing import erase_rooms
from skillweek.participation.models import Certificate, ContactCode, Participant


def erase_due() -> int:
    """Erase in every edition that is due, and forget old codes; returns how many rows changed. Safe to repeat."""
    ContactCode.objects.filter(made_at__lt=now() - timedelta(days=1)).delete()
    return sum(erase_participation(edition) for edition in Edition.objects.all() if is_due(edition))


def erase_participation(edition: Edition, *, reason: str = "") -> int:
    """Take contacts, names and links out of the edition's participants, certificates and messages, and of every room's
    own tables. Whether the day has come is for the caller.
    """
    rooms = erase_rooms(edition)
    people = _erase_people(edition)
    papers = _erase_certificates(edition)
    messages = erase_contacts(prefix=telling.prefix(edition))
    if total := rooms + people + papers + messages:
        data = {"rooms": rooms, "participants": people, "certificates": papers, "messages": messages}
        with transaction.atomic():
            record("participation.erase", edition, reason=reason, data=data)
        return total
    return 0


@transaction.atomic
def _erase_people(edition: Edition) -> int:
    return Participant.objects.filter(edition=edition, erased_at=None).update(
        contact="", masked="", name="", nonce="", network_key="", device_key="", erased_at=now(),
        contact_key=Concat(Value("erased:"), Cast(F("pk"), CharField())),
    )  # fmt: skip


@transaction.atomic
def _erase_certificates(edition: Edition) -> int:
    first = Concat(Substr("holder", 1, 1), Value("**"))
    return Certificate.objects.filter(edition=edition, erased_at=None).update(holder=first, erased_at=now())
