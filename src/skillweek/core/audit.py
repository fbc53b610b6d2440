"""The audit trail: verbs call ``record`` inside their transaction."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from django.db.models import Model, QuerySet

from skillweek.core.models import AuditEvent

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

    ``actor`` is a user or None for the system itself. ``data`` is JSON: old and new values where they matter.
    """
    return AuditEvent.objects.create(
        actor_id=getattr(actor, "pk", None),
        actor_label=str(actor)[:150] if actor is not None else "",
        organisation_id=organisation_id,
        channel=channel.get(),
        verb=verb,
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        object_label=str(obj)[:200],
        reason=reason,
        data=data or {},
    )


def history_of(obj: Model) -> QuerySet[AuditEvent]:
    """Everything recorded about ``obj``, newest first."""
    return AuditEvent.objects.filter(object_type=obj._meta.label_lower, object_id=str(obj.pk)).select_related("actor")
