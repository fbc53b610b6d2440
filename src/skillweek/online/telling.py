"""Who is told what about online works (B11)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from skillweek.core.clock import now
from skillweek.notifications.domain import notify
from skillweek.online.models import Work
from skillweek.organisations.access import DECIDING_ROLES, SUBMITTING_ROLES
from skillweek.organisations.models import Organisation, User


def people_of(organisation: Organisation) -> list[User]:
    """Those who answer for the unit."""
    roles = SUBMITTING_ROLES if organisation.is_school else DECIDING_ROLES
    rows = User.objects.filter(
        is_active=True, memberships__organisation=organisation, memberships__is_active=True, memberships__role__in=roles
    )
    return list(rows.distinct())


def tell_unit(work: Work, kind: str, *, actor: Any, note: str) -> None:
    """Tell the unit's people about a decision; whoever took it is not told."""
    people = [user for user in people_of(work.organisation) if user.pk != getattr(actor, "pk", None)]
    notify(
        people,
        kind=kind,
        context={"title": work.title, "who": str(actor) if actor else "", "note": note},
        url=reverse("online:work", args=[work.kind, work.pk]),
        dedupe_key=f"{kind}:{work.kind}:{work.pk}:{work.revision}:{now().isoformat()}",
        organisation=work.organisation,
    )


def tell_waiting(work: Work, kind: str, count: int) -> None:
    """Tell the unit's people that words of the public wait; once for each hour and place."""
    hour = now().strftime("%Y%m%d%H")
    notify(
        people_of(work.organisation),
        kind=kind,
        context={"title": work.title, "count": str(count)},
        url=reverse("online:moderation"),
        dedupe_key=f"{kind}:{work.kind}:{work.pk}:{hour}",
        organisation=work.organisation,
    )
