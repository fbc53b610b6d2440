"""Background entries of this room, safe to run twice."""

from __future__ import annotations

from uuid import UUID

from django_tasks import task

from skillweek.online.domain import panoramas, reminding, visiting


@task(queue_name="media")
def make_panorama(panorama_id: str) -> None:
    """Make the public copies of one panorama."""
    panoramas.make_copies(UUID(panorama_id))


@task()
def find_lost_panoramas() -> int:
    """Queue again what a killed worker left without copies."""
    return panoramas.make_lost_copies()


@task()
def forget_visitors() -> int:
    """Throw away the salts and marks of days that are over."""
    return visiting.forget()


@task()
def send_reminders() -> int:
    """Tell those who want it that a live room begins soon."""
    return reminding.send_due()
