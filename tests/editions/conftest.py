"""People and browsers of the editions' pages."""

from __future__ import annotations

import pytest
from django.test import Client

from skillweek.organisations.models import User
from tests.factories import Tree, client_of, person


@pytest.fixture
def manager(tree: Tree) -> User:
    """A manager of the host."""
    return person(tree.host, "manager", name="王管理")


@pytest.fixture
def web(manager: User) -> Client:
    """The manager's browser."""
    return client_of(manager)
