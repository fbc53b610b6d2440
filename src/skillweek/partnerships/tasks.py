"""Background entries of this room, safe to run twice."""

from __future__ import annotations

from django_tasks import task

from skillweek.core import audit
from skillweek.core.models import AuditEvent
from skillweek.partnerships.domain import erasure, reminding


@task()
def remind() -> int:
    """Remind of tomorrow's talks and of follow-ups that are due."""
    token = audit.channel.set(AuditEvent.Channel.TASK)
    try:
        return reminding.remind_talks() + reminding.remind_follow_ups()
    finally:
        audit.channel.reset(token)


@task()
def tidy() -> int:
    """Forget unconfirmed sign-ups, erase contacts that are due."""
    token = audit.channel.set(AuditEvent.Channel.TASK)
    try:
        return erasure.tidy()
    finally:
        audit.channel.reset(token)
