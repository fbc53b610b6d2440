"""Background entries: reminders to many units; safe to run twice (B6)."""

from __future__ import annotations

from django_tasks import task

from skillweek.activities.domain.reminding import remind_of_gaps
from skillweek.core import audit
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, User


@task()
def remind_units(edition_id: int, unit_ids: list[int], actor_id: int) -> None:
    """Remind these units of their gaps for the person who pressed the button."""
    token = audit.channel.set(AuditEvent.Channel.TASK)
    try:
        units = list(Organisation.objects.filter(pk__in=unit_ids, is_active=True))
        remind_of_gaps(Edition.objects.get(pk=edition_id), units, actor=User.objects.get(pk=actor_id))
    finally:
        audit.channel.reset(token)
