"""Background entries of this room. They take ids, call a verb, and are safe to run twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django_tasks import task

from skillweek.bookings.domain import erasure, reminders, session_news, waiting
from skillweek.core import audit
from skillweek.core.models import AuditEvent

_T = TypeVar("_T")


def _as_task(verb: Callable[[], _T]) -> _T:
    token = audit.channel.set(AuditEvent.Channel.TASK)
    try:
        return verb()
    finally:
        audit.channel.reset(token)


@task()
def tend_waiting_lists() -> int:
    """Take back offers whose time has passed, and move up wherever people wait beside free places."""
    return _as_task(lambda: waiting.expire_offers() + waiting.move_waiting_lists())


@task()
def remind_visitors() -> int:
    """Remind visitors whose session comes near."""
    return _as_task(reminders.remind_due)


@task()
def erase_visitors() -> int:
    """Erase personal data of editions that are due."""
    return _as_task(erasure.erase_due)


@task()
def tell_session_change(change_id: int) -> int:
    """Tell everyone who booked a session what became of it."""
    return _as_task(lambda: session_news.tell_all(change_id))


@task()
def send_links(booking_ids: list[int]) -> int:
    """Send lost links again, to the addresses that the bookings hold."""
    return _as_task(lambda: session_news.send_links(booking_ids))
