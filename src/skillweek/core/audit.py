"""The audit trail: verbs call ``record`` inside their transaction."""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any, Final

from django.db.models import Model, QuerySet

from skillweek.core.models import AuditEvent

#: Stands where words were that had to be erased.
FORGOTTEN: Final = "—"
#: Set by the command line, the worker and the mail intake; the web is the default.
channel: ContextVar[str] = ContextVar("audit_channel", default=AuditEvent.Channel.WEB)


def record(
    verb: str,
    obj: Model,
    *,
    actor: Any = None,
    organisation_id: int | None = None,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> AuditEvent:
    """Write who did ``verb`` (``report.accept``) to ``obj`` and why; call it inside the verb's transaction.

    ``actor`` is a user or None for the system itself. ``data`` is JSON: old and new values where they matter. Whatever
    people of the public wrote is named by the row's ``audit_label``, without their words: the trail outlives those.
    """
    return AuditEvent.objects.create(
        actor_id=getattr(actor, "pk", None),
        actor_label=str(actor)[:150] if actor is not None else "",
        organisation_id=organisation_id,
        channel=channel.get(),
        verb=verb,
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        object_label=str(getattr(obj, "audit_label", obj))[:200],
        reason=reason,
        data=data or {},
    )


def forget_words(model: type[Model], ids: Iterable[int]) -> int:
    """Take names and reasons out of the events about these rows, whose personal data is being erased; returns how many.

    The one change that events know: what was decided, by whom and when stays, and that a reason was given. Safe to
    repeat.
    """
    events = AuditEvent.objects.filter(object_type=model._meta.label_lower, object_id__in=[str(pk) for pk in ids])
    events.exclude(reason="").update(reason=FORGOTTEN)
    return events.exclude(object_label=FORGOTTEN).update(object_label=FORGOTTEN)


def history_of(obj: Model) -> QuerySet[AuditEvent]:
    """Everything recorded about ``obj``, newest first."""
    return AuditEvent.objects.filter(object_type=obj._meta.label_lower, object_id=str(obj.pk)).select_related("actor")
