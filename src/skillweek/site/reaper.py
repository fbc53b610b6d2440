"""Which workers live, and giving the tasks of dead ones back to the queue.

A task that is running when its worker is killed stays marked as running for ever; nobody else would touch it. Every
worker beats; every worker looks for tasks of workers that are gone. Tasks are safe to run twice, so a worker that was
only thought dead (a suspended machine) does no harm.
"""

from __future__ import annotations

import logging
import os
import socket
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.db.models import Q
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from skillweek.core.clock import now, real_now
from skillweek.core.models import WorkerBeat

log = logging.getLogger(__name__)
Task = DBTaskResult[Any, Any]

#: A worker that has not beaten for so long is dead; it beats every few seconds, in a thread of its own.
SILENCE: Final = timedelta(seconds=90)
#: How long a task of a worker that never beat (started by another command) may run.
STRANGER: Final = timedelta(hours=1)
#: A task that took so many workers with it is given up: it would take the next one too.
MAX_STARTS: Final = 3
_FORGET: Final = timedelta(days=1)


class WorkerDied(Exception):
    """The reason written to a task that was given up."""


def place() -> str:
    """This machine and process namespace, in which a process id means one process."""
    try:
        namespace = str(Path("/proc/self/ns/pid").readlink())
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:  # not Linux
        namespace = boot = ""
    return f"{socket.gethostname()} {boot} {namespace}"[:200]


def beat(worker_id: str, queues: str) -> None:
    """Say that this process lives and works for ``queues``."""
    values = {"place": place(), "pid": os.getpid(), "queues": queues[:200], "seen_at": real_now()}
    WorkerBeat.objects.update_or_create(worker_id=worker_id, defaults=values)


def retire(worker_id: str) -> None:
    """Note that this worker ended in order."""
    WorkerBeat.objects.filter(worker_id=worker_id).delete()


def living() -> list[WorkerBeat]:
    """The workers that live, by their beat and, on this machine, by their process."""
    here = place()
    fresh = WorkerBeat.objects.filter(seen_at__gt=real_now() - SILENCE)
    return [row for row in fresh if row.place != here or _is_running(row.pid)]


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[:1] == ["Z"]


def reap() -> int:
    """Return the running tasks of dead workers to the queue, or give them up after MAX_STARTS. Returns how many."""
    running = list(DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING))
    if not running:
        return 0
    alive = {row.worker_id for row in living()}
    known = set(WorkerBeat.objects.values_list("worker_id", flat=True))
    count = 0
    for row in running:
        owner = row.worker_ids[-1] if row.worker_ids else ""
        if owner in alive or (owner not in known and row.started_at and row.started_at > now() - STRANGER):
            continue
        count += _give_up(row) if len(row.worker_ids) >= MAX_STARTS else _return(row)
    WorkerBeat.objects.filter(seen_at__lt=real_now() - _FORGET).delete()
    return count


def _unchanged(row: Task) -> Q:
    """True only while no other worker has returned, finished or started it since it was read."""
    return Q(pk=row.pk, status=TaskResultStatus.RUNNING, started_at=row.started_at)


def _return(row: Task) -> int:
    done = DBTaskResult.objects.filter(_unchanged(row)).update(status=TaskResultStatus.READY, started_at=None)
    if done:
        log.warning("task %s (%s) of a dead worker returned to the queue", row.pk, row.task_path)
    return done


def _give_up(row: Task) -> int:
    done = DBTaskResult.objects.filter(_unchanged(row)).update(
        status=TaskResultStatus.FAILED,
        finished_at=now(),
        exception_class_path=f"{WorkerDied.__module__}.{WorkerDied.__qualname__}",
        traceback=f"{len(row.worker_ids)} workers died while running this task.",
    )
    if done:
        log.error("task %s (%s) given up: %s workers died with it", row.pk, row.task_path, len(row.worker_ids))
    return done
