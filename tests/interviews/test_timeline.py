"""Times and words: as people type them, as players read them (E8)."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillweek.interviews.timeline import BadLine, Cue, parse, to_text, to_vtt

pytestmark = pytest.mark.requirement("E8")
_WORDS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=30).filter(
    lambda text: text.strip()
)
CUES = st.lists(st.tuples(st.integers(0, 35_999), _WORDS), max_size=40).map(
    lambda rows: [Cue(second, text) for second, text in sorted({row[0]: row for row in rows}.values())]
)


@given(CUES)
def test_what_is_written_is_read_back(cues: list[Cue]) -> None:
    assert parse(to_text(cues), joins=False) == cues


@given(CUES, st.integers(0, 40_000))
def test_captions_follow_each_other_and_hold_no_markup(cues: list[Cue], end: int) -> None:
    text = to_vtt(cues, end=end)
    assert text.startswith("WEBVTT\n")
    spans = re.findall(r"^(\d\d):(\d\d):(\d\d)\.000 --> (\d\d):(\d\d):(\d\d)\.000$", text, re.M)
    assert len(spans) == len(cues)
    times = [(int(a) * 3600 + int(b) * 60 + int(c), int(d) * 3600 + int(e) * 60 + int(f)) for a, b, c, d, e, f in spans]
    assert [start for start, _end in times] == [cue.second for cue in cues]
    assert all(start < stop for start, stop in times)
    assert all(stop <= start for (_s, stop), (start, _e) in pairwise(times))
    assert "<" not in text


@pytest.mark.parametrize("line", ["1:30 标题", "01:30 标题", "00:01:30 标题", "[01:30] 标题", "01：30　标题"])
def test_people_write_times_in_many_ways(line: str) -> None:
    assert parse(line) == [Cue(90, "标题")]


def test_a_line_without_a_time_goes_on_with_the_one_before() -> None:
    assert parse("0:05 十六岁进厂，\n一干就是三十年。\n\n0:09 谢谢。") == [
        Cue(5, "十六岁进厂，\n一干就是三十年。"),
        Cue(9, "谢谢。"),
    ]


@pytest.mark.parametrize(
    ("text", "joins", "number", "kind"),
    [
        ("没有时间", True, 1, "no_time"),
        ("0:05 开场\n没有时间", False, 2, "no_time"),
        ("0:10 后\n0:05 前", True, 2, "order"),
        ("0:10 一\n0:10 二", False, 2, "order"),
        ("0:61 不对", True, 1, "no_clock"),
        ("1:60:00 不对", True, 1, "no_clock"),
        ("0:05", False, 1, "no_words"),
    ],
)
def test_a_wrong_line_is_named(text: str, joins: bool, number: int, kind: str) -> None:
    with pytest.raises(BadLine) as caught:
        parse(text, joins=joins)
    assert (caught.value.number, caught.value.kind) == (number, kind)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_by_line(text: str) -> None:
    for joins in (True, False):
        try:
            cues = parse(text, joins=joins)
        except BadLine as bad:
            assert 1 <= bad.number <= len(text.splitlines())
        else:
            assert [cue.second for cue in cues] == sorted(cue.second for cue in cues)
