"""Samples of what the public takes part in, room by room (E1–E11, B11)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from skillweek.core import clock
from skillweek.editions.models import Edition
from skillweek.site import (
    demo_classes,
    demo_contests,
    demo_interviews,
    demo_online,
    demo_partnerships,
    demo_quiz,
    demo_visits,
    demo_voting,
)
from skillweek.site.demo_work import work_off

_ROOMS: Final = (
    demo_classes, demo_visits, demo_interviews, demo_quiz, demo_partnerships, demo_online, demo_contests, demo_voting,
)  # fmt: skip
#: The morning of the third day, just before the demo's clock begins.
_DAY: Final = 2
_AT: Final = time(10, 25)


def open_taking_part(edition: Edition, say: Callable[[str], object]) -> None:
    """Fill every room with a few plainly marked samples."""
    day = edition.starts_on + timedelta(days=_DAY)
    with clock.standing_at(datetime.combine(day, _AT, tzinfo=ZoneInfo(edition.zone))):
        for room in _ROOMS:
            room.fill(edition)
        work_off()
    say("互动参与：答题、征集、评选、对接、访谈、线上展示各有示例")
