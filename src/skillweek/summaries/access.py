"""Who may see, write, hand in and decide on summaries (A5, C11). The default answer is no."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from skillweek.editions.models import Edition
from skillweek.organisations import access
from skillweek.organisations.models import Kind, Organisation, OrganisationQuerySet
from skillweek.summaries.models import Summary

_S = Summary.State


def visible_to(user: Any) -> QuerySet[Summary]:
    """Summaries the person may read: all of their own units; of units below, those handed in and not taken back."""
    scope = access.scope_of(user)
    own = Q(organisation__in=list(scope.roles))
    below = access.subtree_q(scope.deciding_paths, "organisation__") & ~Q(state=_S.DRAFT)
    return Summary.objects.filter(own | below)


def reviewed_units(user: Any) -> OrganisationQuerySet:
    """The active units below the person's own bureaus, schools and bureaus alike: whose summaries they read."""
    strictly_below = Q(pk__in=[])
    for path in access.scope_of(user).deciding_paths:
        strictly_below |= Q(path__startswith=path) & ~Q(path=path)
    below: OrganisationQuerySet = Organisation.objects.filter(strictly_below, is_active=True)
    return below


def own_units(user: Any) -> OrganisationQuerySet:
    """The active units whose summary the person writes: their school, or the bureau they decide for."""
    roles = access.scope_of(user).roles
    mine: OrganisationQuerySet = Organisation.objects.filter(pk__in=list(roles), is_active=True)
    writing: OrganisationQuerySet = mine.filter(pk__in=[unit.pk for unit in mine if can_write_for(user, unit)])
    return writing


def can_write_for(user: Any, organisation: Organisation) -> bool:
    """Whether the person writes this unit's summary: a school's staff, a bureau's reviewers and managers."""
    if organisation.is_school:
        return access.can_file_for(user, organisation)
    return organisation.is_active and access.has_role(user, organisation, access.DECIDING_ROLES)


def can_edit(user: Any, summary: Summary) -> bool:
    """Whether the person may change it now: of their unit, not handed in, the edition open."""
    return summary.is_editable and is_open(summary.edition) and can_write_for(user, summary.organisation)


def can_hand_in(user: Any, organisation: Organisation) -> bool:
    """Whether the person hands in this unit's summary: a school's liaison or manager, a bureau's own writers."""
    if organisation.is_school:
        return access.can_submit_for(user, organisation)
    return can_write_for(user, organisation)


def can_decide(user: Any, summary: Summary) -> bool:
    """Whether the person decides on it: a reviewer strictly above; for the host's own, whom nobody stands above, its
    managers and reviewers.
    """
    if access.can_review(user, summary.organisation):
        return True
    return summary.organisation.kind == Kind.HOST and can_write_for(user, summary.organisation)


def is_open(edition: Edition) -> bool:
    """Whether summaries of the edition may change: an archived one is frozen (A8)."""
    return edition.state == Edition.State.OPEN
