"""Background entries of this room, safe to run twice."""

from __future__ import annotations

from django_tasks import task

from skillweek.core import audit
from skillweek.core.models import AuditEvent
from skillweek.quiz.domain.live import end_forgotten
from skillweek.quiz.domain.playing import finish_overdue


@task()
def finish_rounds() -> int:
    """Count ranked rounds that people left, end live rounds that nobody ended."""
    token = audit.channel.set(AuditEvent.Channel.TASK)
    try:
        return finish_overdue() + end_forgotten()
    finally:
        audit.channel.reset(token)
