"""Normalising, shingles, keys and passages, over any text (C14)."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillweek.similarity import sketch
from skillweek.similarity.normal import normalise
from skillweek.similarity.passages import GAP, SEED, Index, blocks, containment, passages
from tests.similarity import made

pytestmark = pytest.mark.requirement("C14")

#: Few letters, so that runs repeat; and everything else that text may hold.
_repeating = st.text(alphabet="职教周活动ab", max_size=200)
_any = st.text(max_size=300)
_noise = st.sampled_from(["，", "。", " ", "\n", "　", "—", "“", "…", "!"])


@given(_any)
@settings(deadline=None)
def test_normal_text_is_stable_and_every_place_is_where_it_stood(text: str) -> None:
    normal = normalise(text)

    assert normalise(normal.text).text == normal.text
    assert len(normal.places) == len(normal.text)
    assert list(normal.places) == sorted(normal.places)
    assert all(0 <= place < len(text) for place in normal.places)
    if normal.text:
        start, end = normal.original(0, len(normal.text))
        assert normalise(text[start:end]).text == normal.text


@given(st.text(alphabet="茶艺展示ABC123", min_size=1), st.lists(st.tuples(st.integers(0, 50), _noise), max_size=20))
@settings(deadline=None)
def test_punctuation_space_width_and_case_make_no_difference(text: str, noise: list[tuple[int, str]]) -> None:
    varied = "".join(chr(ord(sign) + 0xFEE0) if sign.isascii() else sign for sign in text)
    for at, sign in noise:
        varied = varied[:at] + sign + varied[at:]

    assert normalise(varied).text == normalise(text.lower()).text


@given(_repeating, _repeating)
@settings(max_examples=200, deadline=None)
def test_blocks_are_equal_runs_that_do_not_overlap_and_miss_nothing(left: str, right: str) -> None:
    found = blocks(left, Index(right))

    for block in found:
        assert block.size >= SEED
        assert left[block.left : block.left + block.size] == right[block.right : block.right + block.size]
    for before, after in pairwise(found):
        assert before.left + before.size <= after.left
    # Where no block stands, no run of the seed's length begins that the other text holds.
    covered = {at for block in found for at in range(block.left, block.left + block.size)}
    for at in range(len(left) - SEED + 1):
        if covered.isdisjoint(range(at, at + SEED)):
            assert left[at : at + SEED] not in right


@given(_repeating, _repeating, st.integers(10, 40))
@settings(deadline=None)
def test_passages_keep_their_blocks_and_the_minimum(left: str, right: str, minimum: int) -> None:
    found = blocks(left, Index(right))
    kept = passages(found, minimum)

    assert Index(right).may_share(left, minimum) or not kept
    assert all(passage.equal >= minimum for passage in kept)
    assert sum(passage.equal for passage in passages(found, 1)) == sum(block.size for block in found)
    for passage in kept:
        assert 0 <= passage.left[0] < passage.left[1] <= len(left)
        assert 0 <= passage.right[0] < passage.right[1] <= len(right)
        assert passage.equal <= passage.left[1] - passage.left[0]
    assert 0 <= containment(kept, len(left)) <= 1


@given(st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_a_copied_paragraph_shares_a_key_and_is_found_whole(seed: int) -> None:
    chance = random.Random(seed)
    theirs, mine = made.article(chance), made.article(chance)
    copied = made.with_part_of(chance, mine, theirs, 5)
    a, b = normalise(made.text_of(copied)), normalise(made.text_of(theirs))

    assert sketch.keys(made.text_of(copied), a, 1) & sketch.keys(made.text_of(theirs), b, 1)
    assert sum(passage.equal for passage in passages(blocks(a.text, Index(b.text)), 30)) >= 100


@given(_any)
@settings(deadline=None)
def test_keys_are_a_matter_of_text_and_edition(text: str) -> None:
    normal = normalise(text)
    keys = sketch.keys(text, normal, 1)

    assert keys == sketch.keys(text, normal, 1)
    assert bool(keys) == (len(normal.text) >= sketch.WINDOW)
    assert keys.isdisjoint(sketch.keys(text, normal, 2))
    assert all(-(2**63) <= key < 2**63 for key in keys)


def test_windows_begin_where_sentences_begin() -> None:
    first, second = "茶" + "艺展示活动在市民广场举行吸引许多居民" * 2, "护理专业的同学为老人测量血压并讲解用药常识" * 4
    text = f"{first}。{second}。"
    normal = normalise(text)

    starts = list(sketch.starts(text, normal))

    assert starts[0] == 0
    assert len(normalise(first).text) in starts
    assert all(later - before <= 40 for before, later in pairwise(starts))


def test_a_windows_keys_are_those_of_this_version() -> None:
    """Keys lie in databases: when a release of the library digests otherwise, raise ``sketch.VERSION``, count anew."""
    text = (
        "职业教育活动周期间，茶艺专业学生走进社区，为居民冲泡岩茶、讲解茶礼，老人和孩子围着茶席坐满了整个活动室，"
        "笑声不断。护理班同学替排队的邻居量血压。"
    )
    normal = normalise(text)
    assert len(list(sketch.starts(text, normal))) >= 1

    assert sketch.VERSION == 1
    assert sorted(sketch.keys(text, normal, 1))[:2] == [-2445122186277426797, -843270987622809777]


def test_common_wording_is_no_passage_and_has_no_keys() -> None:
    notice = (
        "各区教育局要高度重视职业教育活动周工作，加强组织领导，落实安全责任，认真做好宣传报道，及时报送活动情况和总结材料，确保活动取得实效。"
        * 2
    )
    common = sketch.shingles(normalise(notice).text)
    normal = normalise(notice)

    assert not sketch.keys(notice, normal, 1, common)
    assert blocks(normal.text, Index(normal.text), common) == []


def test_small_changes_do_not_break_a_passage_and_far_ones_do() -> None:
    one, two = "茶艺专业学生走进社区为居民冲泡岩茶", "护理班同学给排队的老人测量血压讲用药"

    near = passages(blocks(f"{one}并且{two}", Index(f"{one}随后又{two}")), 10)
    far = passages(blocks(f"{one}甲{two}", Index(f"{one}{'乙' * (GAP + 5)}{two}")), 10)

    assert [passage.equal for passage in near] == [len(one) + len(two)]
    assert [passage.equal for passage in far] == [len(one), len(two)]


def test_repeating_text_takes_no_age() -> None:
    found = blocks("哈" * 30_000, Index("哈" * 30_000))

    assert sum(block.size for block in found) >= 29_000
