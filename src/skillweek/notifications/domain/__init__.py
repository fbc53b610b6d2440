"""The verbs of notifications: tell people once, deliver with patience."""

from skillweek.notifications.domain.decisions import tell_decision
from skillweek.notifications.domain.delivery import (
    claim,
    deliver,
    requeue_due,
    retry_delivery,
)
from skillweek.notifications.domain.inbox import mark_all_read, mark_read, purge_old_messages
from skillweek.notifications.domain.telling import erase_contacts, notify, notify_contact, notify_group

__all__ = [
    "claim",
    "deliver",
    "erase_contacts",
    "mark_all_read",
    "mark_read",
    "notify",
    "notify_contact",
    "notify_group",
    "purge_old_messages",
    "requeue_due",
    "retry_delivery",
    "tell_decision",
]
