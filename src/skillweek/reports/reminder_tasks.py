"""The background entry of scheduled reminders; safe to run twice (C9)."""

from __future__ import annotations

from django_tasks import task

from skillweek.core import audit
from skillweek.core.models import AuditEvent
from skillweek.reports.domain.reminders import send_due_reminders


@task()
def send_reminders() -> int:
    """Remind the schools that are due and missing; returns how many were."""
    token = audit.channel.set(AuditEvent.Channel.TASK)
    try:
        return send_due_reminders()
    finally:
        audit.channel.reset(token)
