"""A draft of school A in the invented edition, and its liaison."""

from __future__ import annotations

import pytest

from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.reports.models import DailyReport
from tests import factories
from tests.reports.review.make import make_edition
from tests.reports.review.make import report as make_report


@pytest.fixture
def edition(db: None) -> Edition:
    """The invented edition, open; its limits are small."""
    return make_edition()


@pytest.fixture
def draft(edition: Edition, tree: factories.Tree) -> DailyReport:
    """School A's draft of the first day."""
    return make_report(edition, tree.school_a, state=DailyReport.State.DRAFT)


@pytest.fixture
def by(liaison: User) -> User:
    """Who hands the package in."""
    return liaison
