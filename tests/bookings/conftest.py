"""What most tests of this room start from."""

from __future__ import annotations

import pytest

from skillweek.activities.models import Session
from skillweek.editions.models import Edition
from tests.bookings import make
from tests.factories import Tree
from tests.notifications.conftest import postbox

__all__ = ["postbox"]


@pytest.fixture
def session(edition: Edition, tree: Tree) -> Session:
    """A session of school A with 20 places, in three days."""
    return make.session(make.activity(edition, tree.school_a))
