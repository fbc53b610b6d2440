"""From answers to a result: counted right, whatever is answered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillweek.careers.questions import TYPES, fields, items, kinds
from skillweek.careers.scoring import ANSWERS, Result, most, result_of, score

ALL = st.fixed_dictionaries({item.code: st.sampled_from(ANSWERS) for item in items()})


def test_the_items_are_whole() -> None:
    rows = items()
    assert len(rows) == 36 and len({row.code for row in rows}) == 36 and len({row.text for row in rows}) == 36
    assert {letter: sum(row.type == letter for row in rows) for letter in TYPES} == dict.fromkeys(TYPES, 6)
    assert all(len(row.text) <= 24 for row in rows)
    assert list(kinds()) == list(TYPES) and len(fields()) == 19
    used = {field.code for kind in kinds().values() for field in kind.fields}
    assert used == set(fields())


@given(ALL)
def test_points_are_what_was_answered(answers: dict[str, int]) -> None:
    result = score(answers)
    assert sum(result.points) == sum(answers.values())
    for letter in TYPES:
        assert result.of(letter) == sum(answers[item.code] for item in items() if item.type == letter) <= most()[letter]


@given(ALL)
def test_the_address_carries_the_result_and_nothing_else(answers: dict[str, int]) -> None:
    result = score(answers)
    assert result_of(result.code) == result
    shuffled = dict(sorted(answers.items(), key=lambda pair: pair[0], reverse=True))
    assert score(shuffled).code == result.code


@given(ALL)
def test_the_order_goes_down_and_names_each_type_once(answers: dict[str, int]) -> None:
    result = score(answers)
    assert sorted(result.order) == sorted(TYPES)
    points = [result.of(letter) for letter in result.order]
    assert points == sorted(points, reverse=True) and result.leading == result.order[0]


@given(ALL, st.sampled_from(items()))
def test_liking_more_never_lowers_a_type(answers: dict[str, int], item: object) -> None:
    code, kind = item.code, item.type  # type: ignore[attr-defined]
    if answers[code] == ANSWERS[-1]:
        return
    more = score({**answers, code: answers[code] + 1})
    before = score(answers)
    assert more.of(kind) == before.of(kind) + 1
    assert more.order.index(kind) <= before.order.index(kind)


@given(st.text(max_size=40))
def test_any_address_is_a_result_or_nothing(code: str) -> None:
    found = result_of(code)
    assert found is None or found.code == code


@pytest.mark.parametrize(
    "code", ["", "13-0-0-0-0-0", "1-2-3-4-5", "01-0-0-0-0-0", "1-2-3-4-5-6-7", "٣-0-0-0-0-0", "1-1-1-1-1-1 "]
)
def test_impossible_results_are_none(code: str) -> None:
    assert result_of(code) is None


def test_answers_must_be_whole() -> None:
    whole = {item.code: 1 for item in items()}
    for wrong in ({**whole, "r1": 3}, {**whole, "x1": 1}, dict.fromkeys(list(whole)[1:], 1)):
        with pytest.raises(ValueError, match="every item"):
            score(wrong)
    assert score(whole).is_flat and not Result((1, 0, 0, 0, 0, 0)).is_flat
