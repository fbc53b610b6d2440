"""People around interviews."""

from __future__ import annotations

import pytest

from skillweek.interviews.models import Series
from skillweek.organisations.models import User
from tests import factories
from tests.interviews import make


@pytest.fixture
def member(tree: factories.Tree) -> User:
    """Writes for school A, hands nothing in."""
    return factories.person(tree.school_a, "member", name="陈老师")


@pytest.fixture
def reviewer(tree: factories.Tree) -> User:
    """Reviews school A from the district bureau right above it."""
    return factories.person(tree.siming, "reviewer", name="思明审核员")


@pytest.fixture
def host(tree: factories.Tree) -> User:
    """Reviewer of the host."""
    return factories.person(tree.host, "reviewer", name="市审核员")


@pytest.fixture
def series(tree: factories.Tree, edition: object, liaison: User) -> Series:
    """A series of school A."""
    return make.series(edition, tree.school_a, liaison)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _one_factor(settings: object) -> None:
    settings.REQUIRE_TWO_FACTOR = False  # type: ignore[attr-defined]
