"""One browser per test process, for browser tests and journeys alike: Playwright cannot run twice in one."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.factories import REPOSITORY

#: A browser on a busy machine may wait too long for one page. Such a test runs once more, and the report says so ("R");
#: everything else that fails stays failed. See docs/decisions/0016.
RERUN = pytest.mark.flaky(reruns=1, only_rerun=["TimeoutError", "Timeout \\d+ms exceeded", "Locator expected"])
DIST = REPOSITORY / "src/skillweek/core/static/skillweek/dist"


@pytest.fixture(scope="session")
def built_frontend() -> None:
    """The front end as a person gets it; built once when it is missing."""
    if not (DIST / "app.css").exists():
        subprocess.run(["npm", "run", "build"], cwd=REPOSITORY / "frontend", check=True, timeout=120)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The Playwright driver."""
    with sync_playwright() as driver:
        yield driver


ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=zh-CN"]


def chromium_path() -> str:
    """Where Chromium is, the one without windows of its own first; the test is skipped where there is none."""
    known = ("chromium-headless-shell", "chromium", "google-chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, known)), None)
    if not path:
        pytest.skip("no Chromium: install it or set CHROMIUM to its path")
    return path


@pytest.fixture(scope="session")
def browser(playwright: Playwright, built_frontend: None) -> Iterator[Browser]:
    """Chromium from ``CHROMIUM`` or the path; one process for all tests."""
    running = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
    yield running
    running.close()
