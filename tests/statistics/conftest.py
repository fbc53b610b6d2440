"""What the tests of the form start from."""

from __future__ import annotations

from copy import deepcopy

import pytest

from skillweek.editions.models import Edition


@pytest.fixture
def uncounted(edition: Edition) -> str:
    """The code of a number that people fill in, since the edition names no source for it."""
    document = deepcopy(edition.document)
    for field in document["statistics_form"]["fields"]:
        if field["code"] == "online_visits":
            field["prefill"] = ""
    edition.document = document
    edition.save()
    edition.__dict__.pop("doc", None)
    return "online_visits"
