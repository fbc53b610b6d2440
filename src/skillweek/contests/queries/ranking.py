"""The joint ranking of a call's approved works: jury and public vote by the organiser's weights (E1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from skillweek.contests.models import Call, Entry


@dataclass(frozen=True)
class Place:
    """One work: ``score`` from 0 to 100 by the weights, with the parts it came of; None where there is nothing."""

    entry_id: int
    score: float | None
    jury: float | None
    votes: int | None


@dataclass(frozen=True)
class Ranking:
    """Works, best first; which parts there are."""

    places: list[Place]
    has_votes: bool = False
    has_jury: bool = False


def combine(
    entries: list[int], jury: dict[int, float], votes: dict[int, int], *, jury_weight: int, vote_weight: int
) -> list[Place]:
    """Rank ``entries``: votes count as a share of the most voted, jury scores as a share of the best; best first.

    A part that has nothing, or that weighs nothing, is left out. Equal scores stay in the order of ``entries``.
    """
    most, best = max(votes.values(), default=0), max(jury.values(), default=0.0)
    parts: list[tuple[int, Mapping[int, float], float]] = [(jury_weight, jury, best), (vote_weight, votes, most)]
    weighed = [(weight, values, top) for weight, values, top in parts if weight > 0 and top > 0]
    total = sum(weight for weight, _values, _top in weighed)
    places = []
    for entry in entries:
        score = None
        if total:
            shares = sum(weight * values.get(entry, 0) / top for weight, values, top in weighed)
            score = round(100 * shares / total, 2)
        places.append(Place(entry, score, jury.get(entry), votes.get(entry)))
    return sorted(places, key=lambda place: -(place.score or 0))


def ranked(call: Call) -> Ranking:
    """The ranking as of now."""
    entries = list(
        call.entries.filter(state=Entry.State.APPROVED).order_by("number", "pk").values_list("pk", flat=True)
    )
    jury: dict[int, float] = {}
    votes: dict[int, int] = {}
    places = combine(entries, jury, votes, jury_weight=call.jury_weight, vote_weight=call.vote_weight)
    return Ranking(places, bool(votes), bool(jury))
