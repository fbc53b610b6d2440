"""Messages in inboxes are read, and are cleared away when they are old."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db.models import Q

from skillweek.core.clock import now
from skillweek.notifications.models import Message
from skillweek.organisations.models import User

_PURGE_BATCH: Final = 1000


def mark_read(user: User, message: Message) -> None:
    """Note when the person first read their message. Safe to repeat."""
    Message.objects.filter(pk=message.pk, recipient=user, read_at=None).update(read_at=now())


def mark_all_read(user: User, *, up_to: int) -> int:
    """Mark the person's messages read, up to the number ``up_to`` that they saw; returns how many."""
    return Message.objects.filter(recipient=user, read_at=None, pk__lte=up_to).update(read_at=now())


def purge_old_messages() -> int:
    """Delete messages older than ``MESSAGE_KEEP_DAYS`` that were read, and unread ones of twice that age.

    Works in batches so that no lock is held for long. Returns how many were deleted.
    """
    kept = timedelta(days=settings.MESSAGE_KEEP_DAYS)
    old = Q(created_at__lt=now() - kept, read_at__isnull=False) | Q(created_at__lt=now() - 2 * kept)
    total = 0
    while ids := list(Message.objects.filter(old).order_by("pk").values_list("pk", flat=True)[:_PURGE_BATCH]):
        Message.objects.filter(pk__in=ids).delete()
        total += len(ids)
    return total
