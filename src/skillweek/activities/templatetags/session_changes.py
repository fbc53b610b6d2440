"""``{% load session_changes %}``: what was changed about an activity, for public pages and the workspace (A3)."""

from __future__ import annotations

from typing import Any

from django import template

from skillweek.activities.models import Activity, Session
from skillweek.activities.queries.changes import ChangeLine, changes_of, settled_by
from skillweek.notices.models import Notice

register = template.Library()


@register.inclusion_tag("activities/_changes.html")
def session_changes(activity: Activity, session: Session | None = None, *, public: bool = True) -> dict[str, Any]:
    """The changes of an activity or of one of its sessions, newest first, old and new value beside each other.

    Public pages do not say who did it. Needs ``activity.edition``. Shows nothing when nothing was changed.
    """
    return {"changes": changes_of(activity, session), "public": public, "activity": activity}


@register.simple_tag
def sessions_settled_by(notice: Notice) -> list[ChangeLine]:
    """What a supplement settled, old and new value beside each other: ``{% sessions_settled_by notice as lines %}``."""
    return settled_by(notice)
