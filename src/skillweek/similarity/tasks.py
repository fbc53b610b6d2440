"""Background entries of this room. They take ids, call a verb, and are safe to run twice."""

from __future__ import annotations

from django_tasks import task

from skillweek.similarity import domain


@task(queue_name="default")
def count_text(text_id: int) -> None:
    """Find one text's pairs anew."""
    domain.count_text(text_id)


@task(queue_name="default")
def count_lost() -> None:
    """Count texts whose task never came."""
    domain.count_lost()
