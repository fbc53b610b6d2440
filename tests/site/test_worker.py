"""Workers die, tasks do not: real workers, killed in the middle, on the database under test."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from skillweek.core.clock import now, real_now
from skillweek.core.models import WorkerBeat
from skillweek.site import reaper
from tests.site.processes import end, start, wait_for
from tests.site.slow_task import hold

_FAST = ("worker", "--interval", "0.1")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where the slow task writes; it is let go at the end whatever happens."""
    (tmp_path / "task").mkdir()
    yield tmp_path / "task"
    (tmp_path / "task" / "go").touch()


def _began(folder: Path) -> int:
    file = folder / "began"
    return len(file.read_text().splitlines()) if file.exists() else 0


def _row() -> DBTaskResult:
    return DBTaskResult.objects.get(task_path="tests.site.slow_task.hold")


@pytest.mark.django_db(transaction=True)
def test_a_task_survives_kill_minus_nine_of_its_worker(tmp_path: Path, folder: Path) -> None:
    hold.enqueue(str(folder))
    first = start(tmp_path / "one", *_FAST)
    wait_for(lambda: _began(folder) == 1, "the task begins")
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert _row().status == TaskResultStatus.RUNNING

    second = start(tmp_path / "two", *_FAST)
    try:
        wait_for(lambda: _began(folder) == 2, "the second worker takes the task over")
        (folder / "go").touch()
        wait_for(lambda: _row().status == TaskResultStatus.SUCCESSFUL, "the task ends")
    finally:
        code = end(second)

    assert (_row().return_value, len(_row().worker_ids), code) == ("done", 2, 0)


@pytest.mark.django_db(transaction=True)
def test_a_worker_told_to_stop_finishes_its_task(tmp_path: Path, folder: Path) -> None:
    hold.enqueue(str(folder))
    process = start(tmp_path / "one", *_FAST)
    wait_for(lambda: _began(folder) == 1, "the task begins")

    process.terminate()
    (folder / "go").touch()

    assert process.wait(timeout=20) == 0
    assert _row().status == TaskResultStatus.SUCCESSFUL
    assert WorkerBeat.objects.count() == 0


def _running(*, workers: list[str], started: timedelta = timedelta(minutes=5)) -> DBTaskResult:
    result = hold.enqueue("unused")
    DBTaskResult.objects.filter(pk=result.id).update(
        status=TaskResultStatus.RUNNING, worker_ids=workers, started_at=now() - started
    )
    return _row()


def _beat(worker_id: str, *, age: timedelta = timedelta(), place: str = "elsewhere", pid: int = 1) -> None:
    WorkerBeat.objects.create(worker_id=worker_id, place=place, pid=pid, queues="*", seen_at=real_now() - age)


def test_reap_leaves_tasks_of_living_workers(db: None) -> None:
    _running(workers=["there"])
    _beat("there")

    assert reaper.reap() == 0
    assert _row().status == TaskResultStatus.RUNNING


def test_reap_returns_tasks_of_silent_workers(db: None) -> None:
    _running(workers=["silent"])
    _beat("silent", age=reaper.SILENCE + timedelta(seconds=1))

    assert reaper.reap() == 1
    assert _row().status == TaskResultStatus.READY
    assert list(DBTaskResult.objects.ready()) == [_row()]


def test_reap_knows_at_once_that_a_process_here_is_gone(db: None) -> None:
    _running(workers=["gone"])
    _beat("gone", place=reaper.place(), pid=2**22 + 1)

    assert reaper.reap() == 1


def test_reap_gives_tasks_of_unknown_workers_an_hour(db: None) -> None:
    _running(workers=["unknown"])
    early = reaper.reap()
    DBTaskResult.objects.update(started_at=now() - reaper.STRANGER - timedelta(minutes=1))

    assert (early, reaper.reap()) == (0, 1)


def test_reap_gives_up_a_task_that_takes_workers_with_it(db: None) -> None:
    _running(workers=["a", "b", "c"])
    _beat("c", age=timedelta(hours=1))

    assert reaper.reap() == 1
    assert (_row().status, _row().exception_class_path) == (TaskResultStatus.FAILED, "skillweek.site.reaper.WorkerDied")


@pytest.mark.django_db(transaction=True)
def test_a_worker_stopped_while_it_waits_for_the_database_still_leaves_in_order(tmp_path: Path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite makes a worker wait when it opens a transaction")
    worker = start(tmp_path / "one", *_FAST)
    wait_for(lambda: WorkerBeat.objects.count() == 1, "the worker lives")
    time.sleep(1)  # long enough for it to be asking for tasks
    with transaction.atomic():  # writers wait
        time.sleep(1)
        worker.send_signal(signal.SIGTERM)
        time.sleep(1)

    assert worker.wait(timeout=40) == 0
    assert WorkerBeat.objects.count() == 0
