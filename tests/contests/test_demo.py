"""The samples of contests are made by the product's own verbs (E1, E7, E11)."""

from __future__ import annotations

import pytest
from django.test import Client

from skillweek.contests.models import Call, Entry
from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.site.demo_contests import fill


@pytest.mark.django_db
@pytest.mark.requirement("E1")
def test_samples_fill_once_and_are_marked(edition: Edition, host: User) -> None:
    fill(edition)
    fill(edition)
    assert Call.objects.count() == 3
    assert all(call.title.startswith("【示例】") for call in Call.objects.all())
    assert Entry.objects.filter(state="waiting").count() == 1
    first = Entry.objects.get(call__face="relay", step=1)
    assert Client().get(f"/contests/relays/{first.pk}/").content.decode().count("data-video=") == 3
