"""Activities and plans as plain JSON: what was handed in, what is compared, what a deleted draft comes back from."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from skillweek.activities.domain.values import FIELDS
from skillweek.activities.models import Activity, ActivityTag, Plan, Session

#: The session's own fields, in the order people read them.
SESSION_FIELDS = (
    "state", "label", "starts_at", "ends_at", "is_online", "online_url", "place", "address", "room", "district",
    "latitude", "longitude", "booking", "capacity", "booking_opens_at", "booking_closes_at", "max_party",
    "allows_groups", "has_waiting_list",
)  # fmt: skip
PLAN_FIELDS = (
    "title", "goals", "leaders", "leader_name", "leader_phone", "arrangements", "publicity", "safety",
)  # fmt: skip


def plain_value(value: Any) -> Any:
    """A field's value as JSON holds it: days in ISO 8601, moments too and in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def activity_snapshot(activity: Activity) -> dict[str, Any]:
    """The activity with its tags, sessions and partners; reads them unless they are prefetched."""
    fields = {name: plain_value(getattr(activity, name)) for name in FIELDS if name != "cover"}
    tags: dict[str, list[str]] = {group: [] for group in ActivityTag.LISTS}
    for tag in activity.tags.all():
        tags[tag.group].append(tag.code)
    return {
        **fields,
        "id": activity.pk,
        "cover": str(activity.cover_id) if activity.cover_id else None,
        "tags": tags,
        "sessions": [session_snapshot(session) for session in activity.sessions.all()],
        "partners": [str(partner) for partner in activity.partners.all()],
        "findings": list(activity.findings),
    }


def session_snapshot(session: Session) -> dict[str, Any]:
    """One session; ``uid`` tells which one it is across versions."""
    fields = {name: plain_value(getattr(session, name)) for name in SESSION_FIELDS}
    return {"uid": str(session.uid), "series": session.series_id, **fields}


def plan_snapshot(plan: Plan, activities: list[Activity]) -> dict[str, Any]:
    """The plan with the activities that belong to it, each as it stands."""
    fields = {name: getattr(plan, name) for name in PLAN_FIELDS}
    return {**fields, "activities": [activity_snapshot(activity) for activity in activities]}
