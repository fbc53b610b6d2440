"""People around ballots, and one in which one votes now."""

from __future__ import annotations

from typing import Any

import pytest

from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.voting.models import Ballot
from tests.factories import Tree, person
from tests.voting import make


@pytest.fixture
def liaison(tree: Tree) -> User:
    """Hands in for school A."""
    return person(tree.school_a, "liaison", name="陈老师")


@pytest.fixture
def member(tree: Tree) -> User:
    """Writes for school A, hands nothing in."""
    return person(tree.school_a, "member", name="林老师")


@pytest.fixture
def reviewer(tree: Tree) -> User:
    """Reviews school A from the district bureau right above it."""
    return person(tree.siming, "reviewer", name="思明审核员")


@pytest.fixture
def voting(edition: Edition, tree: Tree) -> Ballot:
    """A ballot of school A: three candidates, three votes each."""
    return make.ballot(edition, tree.school_a)


@pytest.fixture(autouse=True)
def _quick(settings: Any) -> None:
    settings.REQUIRE_TWO_FACTOR = False
    settings.BOOKING_PROOF_WORK = 1
