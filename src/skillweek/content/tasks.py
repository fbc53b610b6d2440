"""Background entries of this room. They take ids, call a verb, and are safe to run twice."""

from __future__ import annotations

from uuid import UUID

from django_tasks import task

from skillweek.content.domain.library import make_lost_copies
from skillweek.content.editorial import publish_due_texts
from skillweek.content.renditions import make_copies


@task(queue_name="default")
def publish_due() -> None:
    """Publish the texts whose time has come."""
    publish_due_texts()


@task(queue_name="media")
def make_renditions(asset_id: str) -> None:
    """Make the public copies of one asset."""
    make_copies(UUID(asset_id))


@task(queue_name="default")
def find_lost_copies() -> None:
    """Queue again what a killed worker left without copies."""
    make_lost_copies()
