"""``skillweek worker``: runs background tasks, keeps the schedule, and returns the tasks of dead workers."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
import uuid
from collections.abc import Callable
from types import FrameType
from typing import Final

import click

from skillweek.site.cli import setup_django

log = logging.getLogger(__name__)

#: Seconds between two rounds of the side thread, and between its chores.
_ROUND: Final = 2.0
_BEAT: Final = 10.0
_TICK: Final = 20.0


@click.command()
@click.option(
    "--queues", default="*", show_default=True, help="Queues to serve, separated by commas: default,media,mail."
)
@click.option("--interval", type=float, default=1.0, show_default=True, help="Seconds to wait when nothing is to do.")
@click.option("--parent", type=int, default=0, hidden=True, help="End when this process is gone.")
def worker(queues: str, interval: float, parent: int) -> None:
    """Run a background worker and the scheduler until told to stop.

    The first signal to stop lets the task at hand finish; a second one ends at once, and another worker takes the task
    over. Any number of workers may run on any number of machines.
    """
    setup_django()
    run(queues, interval, parent)


def run(queues: str, interval: float, parent: int = 0) -> None:
    """Work until a signal. Django must be set up."""
    from django_tasks_db.management.commands.db_worker import Worker

    from skillweek.site import reaper

    class PatientWorker(Worker):
        def shutdown(self, signum: int, frame: FrameType | None) -> None:
            if not self.running:
                # The library would mark the task as failed. Ended hard it stays marked as running, and is reaped.
                os._exit(1)
            # No exit from here: the signal may come in the middle of opening a transaction, which would then never be
            # committed, nor what this worker writes as its last word. The loop sees this within ``interval``.
            log.info("worker stops after the task at hand (%s)", signal.strsignal(signum))
            self.running = False

    worker_id = uuid.uuid4().hex
    register_housekeeping()
    reaper.beat(worker_id, queues)
    stop = threading.Event()
    side = threading.Thread(target=_chores, args=(worker_id, queues, parent, stop), daemon=True, name="chores")
    side.start()
    patient = PatientWorker(
        queue_names=[name.strip() for name in queues.split(",")],
        interval=interval,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=worker_id,
        excluded_queue_names=[],
    )
    patient.configure_signals()
    try:
        patient.run()
    finally:
        stop.set()
        side.join(timeout=5)
        reaper.retire(worker_id)


def _chores(worker_id: str, queues: str, parent: int, stop: threading.Event) -> None:
    """Beat, reap and tick beside the tasks. No failure ends it: the database may be away for a while."""
    from django.db import connections

    from skillweek.core import schedule
    from skillweek.site import reaper

    def beat_and_reap() -> None:
        reaper.beat(worker_id, queues)
        reaper.reap()

    chores: list[tuple[float, Callable[[], object]]] = [(_BEAT, beat_and_reap), (_TICK, schedule.tick)]
    due = [0.0] * len(chores)
    while not stop.wait(_ROUND):
        if parent and os.getppid() != parent:
            log.warning("the process that started this worker is gone")
            os.kill(os.getpid(), signal.SIGTERM)
            parent = 0
        for number, (every, do) in enumerate(chores):
            if stop.is_set() or time.monotonic() < due[number]:
                continue
            due[number] = time.monotonic() + every
            try:
                do()
            except Exception:
                log.exception("worker chore failed; it will be tried again")
        connections.close_all()


def register_housekeeping() -> None:
    """Schedule what belongs to no room: old task rows and sessions."""
    from skillweek.core import schedule

    schedule.every(24 * 60, "site.housekeeping", _clean)


def _clean() -> None:
    from datetime import timedelta

    from django.core.management import call_command
    from django_tasks_db.models import DBTaskResult

    from skillweek.core.clock import now

    DBTaskResult.objects.successful().filter(finished_at__lt=now() - timedelta(days=7)).delete()
    DBTaskResult.objects.failed().filter(finished_at__lt=now() - timedelta(days=60)).delete()
    call_command("clearsessions")
