"""The samples of classes, interviews and visits are made by the product's own verbs (E5, E6, E8, E9)."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from skillweek.bookings.models import Booking
from skillweek.interviews.models import Episode
from skillweek.organisations.models import User
from skillweek.press.models import SchoolVisit
from skillweek.site import demo_classes, demo_interviews, demo_visits
from tests import factories
from tests.factories import Tree
from tests.press import make


@pytest.mark.django_db
def test_samples_are_made_and_marked(tree: Tree, edition: Any, liaison: User) -> None:
    for unit in (tree.siming, tree.huli):
        factories.person(unit, "reviewer")
    factories.person(tree.school_b, "liaison")
    make.journalist(edition)
    with time_machine.travel("2023-05-15T01:00:00+00:00"):
        demo_classes.fill(edition)
        demo_interviews.fill(edition)
        demo_visits.fill(edition)
    assert Booking.objects.filter(kind="group").exists() and Booking.objects.filter(kind="person").exists()
    assert Episode.objects.filter(live_at__isnull=False).count() == 2
    assert all("示例" in row.title for row in Episode.objects.all())
    assert set(SchoolVisit.objects.values_list("state", flat=True)) == {"waiting", "approved"}
