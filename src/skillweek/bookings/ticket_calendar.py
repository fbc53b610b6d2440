"""A booking as a calendar entry (B8)."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from skillweek.activities.session_words import facts_of, place_words
from skillweek.bookings import tokens
from skillweek.bookings.models import Booking
from skillweek.core.clock import now


def calendar_of(booking: Booking) -> bytes:
    """The booked session as an iCalendar file with a reminder two hours before. The session must have a time."""
    session = booking.session
    assert session.starts_at is not None
    event = Event()
    event.add("uid", f"{session.uid}-{booking.code}@skillweek")
    event.add("dtstamp", now())
    event.add("dtstart", session.starts_at)
    event.add("dtend", session.ends_at or session.starts_at + timedelta(hours=1))
    event.add("summary", session.activity.title)
    event.add("location", place_words(facts_of(session)))
    event.add("url", tokens.ticket_url(booking))
    lines = [
        _("取票码：%(code)s") % {"code": booking.code},
        _("人数：%(count)d") % {"count": booking.party_size},
        tokens.ticket_url(booking),
    ]
    event.add("description", "\n".join(lines))
    event.add("status", "CONFIRMED" if booking.state == Booking.State.CONFIRMED else "TENTATIVE")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", session.activity.title)
    alarm.add("trigger", timedelta(hours=-2))
    event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//Skillweek//Bookings//ZH")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    made: bytes = calendar.to_ical()
    return made
