"""Who opens the questionnaire and reads its counts (A5). The default answer is no."""

from __future__ import annotations

from typing import Any

from skillweek.careers.models import Opening
from skillweek.content.access import is_open
from skillweek.editions.models import Edition
from skillweek.organisations import access
from skillweek.organisations.models import Kind, Organisation, OrganisationQuerySet


def own_organisations(user: Any) -> OrganisationQuerySet:
    """The units in which the person holds a role."""
    rows: OrganisationQuerySet = Organisation.objects.filter(pk__in=list(access.scope_of(user).roles), is_active=True)
    return rows


def can_open(user: Any, organisation: Organisation, edition: Edition) -> bool:
    """Whether the person opens and closes it: whoever hands in for a school, a bureau's deciders."""
    return is_open(edition) and access.can_answer_for(user, organisation)


def opening_for(edition: Edition, code: str = "") -> Opening | None:
    """Where an answer counts: the school that is named, if it takes part, else the host, else the first."""
    if edition.state == Edition.State.DRAFT:
        return None
    rows = list(
        Opening.objects.filter(edition=edition, is_open=True).select_related("organisation").order_by("pk")[:500]
    )
    named = next((row for row in rows if code and row.organisation.code == code), None)
    host = next((row for row in rows if row.organisation.kind == Kind.HOST), None)
    return named or host or next(iter(rows), None)
