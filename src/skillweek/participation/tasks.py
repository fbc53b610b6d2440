"""Background entries of this room."""

from __future__ import annotations

from django_tasks import task

from skillweek.core import audit
from skillweek.core.models import AuditEvent
from skillweek.participation.domain.erasure import erase_due


@task()
def erase_participants() -> int:
    """Erase personal data of editions that are due."""
    token = audit.channel.set(AuditEvent.Channel.TASK)
    try:
        return erase_due()
    finally:
        audit.channel.reset(token)
