"""Monday, ten o'clock in Xiamen: Sunday's report is due at noon. A draft of it, and the people around it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.reports.models import DailyReport
from tests.factories import Tree, client_of, person
from tests.reports.filing import make


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """The moment at which each test begins; ``clock.move_to`` goes elsewhere."""
    with time_machine.travel(make.at("2023-05-15 10:00:00"), tick=False) as traveller:
        yield traveller


@pytest.fixture
def member(tree: Tree) -> User:
    """Somebody who writes for school A and may not hand in."""
    return person(tree.school_a, "member", name="陈老师")


@pytest.fixture
def reviewer(tree: Tree) -> User:
    """The reviewer of the district bureau right above school A."""
    return person(tree.siming, "reviewer", name="思明审核员")


@pytest.fixture
def draft(tree: Tree, edition: Edition, liaison: User) -> DailyReport:
    """School A's report about Sunday, just begun."""
    return make.begin(liaison, tree.school_a, edition)


@pytest.fixture
def form(liaison: User, tree: Tree, edition: Edition) -> make.Form:
    """The liaison's form."""
    return make.Form(client_of(liaison), tree.school_a.pk)


@pytest.fixture
def school(liaison: User, tree: Tree, edition: Edition) -> make.School:
    """Who sends."""
    return make.School(liaison, tree, edition)
