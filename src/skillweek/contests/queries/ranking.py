"""The joint ranking of a call's approved works: jury and public vote by the organiser's weights (E1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from skillweek.contests.domain.following import ballot_of, panel_of
from skillweek.contests.models import Call, Entry
from skillweek.core.asked import number_in
from skillweek.judging.domain.seam import ranking as jury_ranking
from skillweek.voting.domain.seam import results


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


def _entry(source_key: str) -> int | None:
    """The entry that votes and juries know by this key."""
    _room, _colon, number = source_key.partition("contest-entry:")
    return number_in(number)


def _from_nothing(scores: dict[int, float]) -> dict[int, float]:
    """Scores that begin at 0: a jury's standard scores lie on both sides of it."""
    least = min(scores.values(), default=0.0)
    return {pk: round(score - least, 4) for pk, score in scores.items()} if least < 0 else scores


def ranked(call: Call) -> Ranking:
    """The ranking as of now."""
    entries = list(
        call.entries.filter(state=Entry.State.APPROVED).order_by("number", "pk").values_list("pk", flat=True)
    )
    ballot, panel = ballot_of(call), panel_of(call)
    votes = {pk: total.votes for total in results(ballot) if (pk := _entry(total.source_key))} if ballot else {}
    scores = [(_entry(place.source_key), place.score) for place in jury_ranking(panel)] if panel else []
    jury = _from_nothing({pk: score for pk, score in scores if pk is not None and score is not None})
    places = combine(entries, jury, votes, jury_weight=call.jury_weight, vote_weight=call.vote_weight)
    return Ranking(places, bool(votes), bool(jury))
