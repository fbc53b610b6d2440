"""Background entries of this room, safe to run twice."""

from __future__ import annotations

from django_tasks import task

from skillweek.contests import copies


@task(queue_name="media")
def make_copy(file_id: int) -> None:
    """Make the public copy of one video or recording."""
    copies.make_copy(file_id)
