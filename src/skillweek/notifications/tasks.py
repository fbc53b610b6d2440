"""Background entries of this room. They take ids, call a verb, and are safe to run twice."""

from __future__ import annotations

from django_tasks import task

from skillweek.core import audit
from skillweek.core.models import AuditEvent
from skillweek.notifications.domain import bundles, delivery, inbox


@task(queue_name="mail")
def deliver_mail(delivery_id: int) -> str:
    """Send one queued delivery by its channel; returns its state."""
    token = audit.channel.set(AuditEvent.Channel.TASK)
    try:
        return delivery.deliver(delivery_id)
    finally:
        audit.channel.reset(token)


@task(queue_name="mail")
def requeue_mail() -> int:
    """Pick up deliveries whose task was lost."""
    return delivery.requeue_due()


@task(queue_name="mail")
def send_bundles() -> int:
    """Queue the bundles that are due."""
    return bundles.send_bundles()


@task()
def purge_messages() -> int:
    """Clear old messages away."""
    return inbox.purge_old_messages()
