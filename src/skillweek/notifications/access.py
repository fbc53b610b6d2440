"""Who may see which messages and deliveries."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from skillweek.notifications.models import Delivery, Message
from skillweek.organisations.access import scope_of, subtree_q


def visible_to(user: Any) -> QuerySet[Message]:
    """The person's own messages; nobody reads another's inbox."""
    if not getattr(user, "is_authenticated", False):
        return Message.objects.none()
    return Message.objects.filter(recipient_id=user.pk)


def log_paths(user: Any) -> tuple[str, ...]:
    """Tree paths of the bureaus whose delivery log the person reads: those they are a manager of."""
    scope = scope_of(user)
    return tuple(path for path in scope.managing_paths if path in scope.deciding_paths)


def can_see_log(user: Any) -> bool:
    """Whether the person has a delivery log at all."""
    return bool(log_paths(user))


def deliveries_visible_to(user: Any) -> QuerySet[Delivery]:
    """Deliveries about units at or below the bureaus the person manages. Messages about nobody's unit stay private."""
    return Delivery.objects.filter(subtree_q(log_paths(user), "message__organisation__"))
