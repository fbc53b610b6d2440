"""iCal: one session, one activity, one organisation, the whole week (B7)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vGeo

from skillweek.activities.models import Activity, Session
from skillweek.editions.models import Edition
from skillweek.portal import links

#: How often subscribed calendars look again.
_LOOK_AGAIN: Final = "PT1H"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def calendar_of(edition: Edition, sessions: Iterable[Session], *, name: str) -> bytes:
    """The sessions as an iCalendar file (RFC 5545) in the edition's zone.

    ``sessions`` come with ``activity``, its ``organisation`` and ``change_count`` (``reading.public_sessions``). Those
    without a time are left out: nobody can be there. What was cancelled or postponed stays, as CANCELLED.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Skillweek//职教周//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", clean(name))
    calendar.add("x-wr-timezone", edition.zone)
    calendar.add("x-published-ttl", _LOOK_AGAIN)
    zone = ZoneInfo(edition.zone)
    for session in sessions:
        if session.starts_at is not None:
            calendar.add_component(_event(session, session.starts_at, zone))
    calendar.add_missing_timezones(edition.starts_on, edition.ends_on)
    return bytes(calendar.to_ical())


def _event(session: Session, starts_at: datetime, zone: ZoneInfo) -> Event:
    activity = session.activity
    changed = max(session.updated_at, activity.updated_at)
    event = Event()
    event.add("uid", f"{session.uid}@skillweek")
    event.add("sequence", sequence_of(session))
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("dtstart", starts_at.astimezone(zone))
    if session.ends_at is not None:
        event.add("dtend", session.ends_at.astimezone(zone))
    event.add("summary", clean(title_of(session)))
    event.add("location", clean(place_of(session)))
    if session.latitude is not None and session.longitude is not None and not session.is_online:
        event.add("geo", vGeo((session.latitude, session.longitude)))
    event.add("description", clean(_description(session)))
    if url := links.activity(activity.pk):
        event.add("url", links.absolute(url))
    event.add("status", "CONFIRMED" if takes_place(session) else "CANCELLED")
    event.add("categories", [str(activity.get_kind_display())])
    return event


def sequence_of(session: Any) -> int:
    """Grows with every change of the session or its activity, never shrinks: calendars take the higher one."""
    return max(0, int(session.activity.version) - 1) + int(session.change_count)


def takes_place(session: Session) -> bool:
    """Whether the session still happens at its time."""
    return session.state == Session.State.PLANNED and not session.activity.is_cancelled


def title_of(session: Session) -> str:
    """The activity's title with the session's own name and, where it does not take place, a word about it."""
    title = f"{session.activity.title} · {session.label}" if session.label else session.activity.title
    if session.activity.is_cancelled or session.state == Session.State.CANCELLED:
        return f"{_('【已取消】')}{title}"
    return f"{_('【已延期】')}{title}" if session.state == Session.State.POSTPONED else title


def place_of(session: Session) -> str:
    """Where it is, in one line."""
    if session.is_online:
        return _("线上")
    if session.is_place_open:
        return _("地点待定，另行通知")
    return " ".join(part for part in (session.place, session.room, session.address) if part)


def _description(session: Session) -> str:
    activity: Activity = session.activity
    lines = [
        activity.summary,
        _("主办单位：%(name)s") % {"name": activity.organisation.name},
        _("需要预约") if session.booking != Session.Booking.NONE else _("无需预约，直接参加"),
        activity.how_to_join,
        links.absolute(links.activity(activity.pk)),
    ]
    return "\n".join(line for line in lines if line)


def clean(text: str) -> str:
    """Text without control characters, which neither calendars nor feeds can hold."""
    return _CONTROL.sub("", text)
