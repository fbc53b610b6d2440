"""Background entries of planning. They call a verb and are safe to run twice."""

from __future__ import annotations

from django_tasks import task

from skillweek.activities.domain.publishing import publish_due
from skillweek.core import audit
from skillweek.core.models import AuditEvent


@task(queue_name="default")
def publish_due_activities() -> None:
    """Make public whatever was approved and whose day has come (B3)."""
    token = audit.channel.set(AuditEvent.Channel.TASK)
    try:
        publish_due()
    finally:
        audit.channel.reset(token)
