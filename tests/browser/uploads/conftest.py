"""The component's own page, a good photo, and a school's page on it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.factories import Tree, person
from tests.materials.make import make_jpeg
from tests.uploads.harness.serve import bundle


@pytest.fixture(scope="session")
def harness_script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page's script, bundled once."""
    path = bundle(tmp_path_factory.mktemp("harness"))
    os.environ["UPLOAD_HARNESS_SCRIPT"] = str(path)
    return path


@pytest.fixture(scope="session")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good photo of about 2 MB."""
    return make_jpeg(tmp_path_factory.mktemp("photo") / "茶艺展示.jpg")


@pytest.fixture(autouse=True)
def _harness(harness_script: Path, settings: Any, live_site: str, tree: Tree, edition: object) -> None:
    settings.ROOT_URLCONF = "tests.uploads.harness.urls"
    settings.UPLOAD_CHUNK_BYTES = 128 * 1024


@pytest.fixture
def school(tree: Tree, desktop_page: Page, sign_in: Callable[..., Any]) -> Page:
    """A page of school A's liaison."""
    sign_in(desktop_page, person(tree.school_a, "liaison"))
    return desktop_page
