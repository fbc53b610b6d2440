"""Background entries of this room, safe to run twice."""

from __future__ import annotations

from django_tasks import task

from skillweek.interviews.domain import sounds


@task(queue_name="media")
def make_sound(episode_id: int) -> None:
    """Take the sound out of a public episode's film."""
    sounds.make_sound(episode_id)


@task(queue_name="media")
def make_missing_sounds() -> None:
    """Make the sounds that a killed worker left out."""
    sounds.make_missing()
