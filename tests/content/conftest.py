"""Texts and assets of real files in real rows."""

from __future__ import annotations

from typing import Any

import pytest

from skillweek.content.models import Page
from tests.factories import Tree


@pytest.fixture
def page(tree: Tree, edition: Any) -> Page:
    """An unsaved piece of news of the host."""
    return Page(edition=edition, organisation=tree.host, kind=Page.Kind.NEWS, slug="opening")
