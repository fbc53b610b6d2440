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


class NotErased(Exception):
    """Some room's personal data is still there; the message names edition and room."""


def erase_due() -> int:
    """Erase in every edition that is due, and forget old codes; returns how many rows changed. Safe to repeat.

    Raises NotErased at the end when a room broke: everything else is erased by then, and the task is seen to fail.
    """
    ContactCode.objects.filter(made_at__lt=now() - timedelta(days=1)).delete()
    total, broken = 0, []
    for edition in Edition.objects.all():
        if is_due(edition):
            try:
                total += erase_participation(edition)
            except NotErased as error:
                broken.append(str(error))
    if broken:
        raise NotErased("; ".join(broken))
    return total


def erase_participation(edition: Edition, *, reason: str = "") -> int:
    """Take contacts, names and links out of the edition's participants, certificates and messages, and of every room's
    own tables. Whether the day has come is for the caller. Raises NotErased when a room broke, after all the others.
    """
    rooms, broken = erase_rooms(edition)
    people = _erase_people(edition)
    papers = _erase_certificates(edition)
    messages = erase_contacts(prefix=telling.prefix(edition))
    if total := rooms + people + papers + messages:
        data = {"rooms": rooms, "participants": people, "certificates": papers, "messages": messages}
        with transaction.atomic():
            record("participation.erase", edition, reason=reason, data=data)
    if broken:
        raise NotErased(f"{edition.slug}: {', '.join(broken)}")
    return total


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
