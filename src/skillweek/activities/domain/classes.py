"""What stands ready in an activity that starts as a class for parents or young people (E5, E6)."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from skillweek.activities.models import Activity, Session
from skillweek.core.clock import today_in


def prepare_class(activity: Activity) -> list[Session]:
    """Give a new activity the sessions of its idea's preset, on the first day that is still to come.

    Place and days are the organiser's to settle; nothing happens for other activities. Returns the sessions.
    """
    edition = activity.edition
    preset = edition.doc.class_preset(activity.idea_code)
    if preset is None:
        return []
    day = min(max(edition.starts_on, today_in(edition.zone)), edition.ends_on)
    zone = ZoneInfo(edition.zone)
    made = []
    for begins, ends in preset.hours:
        start = datetime.combine(day, begins, tzinfo=zone)
        session = Session(
            activity=activity,
            starts_at=start,
            ends_at=datetime.combine(day, ends, tzinfo=zone),
            booking=Session.Booking.GROUPS if preset.books == "groups" else Session.Booking.OPEN,
            capacity=preset.capacity,
            max_party=preset.max_party,
            allows_groups=preset.books != "families",
            booking_closes_at=start - timedelta(hours=preset.closes_hours) if preset.closes_hours else None,
        )
        session.set_day()
        session.save()
        made.append(session)
    return made
