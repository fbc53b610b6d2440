"""Periodic jobs: one start for each slot, whatever fails."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django_tasks_db.models import DBTaskResult

from skillweek.core import schedule
from skillweek.core.models import ScheduledRun
from tests.site.slow_task import hold


@pytest.fixture(autouse=True)
def _no_other_jobs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(schedule, "_jobs", {})
    return


@pytest.mark.parametrize(
    ("minutes", "moment", "slot"),
    [(10, (14, 27), (14, 20)), (60, (14, 59), (14, 0)), (24 * 60, (14, 27), (0, 0)), (1, (14, 27), (14, 27))],
)
def test_slot_of_is_the_start_of_the_span(minutes: int, moment: tuple[int, int], slot: tuple[int, int]) -> None:
    assert schedule.slot_of(datetime(2023, 5, 16, *moment, 30, tzinfo=UTC), minutes) == datetime(
        2023, 5, 16, *slot, tzinfo=UTC
    )


def test_tick_starts_a_job_once_in_each_slot(db: None) -> None:
    calls: list[int] = []
    schedule.every(10, "count", lambda: calls.append(1))
    with time_machine.travel(datetime(2023, 5, 16, 10, 1, tzinfo=UTC), tick=False) as traveller:
        started = [schedule.tick(), schedule.tick()]
        traveller.shift(timedelta(minutes=10))
        started.append(schedule.tick())

    assert started == [["count"], [], ["count"]]
    assert len(calls) == 2


def test_tick_tries_a_failed_job_again_and_starts_the_others(db: None) -> None:
    outcomes = iter([ZeroDivisionError("x"), None])

    def fail_once() -> None:
        hold.enqueue("unused")
        if error := next(outcomes):
            raise error

    schedule.every(10, "shaky", fail_once)
    schedule.every(10, "sound", lambda: None)

    assert [schedule.tick(), schedule.tick(), schedule.tick()] == [["sound"], ["shaky"], []]
    assert DBTaskResult.objects.count() == 1  # what the failed start had enqueued is gone


def test_tick_forgets_old_slots(db: None) -> None:
    schedule.every(60, "job", lambda: None)
    with time_machine.travel(datetime(2023, 5, 16, tzinfo=UTC)):
        schedule.tick()
    with time_machine.travel(datetime(2023, 5, 20, tzinfo=UTC)):
        schedule.tick()

    assert ScheduledRun.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_tick_starts_a_job_once_when_workers_race() -> None:
    calls: list[int] = []
    schedule.every(24 * 60, "race", lambda: calls.append(1))
    start = threading.Barrier(4)

    def work() -> None:
        try:
            start.wait()
            schedule.tick()
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert calls == [1]
