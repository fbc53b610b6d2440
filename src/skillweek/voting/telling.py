"""Who is told what about ballots (E10)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from skillweek.notifications.domain import notify
from skillweek.organisations.models import Organisation, User
from skillweek.organisations.queries import people_who_answer
from skillweek.voting.models import Ballot, Hold


def deciders_of(ballot: Ballot) -> list[User]:
    """The bureau right above; the host's own people for the host."""
    above = Organisation.objects.get_parent(ballot.organisation)
    return people_who_answer(above if above is not None else ballot.organisation)


def tell_organisation(ballot: Ballot, kind: str, *, text: str = "") -> None:
    """Tell those who answer for the ballot's unit."""
    _tell(people_who_answer(ballot.organisation), ballot, kind, text, str(ballot.version))


def tell_deciders(ballot: Ballot, kind: str = "ballot.submitted") -> None:
    """Tell the line above."""
    _tell(deciders_of(ballot), ballot, kind, "", str(ballot.version))


def tell_watchers(hold: Hold, votes: int) -> None:
    """Tell those who answer for the ballot that votes were held."""
    ballot = hold.ballot
    url = reverse("voting:hold", args=[hold.pk])
    _tell(people_who_answer(ballot.organisation), ballot, "ballot.held", str(votes), f"hold:{hold.pk}", url)


def _tell(people: list[User], ballot: Ballot, kind: str, text: str, once: str, url: str = "") -> None:
    context: dict[str, Any] = {"title": ballot.title, "who": ballot.organisation.name, "text": text}
    notify(
        people, kind=kind, context=context, url=url or reverse("voting:ballot", args=[ballot.pk]),
        dedupe_key=f"voting:{ballot.edition_id}:{kind}:{ballot.pk}:{once}", organisation=ballot.organisation,
    )  # fmt: skip
