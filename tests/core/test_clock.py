"""The clock: deadlines, and the demo's clock that stands in the week of the notice."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from skillweek.core import clock
from skillweek.core.models import AuditEvent
from tests.site.processes import environment


@pytest.fixture
def shifted() -> Iterator[None]:
    """The demo's clock, three years back."""
    clock.shift(timedelta(days=-1000))
    yield
    clock.shift(timedelta())


@pytest.mark.requirement("C1")
def test_deadline_is_wall_clock_time_in_the_editions_zone() -> None:
    deadline = clock.deadline_at(date(2023, 5, 14), days_after=1, at=time(12), zone="Asia/Shanghai")

    assert deadline == datetime(2023, 5, 15, 4, 0, tzinfo=UTC)


@pytest.mark.requirement("C1")
def test_today_is_the_editions_calendar_day() -> None:
    with time_machine.travel(datetime(2023, 5, 14, 17, 0, tzinfo=UTC)):
        assert clock.today_in("Asia/Shanghai") == date(2023, 5, 15)


def test_shifted_clock_moves_rows_and_deadlines_and_ticks(shifted: None, liaison: object) -> None:
    with time_machine.travel(datetime(2026, 2, 8, tzinfo=UTC), tick=False) as traveller:
        event = AuditEvent.objects.create(verb="x", object_type="y", object_id="1")
        traveller.shift(timedelta(minutes=5))
        moments = (clock.now(), timezone.now(), clock.real_now())

    assert event.at == datetime(2023, 5, 15, tzinfo=UTC)
    later = datetime(2023, 5, 15, 0, 5, tzinfo=UTC)
    assert moments == (later, later, datetime(2026, 2, 8, 0, 5, tzinfo=UTC))
    assert clock.is_shifted()


def test_clock_is_not_shifted_outside_the_demo(tmp_path: Path, db: None) -> None:
    code = "import django; django.setup(); from skillweek.core import clock; print(clock.is_shifted())"

    def outcome(**more: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=environment(tmp_path, SKILLWEEK_CLOCK_OFFSET="-86400", **more),
            capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout.strip() or done.stderr.strip().splitlines()[-1]

    assert outcome(SKILLWEEK_DEMO="1") == "True"
    assert "only for the demo" in outcome(SKILLWEEK_DEMO="0")
