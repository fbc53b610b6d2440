"""The demo's library: public, and still marked for checking (D5)."""

from __future__ import annotations

from typing import Any

import pytest

from skillweek.organisations.models import User
from skillweek.policies.domain.catalogue import entries
from skillweek.policies.models import Policy
from skillweek.site.demo_closing import _publish_policies
from tests.factories import Tree


@pytest.mark.django_db
@pytest.mark.requirement("D5")
def test_the_demo_publishes_the_catalogue_marked_for_checking(tree: Tree, edition: Any, host: User) -> None:
    units = {"school": tree.school_a, "host": tree.host}
    _publish_policies(edition, units, host)
    rows = Policy.objects.exclude(live_at=None).filter(needs_check=True, organisation=tree.host)
    assert rows.count() == len(entries())
