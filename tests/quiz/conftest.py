"""People around a quiz."""

from __future__ import annotations

import pytest

from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.quiz.models import Quiz
from skillweek.quiz.queries import live
from tests import factories
from tests.factories import Tree
from tests.quiz import make


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
def host(tree: Tree) -> User:
    """Reviewer of the host."""
    return factories.person(tree.host, "reviewer", name="市审核员")


@pytest.fixture
def quiz(edition: Edition, tree: Tree, host: User) -> Quiz:
    """The host's quiz, published and running: three questions of a bank of twelve."""
    make.bank(edition, tree.host, 12)
    return make.quiz(edition, tree.host, host)


@pytest.fixture(autouse=True)
def _one_factor(settings: object) -> None:
    settings.REQUIRE_TWO_FACTOR = False  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _no_snapshots() -> None:
    """Keys of rows come again in the next test; what was kept of them must not."""
    live._snapshots.clear()
    live._contents.clear()
