"""What search engines and chat programs read from a page: schema.org data and Open Graph (B7, D6)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from zoneinfo import ZoneInfo

from skillweek.activities.models import Activity, Session
from skillweek.core.linked_data import data_block
from skillweek.portal import links

__all__ = ["data_block", "event_data"]
_SCHEMA: Final = "https://schema.org"
_STATES: Final = {
    Session.State.PLANNED: "EventScheduled",
    Session.State.POSTPONED: "EventPostponed",
    Session.State.CANCELLED: "EventCancelled",
}


def event_data(activity: Activity, sessions: Iterable[Session], *, picture: str = "") -> list[dict[str, Any]]:
    """One schema.org ``Event`` for each session with a time, told in the edition's zone: search engines show the hour
    as it is written. ``picture`` is an absolute address.
    """
    organiser = {"@type": "Organization", "name": activity.organisation.name}
    if url := links.organisation(activity.organisation.code):
        organiser["url"] = links.absolute(url)
    common: dict[str, Any] = {
        "@context": _SCHEMA,
        "@type": "Event",
        "name": activity.title,
        "url": links.absolute(links.activity(activity.pk)),
        "organizer": organiser,
        "isAccessibleForFree": bool(activity.is_free),
    }
    if activity.is_free:
        common["offers"] = {"@type": "Offer", "price": 0, "priceCurrency": "CNY", "url": common["url"]}
    if activity.summary:
        common["description"] = activity.summary
    if picture:
        common["image"] = [picture]
    return [{**common, **_when_and_where(activity, session)} for session in sessions if session.starts_at]


def _when_and_where(activity: Activity, session: Session) -> dict[str, Any]:
    state = "EventCancelled" if activity.is_cancelled else _STATES[Session.State(session.state)]
    zone = ZoneInfo(activity.edition.zone)
    found: dict[str, Any] = {
        "startDate": session.starts_at.astimezone(zone).isoformat() if session.starts_at else "",
        "eventStatus": f"{_SCHEMA}/{state}",
        "eventAttendanceMode": f"{_SCHEMA}/{'Online' if session.is_online else 'Offline'}EventAttendanceMode",
    }
    if session.ends_at:
        found["endDate"] = session.ends_at.astimezone(zone).isoformat()
    if session.is_online:
        found["location"] = {
            "@type": "VirtualLocation",
            "url": links.absolute(links.activity(activity.pk)),
        }
    elif session.place:
        place: dict[str, Any] = {"@type": "Place", "name": session.place, "address": session.address or session.place}
        if session.latitude is not None and session.longitude is not None:
            place["geo"] = {
                "@type": "GeoCoordinates",
                "latitude": session.latitude,
                "longitude": session.longitude,
            }
        found["location"] = place
    if session.capacity is not None:
        found["maximumAttendeeCapacity"] = session.capacity
    return found
