"""What waits for a person's decision in this room."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from skillweek.content.access import is_open
from skillweek.editions.models import Edition
from skillweek.partnerships import access
from skillweek.partnerships.models import Enterprise, Need, ProfileChange


def waiting_enterprises(edition: Edition, user: Any) -> QuerySet[Enterprise]:
    """Enterprises that this person verifies and nobody has decided on."""
    return _verified_by(user).filter(edition=edition, state=Enterprise.State.APPLIED)


def changed_enterprises(edition: Edition, user: Any) -> QuerySet[Enterprise]:
    """Verified enterprises that this person verifies and whose changed profile nobody has decided on."""
    waiting = ProfileChange.State.WAITING
    return _verified_by(user).filter(edition=edition, state=Enterprise.State.VERIFIED, change__state=waiting)


def _verified_by(user: Any) -> QuerySet[Enterprise]:
    if access.is_host_decider(user):
        return Enterprise.objects.all()
    return Enterprise.objects.filter(home__in=access.acting_organisations(user).order_by().values("pk"))


def waiting_needs(edition: Edition, user: Any) -> QuerySet[Need]:
    """Needs that this person reads and nobody has decided on."""
    return access.needs_visible_to(user).filter(edition=edition, state=Need.State.WAITING)


def waiting(edition: Edition, user: Any) -> int:
    """How many of them all, none in a closed edition."""
    if not is_open(edition):
        return 0
    kinds = (waiting_enterprises, changed_enterprises, waiting_needs)
    return sum(rows(edition, user).count() for rows in kinds)
