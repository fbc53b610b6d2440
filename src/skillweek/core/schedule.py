"""Periodic jobs. Rooms register them in ``AppConfig.ready``; every worker ticks; a slot runs once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from skillweek.core.clock import now
from skillweek.core.models import ScheduledRun

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """``run`` is called without arguments, usually to enqueue a task; ``minutes`` is the slot's length."""

    name: str
    minutes: int
    run: Callable[[], object]


_jobs: dict[str, Job] = {}


def every(minutes: int, name: str, run: Callable[[], object]) -> None:
    """Have ``run`` called once in each slot of ``minutes``, by whichever worker comes first. Safe to call again."""
    _jobs[name] = Job(name, minutes, run)


def slot_of(moment: datetime, minutes: int) -> datetime:
    """The start of the slot that ``moment`` lies in."""
    epoch_minutes = int(moment.timestamp() // 60)
    return datetime.fromtimestamp((epoch_minutes - epoch_minutes % minutes) * 60, tz=moment.tzinfo)


def tick() -> list[str]:
    """Start every job whose present slot nobody has started. Returns the names started.

    The slot's row and what the job enqueues stand in one transaction: a job that fails leaves its slot open, is logged,
    and comes again at the next tick, without holding up the others.
    """
    started = []
    moment = now()
    slots = {job.name: slot_of(moment, job.minutes) for job in _jobs.values()}
    done = set(ScheduledRun.objects.filter(slot__in=set(slots.values())).values_list("name", "slot"))
    for job in _jobs.values():
        if (job.name, slots[job.name]) in done:
            continue
        try:
            with transaction.atomic():
                ScheduledRun.objects.create(name=job.name, slot=slots[job.name])
                job.run()
        except IntegrityError:  # another worker was quicker
            log.debug("slot of %s is taken", job.name)
        except Exception:
            log.exception("job %s did not start; it will be tried again", job.name)
        else:
            started.append(job.name)
    if started:
        ScheduledRun.objects.filter(slot__lt=moment - timedelta(days=2)).delete()
    return started
