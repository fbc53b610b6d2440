"""The reviewer opens a report that repeats another's text and reads both side by side, at a desk and on a phone."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.reports.texts import follow_texts
from skillweek.similarity.domain import count_text, put_text
from skillweek.similarity.models import Text
from tests.factories import Tree, person
from tests.reports.review import make
from tests.similarity import made

pytestmark = [pytest.mark.requirement("C14"), pytest.mark.browser]


@pytest.fixture
def copied(edition: Edition, tree: Tree) -> Any:
    """Two schools' reports, the later with eight sentences of the earlier, and an article that both repeat in part."""
    chance = random.Random(2)
    first, second = made.article(chance), made.article(chance)
    day = edition.starts_on + timedelta(days=1)
    theirs = make.report(edition, tree.school_a, day=day)
    make.item(theirs, title="匠心进社区", text=made.text_of(first))
    mine = make.report(edition, tree.school_b, day=day)
    make.item(mine, title="巧手迎嘉宾", text=made.text_of([*second[:6], *first[4:14], *second[16:]]))
    put_text(
        "report_coverage", 1, edition=edition, organisation=None, text=made.text_of(first[4:9]), title="街头的课堂",
        outlet="示例晚报", link="https://news.example.org/1", dated=day,
    )  # fmt: skip
    for report in (theirs, mine):
        follow_texts(report.pk)
    for pk in Text.objects.filter(is_due=True).order_by("pk").values_list("pk", flat=True):
        count_text(pk)
    return mine


@pytest.mark.parametrize("size", [(1280, 900), (390, 844)])
def test_reviewer_reads_both_texts_side_by_side(
    new_page: Callable[..., Page], sign_in: Callable[[Page, User], Any], tree: Tree, copied: Any,
    size: tuple[int, int], tmp_path: Path, assert_accessible: Callable[..., None],
) -> None:  # fmt: skip
    page = new_page({"width": size[0], "height": size[1]})
    sign_in(page, person(tree.host, "reviewer", name="市审核员"))
    page.goto(f"/w/reports/review/{copied.pk}/")
    expect(page.get_by_text("与其他单位更早的材料相同").first).to_be_visible()
    expect(page.get_by_text("没有标注引用来源").first).to_be_visible()
    row = page.locator(".evidence-row", has_text="匠心进社区")
    row.get_by_role("link", name="并排对照").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("相同的文字")
    sides = page.locator(".likeness-side")
    expect(sides).to_have_count(2)
    expect(sides.nth(0)).to_contain_text("巧手迎嘉宾")
    expect(sides.nth(1)).to_contain_text("匠心进社区")
    marks = [sides.nth(number).locator("mark").all_inner_texts() for number in (0, 1)]
    assert len(marks[0]) == len(marks[1]) >= 1
    left, right = (sides.nth(number).bounding_box() for number in (0, 1))
    assert left and right
    beside = left["y"] == right["y"] and left["x"] + left["width"] <= right["x"]
    assert beside is (size[0] > 1000)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert_accessible(page)
    page.screenshot(path=str(tmp_path / f"similarity-{size[0]}.png"))

    sides.nth(1).get_by_role("link", name="打开原处").click()
    expect(page.get_by_text("匠心进社区").first).to_be_visible()
