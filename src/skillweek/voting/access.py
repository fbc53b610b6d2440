"""Who may see, write, approve and watch over ballots (A5, E10). The default answer is no.

A unit's people write its ballots; whoever hands in for it asks for approval; the line above approves and takes down,
the host approves its own. Held votes are looked at by those who hand in for the unit, and by the line above.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from skillweek.content.access import is_open
from skillweek.organisations import access
from skillweek.organisations.models import Kind, Organisation, OrganisationQuerySet
from skillweek.voting.models import Ballot


def ballots_visible_to(user: Any) -> QuerySet[Ballot]:
    """Ballots of the person's own units; of the units they review those that left the drafts."""
    scope = access.scope_of(user)
    own = Q(organisation__in=list(scope.roles))
    below = access.subtree_q(scope.deciding_paths, "organisation__") & ~Q(state=Ballot.State.DRAFT)
    return Ballot.objects.filter(own | below)


def organising_units(user: Any) -> OrganisationQuerySet:
    """The units for which the person makes ballots: their school, or the bureau in which they decide."""
    return access.writes_for(user)


def organises_for(user: Any, unit: Organisation) -> bool:
    """Whether the person writes ballots of this unit."""
    return access.can_write_for(user, unit)


def can_write(user: Any, ballot: Ballot) -> bool:
    """Whether the person changes text, rules and candidates: the unit's people."""
    return is_open(ballot.edition) and organises_for(user, ballot.organisation)


def leads(user: Any, ballot: Ballot) -> bool:
    """Whether the person speaks for the unit: whoever hands in for a school, a bureau's deciders."""
    return is_open(ballot.edition) and access.can_answer_for(user, ballot.organisation)


def can_decide(user: Any, ballot: Ballot) -> bool:
    """Whether the person approves it and takes it down: the line above; the host, with nobody above, its own."""
    if not is_open(ballot.edition):
        return False
    own = ballot.organisation.kind == Kind.HOST and leads(user, ballot)
    return own or access.can_review(user, ballot.organisation)


def can_watch(user: Any, ballot: Ballot) -> bool:
    """Whether the person looks at held votes and decides on them."""
    return leads(user, ballot) or can_decide(user, ballot)


def can_see_holds(user: Any, ballot: Ballot) -> bool:
    """The same, to read only: also after the edition was archived."""
    unit = ballot.organisation
    return access.has_role(user, unit, access.answering_roles(unit)) or access.can_review(user, unit)
