"""Who may see, register and decide on coverage (A5, D4). The default answer is no.

People see what their units registered or what is about them, bureaus also what is below. The line above the unit that
registered it decides; a bureau decides on its own.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from skillweek.content.access import is_open
from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.organisations import access
from skillweek.organisations.models import Kind, Organisation, OrganisationQuerySet
from skillweek.press.models import Coverage, Journalist, Lead


def coverage_visible_to(user: Any) -> QuerySet[Coverage]:
    """Coverage that units in the person's reach registered or that is about one of them."""
    reach = access.visible_to(user).order_by().values("pk")
    about = Coverage.organisations.through.objects.filter(organisation__in=reach).values("coverage_id")
    found: QuerySet[Coverage] = Coverage.objects.filter(Q(home__in=reach) | Q(pk__in=about))
    return found


def registering_organisations(user: Any) -> OrganisationQuerySet:
    """The units for which the person registers: their school, or the bureau in which they decide."""
    return access.writes_for(user)


def registers_for(user: Any, home: Organisation) -> bool:
    """Whether the person registers coverage for this unit."""
    return access.can_write_for(user, home)


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


def can_settle(user: Any, coverage: Coverage) -> bool:
    """Whether the person confirms or rejects it: whoever decides, and the unit whose lead or visit it came of."""
    is_theirs = (
        coverage.source in (Coverage.Source.LEAD, Coverage.Source.VISIT) and coverage.state == Coverage.State.REGISTERED
    )
    own = is_theirs and is_open(coverage.edition) and registers_for(user, coverage.home)
    return own or can_decide(user, coverage)


def is_decider(user: Any) -> bool:
    """Whether the person decides on anybody's coverage, and so keeps outlets and imports tables."""
    return bool(access.scope_of(user).deciding_paths)


def leads_visible_to(user: Any) -> QuerySet[Lead]:
    """Leads of the person's own units; of the units they review those that left the drafts."""
    scope = access.scope_of(user)
    own = Q(organisation__in=list(scope.roles))
    below = access.subtree_q(scope.deciding_paths, "organisation__") & ~Q(state=Lead.State.DRAFT)
    return Lead.objects.filter(own | below)


def can_write_lead(user: Any, lead: Lead) -> bool:
    """Whether the person changes this lead and answers for it: the organisation's own people."""
    return is_open(lead.edition) and registers_for(user, lead.organisation)


def can_take_down(user: Any, lead: Lead) -> bool:
    """Whether the person takes it from journalists: the line above, a bureau its own."""
    own = not lead.organisation.is_school and registers_for(user, lead.organisation)
    return is_open(lead.edition) and (own or access.can_review(user, lead.organisation))


def can_offer(user: Any, lead: Lead) -> bool:
    """Whether the person shows it to journalists: whoever hands in for a school, a bureau's deciders; once it was
    taken down, only who takes down.
    """
    if lead.state == Lead.State.TAKEN_DOWN:
        return can_take_down(user, lead)
    if not can_write_lead(user, lead):
        return False
    return not lead.organisation.is_school or access.can_submit_for(user, lead.organisation)


def is_accreditor(user: Any) -> bool:
    """Whether the person accredits journalists: the host's reviewers and managers."""
    scope = access.scope_of(user)
    deciding = [pk for pk, roles in scope.roles.items() if roles & access.DECIDING_ROLES]
    return bool(deciding) and Organisation.objects.filter(pk__in=deciding, kind=Kind.HOST).exists()


def journalist_of(user: Any, edition: Edition) -> Journalist | None:
    """The person's journalist in this edition, accredited or not; None for everybody else."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return None
    found: Journalist | None = Journalist.objects.filter(user=user, edition=edition).select_related("edition").first()
    return found


def leads_for(journalist: Journalist) -> QuerySet[Lead]:
    """What they may open: offered leads of the edition, and what they claimed before it ended.

    Under embargo only for the accredited.
    """
    mine = Q(state=Lead.State.CLOSED, claims__journalist=journalist)
    rows = Lead.objects.filter(Q(state=Lead.State.OFFERED) | mine, edition=journalist.edition).distinct()
    if not journalist.is_accredited:
        rows = rows.filter(Q(embargo_until=None) | Q(embargo_until__lte=now()))
    return rows
