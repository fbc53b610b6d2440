"""People around panels, and one that judges now."""

from __future__ import annotations

from typing import Any

import pytest

from skillweek.editions.models import Edition
from skillweek.judging.models import Panel
from skillweek.organisations.models import User
from tests.factories import Tree, person
from tests.judging import make


@pytest.fixture
def reviewer(tree: Tree) -> User:
    """Runs the panels of the city education bureau."""
    return person(tree.edu, "reviewer", name="市教育局审核员")


@pytest.fixture
def panel(edition: Edition, tree: Tree) -> Panel:
    """A panel of the city education bureau: three works, two criteria (weights 2 and 1), no jurors yet."""
    return make.panel(edition, tree.edu)


@pytest.fixture(autouse=True)
def _one_factor(settings: Any) -> None:
    settings.REQUIRE_TWO_FACTOR = False
