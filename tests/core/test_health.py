"""The health answer that monitors ask for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client

from skillweek.core.clock import now, real_now
from skillweek.core.models import WorkerBeat
from tests.site.slow_task import hold


def test_health_answers_for_any_host_name(db: None) -> None:
    answer = Client().get("/healthz", headers={"host": "10.0.0.7"})

    assert (answer.status_code, answer.json()) == (200, {"ok": True})


def test_health_of_workers_wants_a_beat_of_late(db: None) -> None:
    without = Client().get("/healthz?workers")
    beat = WorkerBeat.objects.create(worker_id="a", place="x", pid=1, queues="*", seen_at=real_now())
    alive = Client().get("/healthz?workers")
    WorkerBeat.objects.filter(pk=beat.pk).update(seen_at=real_now() - timedelta(minutes=3))
    silent = Client().get("/healthz?workers")

    assert [answer.status_code for answer in (without, alive, silent)] == [503, 200, 503]
    assert alive.json() == {"ok": True, "workers": 1, "oldest_task_seconds": 0}


def test_health_of_workers_tells_how_long_tasks_wait(db: None) -> None:
    from django_tasks_db.models import DBTaskResult

    hold.enqueue("unused")
    hold.using(run_after=now() + timedelta(hours=1)).enqueue("unused")
    DBTaskResult.objects.update(enqueued_at=now() - timedelta(minutes=10))

    waiting: Any = Client().get("/healthz?workers").json()["oldest_task_seconds"]

    assert 600 <= waiting < 660
