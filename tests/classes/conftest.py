"""People around classes."""

from __future__ import annotations

from typing import Any

import pytest

from skillweek.activities.models import Session
from tests import factories
from tests.classes import make


@pytest.fixture
def youth(tree: factories.Tree, edition: Any) -> Session:
    """A session that families and school classes book, sixty places."""
    return make.lesson(edition, tree.school_a)


@pytest.fixture
def parents(tree: factories.Tree, edition: Any) -> Session:
    """A class for parents, one child or none."""
    return make.lesson(edition, tree.school_a, make.PARENTS)


@pytest.fixture(autouse=True)
def _little_work(settings: Any) -> None:
    settings.REQUIRE_TWO_FACTOR = False
    settings.BOOKING_PROOF_WORK = 50
