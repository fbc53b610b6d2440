"""Pure rules: credit codes, fields, stable schedules (E3, E4)."""

from __future__ import annotations

from collections import Counter
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillweek.partnerships import catalogue
from skillweek.partnerships.domain.scheduling import orders
from skillweek.partnerships.rules import fields, uscc
from skillweek.partnerships.rules.scheduling import blocking_pairs, into_slots, stable_pairs

_FIRST = st.builds(
    lambda head, region, rest: head + region + rest,
    st.text(uscc.ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(uscc.ALPHABET, min_size=9, max_size=9),
)


# The standard's own example, and a public company's code.
@pytest.mark.parametrize("code", ["91350100M000100Y43", "91110000600037341L"])
def test_known_codes_are_valid(code: str) -> None:
    assert uscc.is_valid(code)


@given(_FIRST)
def test_a_code_with_its_check_letter_is_valid(first: str) -> None:
    assert uscc.is_valid(first + uscc.check_letter(first))


@given(_FIRST, st.integers(0, 17), st.sampled_from(uscc.ALPHABET))
def test_one_wrong_letter_is_always_found(first: str, place: int, letter: str) -> None:
    code = first + uscc.check_letter(first)
    changed = code[:place] + letter + code[place + 1 :]
    assert uscc.is_valid(changed) == (changed == code)


@given(st.text(max_size=30))
def test_any_text_is_judged_without_falling_over(text: str) -> None:
    assert uscc.is_valid(uscc.normalise(text)) in (True, False)


def test_what_people_type_is_normalised() -> None:
    assert uscc.normalise(" ９１35 0100-m000100y43 ") == "91350100M000100Y43"


@pytest.mark.requirement("E3")
def test_the_catalogue_has_all_categories_and_classes() -> None:
    assert len(catalogue.categories()) == 19
    assert len(catalogue.classes()) == 97
    assert all(code[:2] in dict(catalogue.categories()) for code, _name in catalogue.classes())
    majors = catalogue.national_majors()
    assert all(catalogue.name_of_group(fields.class_of(code)) for code in majors)
    assert majors["460301"] == "机电一体化技术"
    assert {fields.level_of(code) for code in majors} == set(catalogue.LEVELS)


@pytest.mark.requirement("E3")
def test_the_catalogue_has_every_major_of_the_higher_levels() -> None:
    text = files("skillweek.partnerships").joinpath("data/majors.csv").read_text(encoding="utf-8")
    codes = [line.split(",")[0] for line in text.splitlines()[1:]]
    assert len(set(codes)) == len(codes)
    majors = [code for code in codes if len(code) == 6]
    # 744 and 247 of 2021, with 58 and 74 added up to 2025.
    assert Counter(fields.level_of(code) for code in majors) == {"higher": 802, "bachelor": 321, "secondary": 64}
    of_class = Counter(code[:4] for code in majors if fields.level_of(code) != "secondary")
    assert all(f"{head}{number:02d}" in majors for head, many in of_class.items() for number in range(1, many + 1))
    assert {fields.class_of(code) for code in majors if fields.level_of(code) == "higher"} == {
        code for code, _name in catalogue.classes()
    }


_CODE = st.sampled_from(sorted(catalogue.national_majors()) + [code for code, _n in catalogue.classes()] + ["06", "11"])
_MAJOR = st.sampled_from(sorted(catalogue.national_majors()))


@given(st.sets(_CODE, max_size=6), st.sets(_MAJOR, max_size=6), st.sets(st.sampled_from(["机电", "数控", "护理"])))
def test_a_score_is_bounded_and_has_a_reason(wanted: set[str], taught: set[str], words: set[str]) -> None:
    found = fields.match(wanted, taught, words)
    assert 0 <= found.score <= 100
    assert bool(found.score) == bool(found.by or found.words)


@given(st.sets(_CODE, max_size=5), st.sets(_MAJOR, max_size=5), _CODE, _MAJOR)
def test_more_in_common_never_lowers_the_score(wanted: set[str], taught: set[str], code: str, major: str) -> None:
    score = fields.match(wanted, taught).score
    assert fields.match(wanted | {code}, taught).score >= score
    assert fields.match(wanted, taught | {major}).score >= score


@pytest.mark.parametrize(
    ("wanted", "major", "score", "by"),
    [
        ("460301", "460301", 80, "major"),
        ("460301", "660301", 60, "class"),
        ("0603", "660301", 60, "class"),
        ("06", "660301", 35, "category"),
        ("460101", "660301", 35, "category"),
        ("11", "660301", 0, ""),
    ],
)
def test_levels_meet_in_class_and_category(wanted: str, major: str, score: int, by: str) -> None:
    found = fields.match({wanted}, [major])
    assert (found.score, found.by) == (score, by)


@st.composite
def _markets(draw: st.DrawFn) -> tuple[dict[int, list[int]], dict[int, list[int]], int, int]:
    """Enterprises 0…, guests 100…, each with an order of some of the others; slots and seats."""
    enterprises, guests = range(draw(st.integers(1, 6))), range(100, 100 + draw(st.integers(1, 8)))
    some = st.lists
    order_e = {one: draw(some(st.sampled_from(guests), unique=True)) for one in enterprises}
    order_g = {one: draw(some(st.sampled_from(enterprises), unique=True)) for one in guests}
    return order_e, order_g, draw(st.integers(1, 5)), draw(st.integers(1, 3))


@pytest.mark.requirement("E3")
@settings(max_examples=300, deadline=None)
@given(_markets(), st.data())
def test_the_matching_is_stable_and_keeps_quotas(market: Any, data: st.DataObject) -> None:
    order_e, order_g, slots, seats = market
    quota_e = {one: data.draw(st.integers(0, slots * seats)) for one in order_e}
    quota_g = {one: data.draw(st.integers(0, slots)) for one in order_g}
    pairs = stable_pairs(order_e, order_g, quota_e, quota_g)
    assert blocking_pairs(pairs, order_e, order_g, quota_e, quota_g) == []
    assert all(sum(e == one for e, _g in pairs) <= quota_e[one] for one in order_e)
    assert all(sum(g == one for _e, g in pairs) <= quota_g[one] for one in order_g)
    assert all(g in order_e[e] and e in order_g[g] for e, g in pairs)


@settings(max_examples=300, deadline=None)
@given(_markets())
def test_whatever_is_matched_fits_into_the_slots(market: Any) -> None:
    order_e, order_g, slots, seats = market
    pairs = stable_pairs(order_e, order_g, dict.fromkeys(order_e, slots * seats), dict.fromkeys(order_g, slots))
    placed, left = into_slots(sorted(pairs), slots, seats)
    assert left == []
    assert set(placed) == pairs
    _nobody_twice(placed, slots, seats)


@settings(max_examples=300, deadline=None)
@given(_markets(), st.data())
def test_what_is_fixed_stays(market: Any, data: st.DataObject) -> None:
    order_e, order_g, slots, seats = market
    every = [(e, g) for e in order_e for g in order_g]
    fixed: dict[tuple[int, int], tuple[int, int]] = {}
    for e, g in data.draw(st.lists(st.sampled_from(every), unique=True, max_size=4)):
        place = (data.draw(st.integers(0, slots - 1)), data.draw(st.integers(1, seats)))
        free_guest = all(not (g == other[1] and place[0] == at[0]) for other, at in fixed.items())
        if free_guest and all(not (e == other[0] and place == at) for other, at in fixed.items()):
            fixed[(e, g)] = place
    placed, left = into_slots(every, slots, seats, fixed)
    assert all(placed[pair] == place for pair, place in fixed.items())
    assert set(placed) | set(left) == set(every)
    assert set(placed).isdisjoint(left)
    _nobody_twice(placed, slots, seats)


def _nobody_twice(placed: dict[tuple[int, int], tuple[int, int]], slots: int, seats: int) -> None:
    assert len({(g, slot) for (_e, g), (slot, _seat) in placed.items()}) == len(placed)
    assert len({(e, slot, seat) for (e, _g), (slot, seat) in placed.items()}) == len(placed)
    assert all(0 <= slot < slots and 1 <= seat <= seats for slot, seat in placed.values())


def test_orders_put_own_wishes_first_then_who_wished() -> None:
    found = orders([1, 2], [10, 11, 12], {10: [2, 1], 11: [1], 1: [12]}, {2}, {(1, 11): 60, (1, 10): 80})
    assert found[1] == [12, 10, 11]
    assert found[2] == []
    assert found[10] == [2, 1]
    assert found[12] == [1]
