"""Who may see, register and decide on coverage (A5, D4). The default answer is no.

People see what their units registered or what is about them, bureaus also what is below. The line above the unit that
registered it decides; a bureau decides on its own.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from skillweek.content.access import is_open
from skillweek.organisations import access
from skillweek.organisations.models import Organisation, OrganisationQuerySet
from skillweek.press.models import Coverage


def coverage_visible_to(user: Any) -> QuerySet[Coverage]:
    """Coverage that units in the person's reach registered or that is about one of them."""
    reach = access.visible_to(user).order_by().values("pk")
    about = Coverage.organisations.through.objects.filter(organisation__in=reach).values("coverage_id")
    found: QuerySet[Coverage] = Coverage.objects.filter(Q(home__in=reach) | Q(pk__in=about))
    return found


def registering_organisations(user: Any) -> OrganisationQuerySet:
    """The units for which the person registers: their school, or the bureau in which they decide."""
    roles = access.FILING_ROLES | access.DECIDING_ROLES
    ids = [pk for pk, held in access.scope_of(user).roles.items() if held & roles]
    mine: OrganisationQuerySet = Organisation.objects.filter(pk__in=ids, is_active=True)
    return mine


def registers_for(user: Any, home: Organisation) -> bool:
    """Whether the person registers coverage for this unit."""
    roles = access.FILING_ROLES if home.is_school else access.DECIDING_ROLES
    return home.is_active and access.has_role(user, home, roles)


def can_decide(user: Any, coverage: Coverage) -> bool:
    """Whether the person confirms, rejects and merges it: the line above, a bureau for its own."""
    if not is_open(coverage.edition):
        return False
    own = not coverage.home.is_school and registers_for(user, coverage.home)
    return own or access.can_review(user, coverage.home)


def can_change(user: Any, coverage: Coverage) -> bool:
    """Whether the person may correct it now. What came by a report, its school corrects in the report."""
    if can_decide(user, coverage):
        return True
    is_undecided = coverage.state == Coverage.State.REGISTERED and coverage.source != Coverage.Source.REPORT
    return is_undecided and is_open(coverage.edition) and registers_for(user, coverage.home)


def can_delete(user: Any, coverage: Coverage) -> bool:
    """Whether the person may delete it: registered here by hand, undecided, with nothing merged."""
    is_loose = coverage.merged_into_id is None and not coverage.merged.exists()
    is_fresh = coverage.source == Coverage.Source.HAND and coverage.state == Coverage.State.REGISTERED
    return is_fresh and is_loose and can_change(user, coverage)


def is_decider(user: Any) -> bool:
    """Whether the person decides on anybody's coverage, and so keeps outlets and imports tables."""
    return bool(access.scope_of(user).deciding_paths)
