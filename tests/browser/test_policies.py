"""A visitor finds the law on a phone, opens an article, and comes to the story that explains it (D5)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from skillweek.policies.domain.catalogue import load_catalogue
from skillweek.policies.domain.writing import publish_policy
from skillweek.publicity.domain.reviewing import publish_story
from tests.factories import Tree, person
from tests.policies import make as policies
from tests.publicity import make

SHOTS = Path("test-results/policies")


@pytest.mark.requirement("D5")
def test_a_visitor_finds_an_article_and_the_story_about_it(
    tree: Tree,
    edition: Any,
    phone_page: Page,
    desktop_page: Page,
    sign_in: Callable[..., Any],
    assert_accessible: Callable[..., None],
    settings: Any,
) -> None:
    settings.REQUIRE_TWO_FACTOR = False
    host = person(tree.host, "reviewer")
    for row in load_catalogue(edition, tree.host, actor=host):
        publish_policy(row, actor=host)
    rule = policies.published(tree.host, edition, host, title="示例市产教融合办法（样例）", body=policies.LAW)
    named = [{"policy": rule.pk, "article": "第三条"}]
    story = make.written(tree.host, edition, host, title="把课堂搬进车间", topic="policy", policies=named)
    publish_story(story, actor=host)
    SHOTS.mkdir(parents=True, exist_ok=True)
    phone = phone_page
    phone.goto("/policies/")
    phone.get_by_role("searchbox", name="搜索政策").fill("校企合作")
    phone.get_by_role("button", name="查找").click()
    expect(phone.locator(".policy-card mark").first).to_be_visible()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "list-phone.png", full_page=True)
    phone.get_by_role("link", name=rule.title).click()
    phone.get_by_text("目录", exact=True).click()
    phone.get_by_role("link", name="第三条", exact=True).click()
    expect(phone).to_have_url(re.compile("#art-3$"))
    expect(phone.locator("#art-3")).to_be_in_viewport()
    assert_accessible(phone)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.screenshot(path=SHOTS / "policy-phone.png", full_page=True)
    phone.get_by_role("link", name=re.compile(story.title)).click()
    expect(phone.get_by_role("link", name=re.compile("产教融合办法.*第三条"))).to_be_visible()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "story-phone.png", full_page=True)
    _staff(desktop_page, rule.pk, story.pk, host, sign_in, assert_accessible)


def _staff(page: Page, policy: int, story: int, host: Any, sign_in: Any, assert_accessible: Any) -> None:
    sign_in(page, host)
    for name, address in {
        "list": "/w/policies/",
        "edit": f"/w/policies/{policy}/",
        "changes": f"/w/policies/{policy}/versions/1/",
        "story-edit": f"/w/publicity/{story}/",
        "public": "/policies/",
        "policy": f"/policies/{policy}/",
    }.items():
        page.goto(address)
        assert_accessible(page)
        page.screenshot(path=SHOTS / f"{name}-desktop.png", full_page=True)
