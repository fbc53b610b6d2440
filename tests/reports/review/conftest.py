"""Shared by the bureau's tests: the invented edition instead of the real one."""

from __future__ import annotations

import pytest
from django.test import Client

from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from tests import factories
from tests.reports.review import make


@pytest.fixture
def edition(db: None) -> Edition:
    """The invented edition, open."""
    return make.make_edition()


@pytest.fixture
def reviewer(tree: factories.Tree) -> User:
    """The reviewer of the district bureau right above school A."""
    return factories.person(tree.siming, "reviewer", name="思明审核员")


@pytest.fixture
def host_reviewer(tree: factories.Tree) -> User:
    """A reviewer of the host, who reaches everything."""
    return factories.person(tree.host, "reviewer", name="市审核员")


@pytest.fixture
def client(reviewer: User) -> Client:
    """The district's reviewer, signed in."""
    return factories.client_of(reviewer)
