"""Small pieces of the visitors' pages: ``{% load bookings %}``."""

from __future__ import annotations

from typing import Final

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from skillweek.activities.models import Session, SessionChange
from skillweek.activities.session_words import Difference, differences, facts_of, place_words, time_words
from skillweek.bookings.asking import GRADE_NAMES
from skillweek.bookings.models import Booking
from skillweek.core.templatetags.ui import icon
from skillweek.organisations.phones import mask_phone

register = template.Library()

#: state → (icon, tone, word).
_STATES: Final = {
    "confirmed": ("check-circle-fill", "leaf", gettext_noop("预约成功")),
    "waiting": ("hourglass-split", "gold", gettext_noop("候补中")),
    "offered": ("bell-fill", "flame", gettext_noop("有名额，待确认")),
    "cancelled": ("x-circle", "stone", gettext_noop("已取消")),
    "expired": ("clock-history", "stone", gettext_noop("逾期未确认")),
    "over": ("calendar-check", "stone", gettext_noop("已结束")),
}


@register.simple_tag
def session_time(session: Session) -> str:
    """5月14日 周日 09:00–10:30, in the edition's zone; the activity and edition must be loaded."""
    return time_words(facts_of(session), session.activity.edition.zone)


@register.simple_tag
def session_place(session: Session) -> str:
    """The place in words."""
    return place_words(facts_of(session))


@register.simple_tag
def session_differences(change: SessionChange, zone: str) -> list[Difference]:
    """What a change did, old and new."""
    return differences(change, zone)


@register.simple_tag
def booking_state_badge(booking: Booking, is_over: bool = False) -> SafeString:
    """The booking's state with icon and word."""
    key = "over" if is_over and booking.state == Booking.State.CONFIRMED else booking.state
    name, tone, word = _STATES[key]
    return format_html('<span class="state state-{}">{}{}</span>', tone, icon(name), _(word))


@register.simple_tag
def grade_name(grade: int) -> str:
    """小学三年级."""
    return str(GRADE_NAMES.get(grade, ""))


@register.simple_tag
def booking_details(booking: Booking) -> str:
    """What a class's preset asked, in one line (E5, E6)."""
    details = booking.details
    words = [grade_name(details.get("grade", 0)), details.get("arrival", "")]
    return " · ".join(str(word) for word in words if word)


@register.filter
def spaced(code: str) -> str:
    """A code in two halves, easier to read aloud: 204 816."""
    return f"{code[:3]} {code[3:]}" if len(code) == 6 else code


@register.filter
def masked_phone(phone: str) -> str:
    """138****8000."""
    return mask_phone(phone)
