"""Drawing by lot: none twice, as many as asked, and possible whenever it can be (E2)."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillweek.core.errors import Conflict
from skillweek.editions.models import Edition
from skillweek.quiz.domain.drawing import Rule, choose, draw_for, fits, shortage
from tests.factories import Tree
from tests.quiz import make


@dataclass(frozen=True)
class Card:
    """A question as drawing sees it."""

    topic: str
    difficulty: str


_TOPIC = st.sampled_from(["体系", "教师"])
_LEVEL = st.sampled_from(["easy", "hard"])
_CARDS = st.lists(st.builds(Card, _TOPIC, _LEVEL), max_size=6)
_RULES = st.lists(
    st.builds(Rule, st.one_of(st.just(""), _TOPIC), st.one_of(st.just(""), _LEVEL), st.integers(1, 2)), max_size=3
)


def _possible(rules: list[Rule], pool: list[Card]) -> bool:
    """By trying everything."""
    slots = [rule for rule in rules for _each in range(rule.count)]
    return any(
        all(fits(rule, pool[place]) for rule, place in zip(slots, places, strict=True))
        for places in permutations(range(len(pool)), len(slots))
    )


@pytest.mark.requirement("E2")
@settings(max_examples=150, deadline=None)
@given(rules=_RULES, pool=_CARDS, seed=st.integers(0, 1000))
def test_a_draw_fulfils_all_rules_and_is_found_whenever_there_is_one(
    rules: list[Rule], pool: list[Card], seed: int
) -> None:
    found = choose(rules, pool, random.Random(seed))
    assert (found is not None) == _possible(rules, pool)
    if found is not None:
        assert len(found) == len(set(found)) == sum(rule.count for rule in rules)
        assert _possible(rules, [pool[place] for place in found])


def test_each_question_has_the_same_chance() -> None:
    pool = [Card("体系", "easy") for _each in range(10)]
    lots = random.Random(7)
    counts = Counter(place for _round in range(2000) for place in choose([Rule("", "", 3)], pool, lots) or [])
    assert set(counts) == set(range(10))
    assert max(counts.values()) < 1.25 * min(counts.values())


def test_a_large_draw_is_quick() -> None:
    pool = [Card("体系" if number % 2 else "教师", "easy") for number in range(600)]
    assert len(choose([Rule("", "", 50), Rule("体系", "", 50)], pool) or []) == 100


def test_what_is_missing_is_named() -> None:
    pool = [Card("体系", "easy")]
    assert shortage([Rule("体系", "", 2), Rule("", "easy", 1)], pool) == [(Rule("体系", "", 2), 1)]


def test_too_few_questions_are_a_sentence_for_the_player(edition: Edition, tree: Tree) -> None:
    make.bank(edition, tree.host, 2)
    with pytest.raises(Conflict, match="题目暂时不够"):
        draw_for(tree.host, edition, [Rule("", "", 3)])
