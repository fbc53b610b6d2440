"""People of the city's office and of a school."""

from __future__ import annotations

import pytest

from skillweek.organisations.models import User
from tests.factories import Tree, person


@pytest.fixture
def editor(tree: Tree) -> User:
    """A manager of the host."""
    return person(tree.host, "manager", name="市活动周办编辑")


@pytest.fixture
def district(tree: Tree) -> User:
    """A reviewer of the 思明 district bureau."""
    return person(tree.siming, "reviewer", name="思明区审核员")
