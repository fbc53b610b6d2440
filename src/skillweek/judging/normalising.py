"""From jurors' raw scores to one score for each work: pure functions (E1, E10, ADR 0199).

Raw scores are exact fractions of 0…100. A strict and a lenient juror who order works alike count alike: the standard
score measures each score from its juror's own mean in their own spread, the rank score looks at the order alone. Means
and spreads are computed exactly, so that a constant added to all scores of one juror changes nothing at all, not even
in the last digit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import Final

#: juror → work → raw score.
Scores = Mapping[int, Mapping[int, Fraction]]
_DIGITS: Final = 6


@dataclass(frozen=True)
class Place:
    """One work's outcome: its normalised and its plain mean score, how many jurors; None where nobody judged it."""

    work: int
    score: float | None
    mean: float | None
    jurors: int
    rank: int | None


def raw_score(values: Mapping[int, Fraction], criteria: Mapping[int, tuple[int, int]]) -> Fraction:
    """Weighted share of the maximum, from 0 to 100. ``criteria``: id → (maximum, weight); all of them are scored."""
    weights = sum(weight for _maximum, weight in criteria.values())
    points = sum((Fraction(values[pk]) / most * weight for pk, (most, weight) in criteria.items()), Fraction(0))
    return points * 100 / weights


def standard(own: Mapping[int, Fraction]) -> dict[int, float]:
    """One juror's scores as 50 plus ten times the distance from their mean in their spread; 50 where all are equal."""
    mean = sum(own.values(), Fraction(0)) / len(own)
    variance = sum(((value - mean) ** 2 for value in own.values()), Fraction(0)) / len(own)
    if not variance:
        return dict.fromkeys(own, 50.0)
    spread = sqrt(variance)
    return {work: 50 + 10 * float(value - mean) / spread for work, value in own.items()}


def by_rank(own: Mapping[int, Fraction]) -> dict[int, float]:
    """One juror's order as 0…100: the share of works below, equal ones halfway."""
    found = {}
    for work, value in own.items():
        below = sum(other < value for other in own.values())
        equal = sum(other == value for other in own.values())
        found[work] = float(Fraction(2 * below + equal, 2 * len(own)) * 100)
    return found


def plain(own: Mapping[int, Fraction]) -> dict[int, float]:
    """One juror's scores as they are."""
    return {work: float(value) for work, value in own.items()}


METHODS: Final[dict[str, Callable[[Mapping[int, Fraction]], dict[int, float]]]] = {
    "zscore": standard, "rank": by_rank, "mean": plain,
}  # fmt: skip


def places(scores: Scores, works: Mapping[int, str], method: str) -> list[Place]:
    """Every work's place in its group (``works``: id → group), best first; equal scores share a rank (1, 2, 2, 4).

    Works that nobody judged come last without a rank.
    """
    gathered: dict[int, list[float]] = {work: [] for work in works}
    plainly: dict[int, list[Fraction]] = {work: [] for work in works}
    for juror in sorted(scores):
        own = {work: value for work, value in scores[juror].items() if work in works}
        if not own:
            continue
        for work, value in METHODS[method](own).items():
            gathered[work].append(value)
            plainly[work].append(own[work])
    found = []
    for work in works:
        values = gathered[work]
        score = round(sum(sorted(values)) / len(values), _DIGITS) if values else None
        mean = float(sum(plainly[work], Fraction(0)) / len(values)) if values else None
        found.append((work, score, mean, len(values)))
    found.sort(key=lambda row: (works[row[0]], row[1] is None, -(row[1] or 0), row[0]))
    return _ranked(found, works)


def _ranked(rows: list[tuple[int, float | None, float | None, int]], works: Mapping[int, str]) -> list[Place]:
    places: list[Place] = []
    group: str | None = None
    at = first = 0
    before: float | None = None
    for work, score, mean, number in rows:
        if works[work] != group:
            group, at, before = works[work], 0, None
        at += 1
        if score is None:
            places.append(Place(work, None, None, 0, None))
            continue
        if score != before:
            first, before = at, score
        places.append(Place(work, score, mean, number, first))
    return places
