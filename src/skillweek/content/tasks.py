"""Background entries of this room. They take ids, call a verb, and are safe to run twice."""

from __future__ import annotations

from django_tasks import task

from skillweek.content.editorial import publish_due_texts


@task(queue_name="default")
def publish_due() -> None:
    """Publish the texts whose time has come."""
    publish_due_texts()
