"""Differences are shown where they are, and never become markup (A1)."""

from __future__ import annotations

import re

import pytest

from skillweek.content.compare import compare, compare_fields, compare_plain
from skillweek.content.html import plain_text, sanitise

A = "11111111-1111-4111-8111-111111111111"


@pytest.mark.requirement("A1")
@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("<p>一样</p>", "<p>一样</p>", "<p>一样</p>"),
        ("<p>5月14日上午</p>", "<p>5月21日上午</p>", "<p>5月<del>14</del><ins>21</ins>日上午</p>"),
        ("<p>甲</p><p>乙</p>", "<p>甲</p><p>新</p><p>乙</p>", "<p>甲</p><p><ins>新</ins></p><p>乙</p>"),
        ("<p>甲</p><h2>去</h2>", "<p>甲</p>", "<p>甲</p><h2><del>去</del></h2>"),
        ("<p>甲乙</p>", "<p>甲<strong>乙</strong></p>", '<p><ins class="diff-format">甲<strong>乙</strong></ins></p>'),
        ("<ul><li>一</li></ul>", "<ul><li>一</li><li>二</li></ul>", "<ul><li>一</li><li><ins>二</ins></li></ul>"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "<table><tr><td>1</td><td>3</td></tr></table>",
         "<table><tbody><tr><td>1</td><td><del>2</del></td><td><ins>3</ins></td></tr></tbody></table>"),
        ("<p>x</p>", f"<p>x</p><figure><img data-asset='{A}'></figure>",
         f'<p>x</p><ins><figure><img data-asset="{A}"></figure></ins>'),
        ("", "<p>全新</p>", "<p><ins>全新</ins></p>"),
        ("<p>全去</p>", "", "<p><del>全去</del></p>"),
    ],
)  # fmt: skip
def test_what_changed_is_marked(old: str, new: str, shown: str) -> None:
    assert compare(old, new) == shown


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;", "<p onclick=x>&lt;b&gt;"]
)
def test_a_difference_is_never_markup_of_its_own(text: str) -> None:
    for shown in (
        compare(text, "<p>甲</p>"),
        compare("<p>甲</p>", text),
        compare_plain(text, "甲"),
        compare_plain("甲", text),
    ):
        assert "<script" not in shown and "<p onclick" not in shown
    assert "&lt;script&gt;" in compare_plain("", "<script>")


def test_the_new_text_is_there_in_full() -> None:
    old = sanitise("".join(f"<p>第{number}段，原来的文字。</p>" for number in range(60)))
    new = sanitise(
        "".join(f"<p>第{number}段，{'改过' if number % 7 == 0 else '原来'}的文字。</p>" for number in range(3, 70))
    )
    shown = compare(old, new)
    without = sanitise(re.sub(r"<del>.*?</del>", "", shown).replace("<ins>", "").replace("</ins>", ""))
    assert plain_text(without) == plain_text(new)


def test_contents_and_fields_are_compared() -> None:
    old, new = (
        {"title": "旧", "body": "<p>甲</p>", "issuers": ["甲", "乙"]},
        {"title": "新", "body": "<p>甲</p>", "issuers": ["甲"]},
    )
    assert compare(old, new) == "<h2><del>旧</del><ins>新</ins></h2><p>甲</p>"
    assert compare_fields(old, new, ["issuers", "title", "missing"]) == [
        ("issuers", "甲<del>、乙</del>"), ("title", "<del>旧</del><ins>新</ins>"),
    ]  # fmt: skip
