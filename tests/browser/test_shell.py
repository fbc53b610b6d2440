"""The frames around pages work on a phone and on a desk, and are accessible."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import Tree, person


def test_login_page_is_accessible(phone_page: Page, assert_accessible: Callable[..., None]) -> None:
    phone_page.goto("/accounts/login/")

    assert_accessible(phone_page)


@pytest.mark.parametrize("viewport", ["phone_page", "desktop_page"])
def test_workspace_home_is_accessible(
    request: pytest.FixtureRequest, viewport: str, tree: Tree, sign_in: Any, assert_accessible: Callable[..., None]
) -> None:
    page: Page = request.getfixturevalue(viewport)
    sign_in(page, person(tree.school_a, "liaison"))

    page.goto("/w/")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_public_home_is_accessible_in_both_languages(
    new_page: Callable[..., Page], edition: Any, assert_accessible: Callable[..., None], language: str
) -> None:
    page = new_page(PHONE, has_touch=True, is_mobile=True, locale=language)

    page.goto("/")

    expect(page.get_by_role("heading", level=1)).to_have_text(edition.title)
    assert_accessible(page)


def test_wide_tables_scroll_in_their_frame_in_english(
    new_page: Callable[..., Page], sign_in: Any, tree: Tree, edition: Any, assert_accessible: Callable[..., None]
) -> None:
    page = new_page(DESKTOP, locale="en")
    sign_in(page, person(tree.host, "manager"))

    for path in ("/w/", "/w/reports/board/", "/w/reports/totals/", "/w/organisations/contacts/"):
        page.goto(path)
        assert_accessible(page)
