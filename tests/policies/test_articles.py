"""Places in a text: every article found, nothing else changed, whatever the text (D5)."""

from __future__ import annotations

import re

import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillweek.content.html import sanitise
from skillweek.policies.articles import anchor_of, number_of, with_places
from tests.policies.make import LAW

pytestmark = pytest.mark.requirement("D5")
_ID = re.compile(r' id="((?:art|sec)-[0-9x-]+)"')


def _chinese(number: int) -> str:
    """1…999 as official texts write it."""
    digits = "零一二三四五六七八九"
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else digits[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (digits[ones] if ones else "")


def test_a_law_has_chapters_with_their_articles() -> None:
    html, places = with_places(sanitise(LAW))
    assert [(place.label, [anchor for anchor, _label in place.articles]) for place in places] == [
        ("第一章 总则", ["art-1", "art-2"]),
        ("第二章 体系", ["art-3"]),
    ]
    assert '<p id="art-3">第三条' in html
    assert html.count(' id="') == 5  # “依照第一条” is a mention, no article


def test_headings_of_an_explanation_are_its_contents() -> None:
    _html, places = with_places("<p>开头</p><h2>为什么<strong>修订</strong></h2><p>…</p><h3>一、背景 &amp; 过程</h3>")
    assert [(place.anchor, place.label, place.level) for place in places] == [
        ("sec-1", "为什么修订", 2),
        ("sec-2", "一、背景 & 过程", 3),
    ]


@pytest.mark.parametrize(
    ("text", "anchor"),
    [
        ("第十二条", "art-12"), ("第 12 条", "art-12"), ("十二", "art-12"), ("１２", "art-12"),
        ("第一百二十条之一", "art-120-1"), ("第三十条第二款", "art-30"), ("第五条例", ""), ("", ""),
        ("全文", ""), ('"><script>', ""), ("第九百九十九条", "art-999"),
    ],
)  # fmt: skip
def test_an_article_is_named_in_many_ways(text: str, anchor: str) -> None:
    assert anchor_of(text) == anchor


@given(st.integers(1, 999))
def test_chinese_numbers_are_read(number: int) -> None:
    assert number_of(_chinese(number)) == number
    assert anchor_of(f"第{_chinese(number)}条") == f"art-{number}"


def test_the_same_article_twice_has_two_places() -> None:
    html, _places = with_places("<p>第一条 甲</p><p>第一条 乙</p><p>第一条之二 丙</p>")
    assert _ID.findall(html) == ["art-1", "art-1x2", "art-1-2"]


_PIECES = st.sampled_from(
    [
        "<p>", "</p>", "<h2>", "</h2>", "<h3 class='align-center'>", "</h3>", "<li>", "<ul>", "</ul>", "<strong>",
        "</strong>", "<blockquote>", "<table><tr><td>", "</td></tr></table>", "第一条", "第十条之三 ", "第二章 总则",
        '<img data-asset="x" alt="<h2>第三条">', "<a href='https://example.org/?a=\"<p>第一条'>", "</a>", "<br>",
        "&lt;h2&gt;", '" id="evil', "<script>alert(1)</script>", "<p id=x onclick='a()'>", "文字，", "\u3000", "'", '"',
        '<img data-asset="6f9619ff-8b86-4d01-b42d-00cf4fc964ff" alt="<p>第一条">', "<", ">",
    ]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(_PIECES | st.text(max_size=8), max_size=25).map("".join))
def test_whatever_the_text_only_ids_are_put_in(text: str) -> None:
    clean = sanitise(text)
    html, places = with_places(clean)
    ids = _ID.findall(html)
    assert len(ids) == len(set(ids))
    # Taken out again, the text is what it was: nothing else was touched.
    assert _ID.sub("", html) == clean
    found = lxml.html.fragment_fromstring(f"<div>{html}</div>").xpath(".//*[@id]")
    assert [one.get("id") for one in found] == ids  # each stands in a tag, none in a value
    named = [place.anchor for place in places if place.anchor] + [a for place in places for a, _l in place.articles]
    assert sorted(named) == sorted(ids)
