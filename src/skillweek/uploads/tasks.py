"""Background entries of this room. They take ids, call a verb, and are safe to run twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from django_tasks import task

from skillweek.core.clock import now
from skillweek.uploads.domain.check import check_stored_file
from skillweek.uploads.domain.sweep import erase_released_files, expire_uploads, requeue_lost_checks

_RETRY_SECONDS: Final = 60


@task(queue_name="media")
def check_file(file_id: str) -> None:
    """Check one stored file in full; a check that broke comes again after a minute."""
    if not check_stored_file(UUID(file_id)):
        check_file.using(run_after=now() + timedelta(seconds=_RETRY_SECONDS)).enqueue(file_id)


@task(queue_name="default")
def sweep_uploads() -> None:
    """Expire abandoned uploads, erase released files, queue lost checks again."""
    expire_uploads()
    erase_released_files()
    requeue_lost_checks()
