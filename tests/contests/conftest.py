"""People around calls and works."""

from __future__ import annotations

from typing import Any

import pytest

from skillweek.contests.models import Call
from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.participation.models import Participant
from tests import factories
from tests.contests import make
from tests.factories import Tree


@pytest.fixture
def edition(db: None) -> Edition:
    """The real edition, open."""
    return factories.edition()


@pytest.fixture
def host(tree: Tree) -> User:
    """Reviewer of the host."""
    return factories.person(tree.host, "reviewer", name="市审核员")


@pytest.fixture
def city(tree: Tree) -> User:
    """Reviewer of the city education bureau, which makes the calls."""
    return factories.person(tree.edu, "reviewer", name="市局审核员")


@pytest.fixture
def call(edition: Edition, tree: Tree) -> Call:
    """A contest of the city education bureau that takes entries now."""
    return make.call(edition, tree.edu)


@pytest.fixture
def person(edition: Edition) -> Participant:
    """A verified resident."""
    return make.participant(edition, name="林小满")


@pytest.fixture(autouse=True)
def _one_factor(settings: Any) -> None:
    settings.REQUIRE_TWO_FACTOR = False
