"""Scores of strict and lenient jurors (E1, E10): pure functions and their laws."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillweek.judging.normalising import METHODS, by_rank, places, raw_score, standard

_RAW = st.integers(0, 1000).map(lambda tenths: Fraction(tenths, 10))
_SCORES = st.dictionaries(
    st.integers(1, 6), st.dictionaries(st.integers(1, 8), _RAW, min_size=1), min_size=1, max_size=6
)
_WORKS = {work: "AB"[work % 2] for work in range(1, 9)}
_FAIR = ("zscore", "rank")


@pytest.mark.requirement("E10")
@given(_SCORES, st.integers(-500, 500), st.sampled_from(_FAIR), st.data())
def test_a_constant_shift_of_one_juror_changes_nothing(
    scores: dict[int, dict[int, Fraction]], shift: int, method: str, data: st.DataObject
) -> None:
    juror = data.draw(st.sampled_from(sorted(scores)))
    moved = {**scores, juror: {work: value + Fraction(shift, 7) for work, value in scores[juror].items()}}
    before, after = places(scores, _WORKS, method), places(moved, _WORKS, method)
    assert [(row.work, row.score, row.rank) for row in before] == [(row.work, row.score, row.rank) for row in after]


@given(_SCORES, st.integers(1, 20), st.data())
def test_only_the_order_matters_to_the_rank_score(
    scores: dict[int, dict[int, Fraction]], factor: int, data: st.DataObject
) -> None:
    juror = data.draw(st.sampled_from(sorted(scores)))
    stretched = {**scores, juror: {work: value**3 * factor for work, value in scores[juror].items()}}
    assert [row.rank for row in places(scores, _WORKS, "rank")] == [
        row.rank for row in places(stretched, _WORKS, "rank")
    ]


@given(_SCORES, st.sampled_from(sorted(METHODS)))
def test_ranks_follow_scores_and_ties_share_one(scores: dict[int, dict[int, Fraction]], method: str) -> None:
    rows = places(scores, _WORKS, method)
    assert sorted(row.work for row in rows) == sorted(_WORKS)
    for group in "AB":
        own = [row for row in rows if _WORKS[row.work] == group and row.rank is not None]
        for row in own:
            assert row.rank == 1 + sum(other.score > row.score for other in own)  # type: ignore[operator]
    judged = {work for given in scores.values() for work in given}
    assert {row.work for row in rows if row.rank is None} == set(_WORKS) - judged


@given(_SCORES, st.sampled_from(sorted(METHODS)), st.randoms())
def test_the_order_of_jurors_does_not_matter(
    scores: dict[int, dict[int, Fraction]], method: str, chance: object
) -> None:
    keys = list(scores)
    chance.shuffle(keys)  # type: ignore[attr-defined]
    assert places({key: scores[key] for key in keys}, _WORKS, method) == places(scores, _WORKS, method)


@given(_SCORES, st.sampled_from(sorted(METHODS)))
def test_a_juror_who_gives_everybody_more_never_lowers_a_work(
    scores: dict[int, dict[int, Fraction]], method: str
) -> None:
    """The best work of every juror is never below a work that is nobody's better."""
    everybody = [own for own in scores.values() if {1, 3} <= own.keys()]
    if len(everybody) != len(scores) or any(own[1] < own[3] for own in everybody):
        return
    rows = {row.work: row for row in places(scores, _WORKS, method)}
    assert rows[1].score >= rows[3].score  # type: ignore[operator]


def test_a_strict_juror_counts_like_a_lenient_one() -> None:
    strict = {1: Fraction(40), 2: Fraction(50), 3: Fraction(60)}
    lenient = {work: value + 35 for work, value in strict.items()}
    assert standard(strict) == standard(lenient)
    plain = places({1: strict, 2: {2: Fraction(85), 3: Fraction(95)}}, dict.fromkeys((1, 2, 3), ""), "mean")
    assert plain[0].work == 3


def test_equal_scores_are_in_the_middle() -> None:
    assert standard({1: Fraction(70), 2: Fraction(70)}) == {1: 50.0, 2: 50.0}
    assert by_rank({1: Fraction(1), 2: Fraction(5), 3: Fraction(5)}) == pytest.approx(
        {1: 100 / 6, 2: 200 / 3, 3: 200 / 3}
    )


@given(st.dictionaries(st.integers(1, 5), st.tuples(st.integers(1, 100), st.integers(1, 9)), min_size=1), st.data())
def test_raw_scores_are_shares_of_the_maximum(criteria: dict[int, tuple[int, int]], data: st.DataObject) -> None:
    full = {pk: Fraction(most) for pk, (most, _weight) in criteria.items()}
    assert raw_score(full, criteria) == 100
    assert raw_score(dict.fromkeys(criteria, Fraction(0)), criteria) == 0
    some = {pk: Fraction(data.draw(st.integers(0, most))) for pk, (most, _weight) in criteria.items()}
    assert 0 <= raw_score(some, criteria) <= 100
