"""A week before the activities, in Xiamen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from tests.activities.running.make import at


@pytest.fixture(autouse=True)
def _before_the_week() -> Iterator[None]:
    """Sunday, 7 May 2023, nine in the morning."""
    with time_machine.travel(at(7, 9), tick=True):
        yield
