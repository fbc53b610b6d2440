"""Who may see and answer visits to schools (A5, E9). The default answer is no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from skillweek.content.access import is_open
from skillweek.editions.models import Edition
from skillweek.organisations import access
from skillweek.organisations.models import Organisation, OrganisationQuerySet
from skillweek.participation.models import Participant
from skillweek.participation.who import current
from skillweek.press.access import journalist_of, registering_organisations
from skillweek.press.models import Journalist, SchoolVisit, VisitOffer


@dataclass(frozen=True)
class Visitor:
    """Who asks to come: an accredited journalist, or a creator whose contact was proved; never both."""

    journalist: Journalist | None = None
    participant: Participant | None = None

    @property
    def may_apply(self) -> bool:
        """Whether anybody is there who may send an application."""
        return self.participant is not None or (self.journalist is not None and self.journalist.is_accredited)

    @property
    def values(self) -> dict[str, Any]:
        """The columns of an application."""
        return {"journalist": self.journalist, "participant": self.participant}

    @property
    def mine(self) -> Q:
        """A filter for the person's own applications."""
        if self.journalist is not None:
            return Q(journalist=self.journalist)
        return Q(participant=self.participant) if self.participant is not None else Q(pk__in=[])


def visitor_of(request: HttpRequest, edition: Edition) -> Visitor:
    """The journalist who is signed in, else the participant of this browser, else nobody."""
    if (journalist := journalist_of(request.user, edition)) is not None:
        return Visitor(journalist=journalist)
    return Visitor(participant=current(request, edition))


def public_offers(edition: Edition) -> QuerySet[VisitOffer]:
    """What strangers see: schools that welcome visits."""
    if edition.state == Edition.State.DRAFT:
        return VisitOffer.objects.none()
    rows = VisitOffer.objects.filter(edition=edition, is_open=True, organisation__is_active=True)
    return rows.select_related("organisation", "edition").order_by("organisation__path")


def visits_visible_to(user: Any) -> QuerySet[SchoolVisit]:
    """Applications to the person's own units, and those approved by units they review."""
    scope = access.scope_of(user)
    own = Q(organisation__in=list(scope.roles))
    below = access.subtree_q(scope.deciding_paths, "organisation__") & Q(state=SchoolVisit.State.APPROVED)
    return SchoolVisit.objects.filter(own | below)


def offering_organisations(user: Any) -> OrganisationQuerySet:
    """The units for which the person opens and answers visits."""
    return registering_organisations(user)


def can_open(user: Any, organisation: Organisation, edition: Edition) -> bool:
    """Whether the person opens the unit for visits: whoever hands in for a school, a bureau's deciders."""
    return is_open(edition) and access.can_answer_for(user, organisation)


def can_answer(user: Any, visit: SchoolVisit) -> bool:
    """Whether the person answers this application and arranges the itinerary."""
    return can_open(user, visit.organisation, visit.edition)


def sees_phone(user: Any, visit: SchoolVisit) -> bool:
    """Whether the visitor's number is shown: to the unit's own people only."""
    return visit.organisation_id in access.scope_of(user).roles
