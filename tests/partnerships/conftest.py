"""People around enterprises, meetings and intentions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from tests import factories
from tests.factories import Tree

#: Some days before the week of the edition in use.
MOMENT = datetime(2023, 5, 8, 2, 0, tzinfo=UTC)


@pytest.fixture
def edition(db: None) -> Edition:
    """The real edition, open."""
    return factories.edition()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A week before the meetings of these tests."""
    with time_machine.travel(MOMENT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def liaison(tree: Tree) -> User:
    """Speaks for school A."""
    return factories.person(tree.school_a, "liaison", name="陈老师")


@pytest.fixture
def other_liaison(tree: Tree) -> User:
    """Speaks for school B."""
    return factories.person(tree.school_b, "liaison", name="黄老师")


@pytest.fixture
def host(tree: Tree) -> User:
    """Reviewer of the host."""
    return factories.person(tree.host, "reviewer", name="市审核员")


@pytest.fixture(autouse=True)
def _one_factor(settings: object) -> None:
    settings.REQUIRE_TWO_FACTOR = False  # type: ignore[attr-defined]
