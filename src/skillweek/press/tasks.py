"""Background entries of this room, safe to run twice."""

from __future__ import annotations

from django_tasks import task

from skillweek.core import audit
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.press.domain import itinerary, journalists
from skillweek.press.domain.following import register_missing


@task()
def register_reports() -> int:
    """Register coverage of reports that were handed in before the register existed."""
    token = audit.channel.set(AuditEvent.Channel.TASK)
    try:
        return sum(register_missing(edition) for edition in Edition.objects.all())
    finally:
        audit.channel.reset(token)


@task()
def tidy_journalists() -> int:
    """Forget unconfirmed applications, erase journalists of editions that are due."""
    return journalists.tidy()


@task()
def remind_visits() -> int:
    """Remind visitors and schools of visits that begin soon."""
    return itinerary.remind_due()
