"""Totals: always counted from the votes' rows (E10, ADR 0195)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from skillweek.voting.models import Ballot, Candidate, Vote


@dataclass
class Standing:
    """One candidate's place in its group; ties share a rank. ``held`` votes are not in ``votes``."""

    candidate: Candidate
    votes: int
    held: int
    rank: int = 0


@dataclass(frozen=True)
class Turnout:
    """How many votes count, are held, are refused; and how many people sent them."""

    counted: int
    held: int
    refused: int
    voters: int


def standings(ballot: Ballot) -> list[Standing]:
    """All candidates that take part, by group and then by votes; exact as of this moment, in two queries. Once the
    results are out, what was announced.
    """
    if ballot.state == Ballot.State.ANNOUNCED:
        return _announced(ballot)
    counts: dict[tuple[int, str], int] = {
        (row["candidate"], row["state"]): row["n"]
        for row in Vote.objects.filter(ballot=ballot).order_by().values("candidate", "state").annotate(n=Count("pk"))
    }
    rows = _taking_part(ballot)
    places = {name: at for at, name in enumerate(ballot.groups)}
    found = [
        Standing(row, counts.get((row.pk, Vote.State.COUNTED), 0), counts.get((row.pk, Vote.State.HELD), 0))
        for row in rows
    ]
    found.sort(key=lambda row: (places.get(row.candidate.group, len(places)), -row.votes, row.candidate.number))
    rank(found)
    return found


def _taking_part(ballot: Ballot) -> QuerySet[Candidate]:
    return ballot.candidates.filter(withdrawn_at=None).select_related("organisation", "picture__file")


def _announced(ballot: Ballot) -> list[Standing]:
    places = {name: at for at, name in enumerate(ballot.groups)}
    found = [Standing(row, row.final_votes or 0, 0, row.final_rank or 0) for row in _taking_part(ballot)]
    return sorted(found, key=lambda row: (places.get(row.candidate.group, len(places)), row.rank, row.candidate.number))


def rank(rows: Iterable[Standing]) -> None:
    """Number sorted standings in each group: 1, 2, 2, 4."""
    group, place, before = None, 0, -1
    for row in rows:
        if row.candidate.group != group:
            group, place, before, first = row.candidate.group, 0, -1, 0
        place += 1
        if row.votes != before:
            first, before = place, row.votes
        row.rank = first


def turnout(ballot: Ballot) -> Turnout:
    """Votes by state and the number of voters whose votes count; once the results are out, what was announced."""
    if ballot.state == Ballot.State.ANNOUNCED:
        return Turnout(ballot.final_votes, 0, ballot.final_refused, ballot.final_voters)
    counts = dict(Vote.objects.filter(ballot=ballot).order_by().values_list("state").annotate(n=Count("pk")))
    voters = Vote.objects.filter(ballot=ballot, state=Vote.State.COUNTED).values("participant").distinct().count()
    return Turnout(
        counts.get(Vote.State.COUNTED, 0), counts.get(Vote.State.HELD, 0), counts.get(Vote.State.REFUSED, 0), voters
    )
