"""The verbs of notifications: tell people once, deliver with patience."""

from skillweek.notifications.domain.delivery import (
    claim,
    deliver,
    requeue_due,
    retry_delivery,
)
from skillweek.notifications.domain.inbox import mark_all_read, mark_read, notify, purge_old_messages

__all__ = [
    "claim",
    "deliver",
    "mark_all_read",
    "mark_read",
    "notify",
    "purge_old_messages",
    "requeue_due",
    "retry_delivery",
]
