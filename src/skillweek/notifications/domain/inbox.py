"""Messages come into inboxes, are read, and are cleared away when they are old."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation

from skillweek.core.clock import now
from skillweek.notifications.models import Delivery, Message
from skillweek.organisations.models import Organisation, User

#: A text, or a function that makes it in the language active when called.
Text = str | Callable[[], str]
_TITLE: Final = 200
_PURGE_BATCH: Final = 1000


@transaction.atomic
def notify(
    recipients: Iterable[User],
    *,
    kind: str,
    title: Text,
    body: Text = "",
    url: str = "",
    dedupe_key: str,
    organisation: Organisation | None = None,
    email: bool = True,
) -> list[Message]:
    """Put a message into each recipient's inbox and, with ``email``, queue it for mail.

    ``title`` and ``body`` given as functions are made in each recipient's own language. ``url`` is a path on this site.
    The mail is queued in the caller's transaction: if that fails, nobody is told. People without an address get a
    delivery that says why it was skipped.
    Returns the messages newly made; a recipient who already has ``dedupe_key`` gets nothing twice.
    """
    made = []
    for user in recipients:
        with translation.override(user.language or settings.LANGUAGE_CODE):
            texts = {"title": " ".join(_made(title).split())[:_TITLE], "body": _made(body)}
        message, created = Message.objects.get_or_create(
            recipient=user,
            dedupe_key=dedupe_key,
            defaults={"kind": kind, "url": url, "organisation": organisation, **texts},
        )
        if created:
            made.append(message)
            if email:
                _queue_mail(message, user)
    return made


def _made(text: Text) -> str:
    return str(text() if callable(text) else text)


def _queue_mail(message: Message, user: User) -> None:
    from skillweek.notifications.tasks import deliver_mail

    states, reasons = Delivery.State, Delivery.Reason
    reason = reasons.INACTIVE if not user.is_active else reasons.NO_ADDRESS if not user.email else ""
    delivery = Delivery.objects.create(
        message=message,
        channel=Delivery.Channel.EMAIL,
        address=user.email or "",
        state=states.SKIPPED if reason else states.QUEUED,
        reason=reason,
        next_attempt_at=None if reason else now(),
    )
    if not reason:
        deliver_mail.enqueue(delivery.pk)


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
