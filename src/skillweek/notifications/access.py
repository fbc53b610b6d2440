"""Who may see which messages and deliveries."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from skillweek.notifications.models import Delivery, GroupChannel, Message
from skillweek.organisations.access import scope_of, subtree_q
from skillweek.organisations.models import Organisation, Role


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


def can_word(user: Any) -> bool:
    """Whether the person writes the city's words of messages: a manager of the host."""
    return scope_of(user).is_host_manager


def robots_visible_to(user: Any) -> QuerySet[GroupChannel]:
    """Group robots of the units that the person manages, and of those below."""
    return GroupChannel.objects.filter(subtree_q(scope_of(user).managing_paths, "organisation__"))


def can_have_robots(user: Any) -> bool:
    """Whether the person manages a unit, and so may set up robots."""
    return bool(scope_of(user).managing_paths)


def robot_units(user: Any) -> QuerySet[Organisation]:
    """Units for which the person may set up a robot: those they are a manager of."""
    roles = scope_of(user).roles
    own: QuerySet[Organisation] = Organisation.objects.filter(
        pk__in=[pk for pk, held in roles.items() if Role.MANAGER in held]
    ).order_by("path")
    return own
