"""People around online works."""

from __future__ import annotations

import pytest

from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from tests import factories
from tests.factories import Tree


@pytest.fixture
def edition(db: None) -> Edition:
    """The real edition, open."""
    return factories.edition()


@pytest.fixture
def liaison(tree: Tree) -> User:
    """Hands in for school A."""
    return factories.person(tree.school_a, "liaison", name="陈老师")


@pytest.fixture
def reviewer(tree: Tree) -> User:
    """Reviews school A from the district bureau right above it."""
    return factories.person(tree.siming, "reviewer", name="思明审核员")


@pytest.fixture
def manager(tree: Tree) -> User:
    """Manager of the host."""
    return factories.person(tree.host, "manager", name="市管理员")


@pytest.fixture(autouse=True)
def _one_factor(settings: object) -> None:
    settings.REQUIRE_TWO_FACTOR = False  # type: ignore[attr-defined]
    settings.BOOKING_PROOF_WORK = 50  # type: ignore[attr-defined]
