"""Who is told what about ballots (E10)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from skillweek.notifications.domain import notify
from skillweek.organisations.access import DECIDING_ROLES, SUBMITTING_ROLES
from skillweek.organisations.models import Organisation, User
from skillweek.voting.models import Ballot, Hold


def people_of(organisation: Organisation) -> list[User]:
    """Those who answer for the organisation: a school's liaisons and managers, a bureau's deciders."""
    roles = SUBMITTING_ROLES if organisation.is_school else DECIDING_ROLES
    rows = User.objects.filter(
        is_active=True, memberships__organisation=organisation.pk, memberships__is_active=True,
        memberships__role__in=roles,
    )  # fmt: skip
    return list(rows.distinct())


def deciders_of(ballot: Ballot) -> list[User]:
    """The bureau right above; the host's own people for the host."""
    above = Organisation.objects.get_parent(ballot.organisation)
    return people_of(above if above is not None else ballot.organisation)


def tell_organisation(ballot: Ballot, kind: str, *, text: str = "") -> None:
    """Tell those who answer for the ballot's unit."""
    _tell(people_of(ballot.organisation), ballot, kind, text, str(ballot.version))


def tell_deciders(ballot: Ballot, kind: str = "ballot.submitted") -> None:
    """Tell the line above."""
    _tell(deciders_of(ballot), ballot, kind, "", str(ballot.version))


def tell_watchers(hold: Hold, votes: int) -> None:
    """Tell those who answer for the ballot that votes were held."""
    ballot = hold.ballot
    url = reverse("voting:hold", args=[hold.pk])
    _tell(people_of(ballot.organisation), ballot, "ballot.held", str(votes), f"hold:{hold.pk}", url)


def _tell(people: list[User], ballot: Ballot, kind: str, text: str, once: str, url: str = "") -> None:
    context: dict[str, Any] = {"title": ballot.title, "who": ballot.organisation.name, "text": text}
    notify(
        people, kind=kind, context=context, url=url or reverse("voting:ballot", args=[ballot.pk]),
        dedupe_key=f"voting:{ballot.edition_id}:{kind}:{ballot.pk}:{once}", organisation=ballot.organisation,
    )  # fmt: skip
