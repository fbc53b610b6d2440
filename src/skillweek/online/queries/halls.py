"""What the public sees of halls (B11)."""

from __future__ import annotations

from django.db.models import QuerySet

from skillweek.content.editorial import public_q
from skillweek.editions.models import Edition
from skillweek.online.models import GuestEntry, Hall, Said


def public_halls(edition: Edition) -> QuerySet[Hall]:
    """Halls of the edition that the public sees now, the newest first."""
    if edition.state == Edition.State.DRAFT:
        return Hall.objects.none()
    rows = Hall.objects.filter(public_q(), edition=edition).select_related("organisation")
    return rows.order_by("-published_at", "-pk")


def shown_entries(hall: Hall) -> QuerySet[GuestEntry]:
    """The guestbook as everybody reads it, the newest first."""
    return hall.entries.filter(state=Said.State.SHOWN, erased_at=None).order_by("-pk")
