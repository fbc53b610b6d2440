"""Background entries of this room. They take ids, call a verb, and are safe to run twice."""

from __future__ import annotations

from django_tasks import task

from skillweek.core import audit
from skillweek.core.models import AuditEvent
from skillweek.notices import telling
from skillweek.notices.domain import receipts, reminding


@task()
def tell_recipients(notice_id: int) -> int:
    """Tell every unit of the present version."""
    return telling.tell_recipients_of(notice_id)


@task()
def tell_reminded(receipt_ids: list[int]) -> int:
    """Tell the units that were reminded."""
    return telling.tell_reminded_units(receipt_ids)


@task()
def tell_withdrawn(notice_id: int) -> int:
    """Tell every unit that a notice was withdrawn."""
    return telling.tell_withdrawal(notice_id)


@task()
def keep_up() -> None:
    """Give newcomers what they missed, and remind before deadlines."""
    token = audit.channel.set(AuditEvent.Channel.TASK)
    try:
        receipts.deliver_to_newcomers()
        reminding.send_due_reminders()
    finally:
        audit.channel.reset(token)
