"""A real browser on a real server. See ``docs/developer/testing.md``."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from skillweek.organisations.models import User
from tests.browsers import RERUN
from tests.factories import REPOSITORY, client_of

# Playwright's sync API runs an event loop in the test's thread; Django would refuse to touch the database from it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

RESULTS = REPOSITORY / "test-results"
AXE = REPOSITORY / "frontend/node_modules/axe-core/axe.min.js"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs a browser and a database that other threads see."""
    here = Path(__file__).parent
    for item in items:
        if here in Path(item.path).parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(RERUN)
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=False))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """On failure, keep a picture of every open page in ``test-results/``."""
    outcome: Any = yield
    report = outcome.get_result()
    if report.when != "call" or not report.failed:
        return
    name = re.sub(r"\W+", "-", item.nodeid)[-120:]
    RESULTS.mkdir(exist_ok=True)
    for number, page in enumerate(_open_pages):
        if not page.is_closed():
            page.screenshot(path=RESULTS / f"{name}-{number}.png", full_page=True)


_open_pages: list[Page] = []


@pytest.fixture
def live_site(live_server: Any, settings: Any) -> str:
    """The address of the site, served from threads on a free port, e.g. ``http://localhost:41234``."""
    settings.BASE_URL = live_server.url
    return str(live_server.url)


@pytest.fixture
def new_page(browser: Browser, live_site: str) -> Iterator[Callable[..., Page]]:
    """Make a page with its own cookies: ``new_page(PHONE, has_touch=True)``. Any script error fails the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def make(viewport: dict[str, int] | None = None, **options: Any) -> Page:
        options.setdefault("locale", "zh-CN")
        options.setdefault("timezone_id", "Asia/Shanghai")
        # Colours are judged as they come to rest, not half way through a movement.
        options.setdefault("reduced_motion", "reduce")
        context = browser.new_context(viewport=viewport or DESKTOP, base_url=live_site, **options)  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        # The first page of a fresh process loads every template; on a busy machine that takes longer than any click.
        context.set_default_navigation_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if _is_broken_policy(message.text) else None)
        _open_pages.append(page)
        return page

    yield make
    for context in contexts:
        context.close()
    _open_pages.clear()
    assert errors == []


def _is_broken_policy(text: str) -> bool:
    return "Content Security Policy" in text


@pytest.fixture
def phone_page(new_page: Callable[..., Page]) -> Page:
    """A page of 390×844 with touch, as on a common phone."""
    return new_page(PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)


@pytest.fixture
def desktop_page(new_page: Callable[..., Page]) -> Page:
    """A page of 1280×800."""
    return new_page(DESKTOP)


@pytest.fixture
def sign_in(live_site: str) -> Callable[[Page, User], Client]:
    """``sign_in(page, user)``: give the page a session of this person without the form; returns its client."""

    def enter(page: Page, user: User) -> Client:
        client = client_of(user)
        session = client.cookies[django_settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": django_settings.SESSION_COOKIE_NAME, "value": session, "url": live_site}])
        return client

    return enter


@pytest.fixture(scope="session")
def assert_accessible() -> Callable[..., None]:
    """``assert_accessible(page)``: axe finds nothing against WCAG 2.2 A and AA. ``within`` limits it to a selector."""
    source = AXE.read_text(encoding="utf-8")

    def check(page: Page, within: str | None = None) -> None:
        # Through the driver, not as a tag in the page: the content security policy stays as it is.
        page.evaluate(source)
        options = {"runOnly": {"type": "tag", "values": RULES}}
        result = page.evaluate("([root, options]) => axe.run(root || document, options)", [within, options])
        found = [
            f"{violation['id']}: {violation['help']}\n    "
            + "\n    ".join(node["html"][:200] for node in violation["nodes"])
            for violation in result["violations"]
        ]
        assert not found, f"{page.url}\n" + "\n".join(found)
        width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0, f"{page.url} scrolls sideways by {width} px"

    return check
