"""A reviewer makes a published story of an accepted report in three clicks, and a visitor reads it on a phone (D2)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from skillweek.content.models import Asset
from skillweek.content.renditions import make_copies
from skillweek.publicity.models import Story
from tests.factories import Tree, person
from tests.publicity import make

SHOTS = Path("test-results/publicity")


@pytest.mark.requirement("D2")
@pytest.mark.requirement("D1")
def test_three_clicks_from_a_report_to_a_story_that_a_visitor_reads(
    tree: Tree,
    edition: Any,
    desktop_page: Page,
    phone_page: Page,
    sign_in: Callable[..., Any],
    assert_accessible: Callable[..., None],
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.REQUIRE_TWO_FACTOR = False
    report = make.report(edition, tree.school_a, tmp_path, photos=3, video=True)
    make.item(report, "case", text="另一篇\n第二篇文字的开头。")
    from skillweek.activities.models import ActivityTag
    from tests.bookings import make as bookings

    activity = bookings.activity(edition, tree.school_a, title="茶艺开放日")
    ActivityTag.objects.create(activity=activity, group="topic", code="people")
    session = bookings.session(activity)
    type(session).objects.filter(pk=session.pk).update(day=report.day)
    page = desktop_page
    sign_in(page, person(tree.siming, "reviewer"))
    page.goto(f"/w/reports/review/{report.pk}/")
    page.get_by_role("link", name="做成故事").click()  # 1
    expect(page.get_by_role("radio", name=re.compile("^技能成才"))).to_be_checked()
    assert page.locator("input[name=photo]:checked").count() == 3
    assert_accessible(page)
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / "choose-desktop.png", full_page=True)
    page.get_by_role("button", name="生成草稿").click()  # 2
    expect(page.get_by_role("textbox", name="正文")).to_contain_text("学生为三十位市民讲解冲泡。")
    expect(page.locator(".rt-chosen li")).to_have_count(5, timeout=15_000)
    page.screenshot(path=SHOTS / "edit-desktop.png", full_page=True)
    page.get_by_role("button", name="现在发布").click()  # 3
    expect(page.get_by_role("status").or_(page.locator(".toast")).first).to_contain_text("已发布")
    story = Story.objects.get()
    assert story.is_live
    for asset in Asset.objects.all():
        make_copies(asset.pk)  # what the worker does
    _visit(phone_page, story, assert_accessible)
    page.goto("/w/publicity/table/")
    assert_accessible(page)
    page.screenshot(path=SHOTS / "table-desktop.png", full_page=True)
    page.goto("/w/publicity/?tab=public")
    page.screenshot(path=SHOTS / "list-desktop.png", full_page=True)


def _visit(phone: Page, story: Story, assert_accessible: Callable[..., None]) -> None:
    phone.goto("/stories/")
    phone.screenshot(path=SHOTS / "list-phone.png", full_page=True)
    assert_accessible(phone)
    phone.get_by_role("link", name=story.title).first.click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(story.title)
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "story-phone.png", full_page=True)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.locator(".story-gallery a[data-shot]").first.click()
    expect(phone.locator(".shot-lightbox-caption")).to_have_text("茶艺展示第1张")
    phone.get_by_role("button", name="关闭").click()
    film = phone.locator("video")
    film.scroll_into_view_if_needed()
    assert film.evaluate("video => video.readyState") == 0
    assert film.evaluate("video => { video.muted = true; return video.play().then(() => video.videoWidth) }") == 320
    phone.goto("/topics/people/")
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "topic-phone.png", full_page=True)
