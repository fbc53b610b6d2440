"""What waits for a person's decision in this room."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from skillweek.content.access import is_open
from skillweek.editions.models import Edition
from skillweek.partnerships import access
from skillweek.partnerships.models import Enterprise, Need


def waiting_enterprises(edition: Edition, user: Any) -> QuerySet[Enterprise]:
    """Enterprises that this person verifies and nobody has decided on."""
    mine = access.acting_organisations(user).order_by().values("pk")
    own = Q() if access.is_host_decider(user) else Q(home__in=mine)
    return Enterprise.objects.filter(own, edition=edition, state=Enterprise.State.APPLIED)


def waiting_needs(edition: Edition, user: Any) -> QuerySet[Need]:
    """Needs that this person reads and nobody has decided on."""
    return access.needs_visible_to(user).filter(edition=edition, state=Need.State.WAITING)


def waiting(edition: Edition, user: Any) -> int:
    """How many of both, none in a closed edition."""
    if not is_open(edition):
        return 0
    return waiting_enterprises(edition, user).count() + waiting_needs(edition, user).count()
