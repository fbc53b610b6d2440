"""Background entries of this room, safe to run twice (E1, E10)."""

from __future__ import annotations

from datetime import timedelta

from django_tasks import task

from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import Conflict
from skillweek.core.models import AuditEvent
from skillweek.judging.domain.jurors import remind
from skillweek.judging.models import Panel


@task()
def remind_jurors() -> int:
    """Remind jurors with missing sheets on the last day; returns how many were told."""
    token = audit.channel.set(AuditEvent.Channel.TASK)
    told = 0
    try:
        for panel in Panel.objects.filter(
            state=Panel.State.OPEN, due_at__gt=now(), due_at__lte=now() + timedelta(hours=24)
        ):
            try:
                told += remind(panel)
            except Conflict:  # closed just now
                continue
    finally:
        audit.channel.reset(token)
    return told
