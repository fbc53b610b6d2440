"""What visitors are told about their booking, in their language, with the link to their ticket (B8)."""

from __future__ import annotations

from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from skillweek.activities.models import SessionChange
from skillweek.activities.session_words import facts_of, place_words, time_words
from skillweek.bookings import tokens
from skillweek.bookings.models import Booking
from skillweek.notifications.domain import notify_contact

CONFIRMED: Final = "booking.confirmed"
WAITING: Final = "booking.waiting"
OFFERED: Final = "booking.offered"
MOVED_UP: Final = "booking.moved_up"
EXPIRED: Final = "booking.expired"
CANCELLED: Final = "booking.cancelled"
CHANGED: Final = "booking.changed"
REMINDER: Final = "booking.reminder"
SESSION_CHANGED: Final = "booking.session_changed"
SESSION_CANCELLED: Final = "booking.session_cancelled"
SESSION_RESTORED: Final = "booking.session_restored"
LINK: Final = "booking.link"


def prefix(edition_id: int) -> str:
    """How the keys of all messages about one edition's bookings begin, so that they can be erased together."""
    return f"booking:{edition_id}:"


def prefix_of(booking: Booking) -> str:
    """How the keys of all messages about one booking begin; its session and activity should be loaded."""
    return f"{prefix(booking.session.activity.edition_id)}{booking.pk}:"


def tell(booking: Booking, kind: str, *, once: str = "", **more: Any) -> None:
    """Tell the visitor in the caller's transaction. The same kind with the same ``once`` goes out once per booking."""
    if booking.erased_at is not None:
        return
    session = booking.session
    activity = session.activity
    if kind == CHANGED:
        once = booking.updated_at.isoformat()
    notify_contact(
        email=booking.email,
        phone=booking.phone,
        name=booking.name,
        kind=kind,
        context={**_facts(booking), **more},
        url=tokens.ticket_path(booking),
        dedupe_key=f"{prefix_of(booking)}{kind}:{once}",
        language=booking.language,
        organisation=activity.organisation,
    )


def tell_change(booking: Booking, change: SessionChange, kind: str) -> None:
    """Tell the visitor what became of the session: the old and the new time and place."""
    zone = booking.session.activity.edition.zone
    tell(
        booking,
        kind,
        once=str(change.pk),
        old_time=lambda: time_words(change.old, zone),
        new_time=lambda: time_words(change.new, zone),
        old_place=lambda: place_words(change.old),
        new_place=lambda: place_words(change.new),
        reason=lambda: change.reason or _notice_of(change),
    )


def _notice_of(change: SessionChange) -> str:
    """The public notice that the change follows, where nobody wrote another reason."""
    if change.notice is None or not change.notice.is_public or change.notice.is_withdrawn:
        return ""
    return _("见通知《%(title)s》。") % {"title": change.notice.title}


def _facts(booking: Booking) -> dict[str, Any]:
    session = booking.session
    zone = session.activity.edition.zone
    facts = facts_of(session)
    return {
        "activity": session.activity.title,
        "time": lambda: time_words(facts, zone),
        "place": lambda: place_words(facts),
        "people": lambda: _("%(count)d 人") % {"count": booking.party_size},
        "code": booking.code,
        "number": str(booking.number or ""),
        "until": lambda: _until(booking, zone),
        "phone": session.activity.enquiry_phone,
    }


def _until(booking: Booking, zone: str) -> str:
    from zoneinfo import ZoneInfo

    if booking.offer_expires_at is None:
        return ""
    moment = booking.offer_expires_at.astimezone(ZoneInfo(zone))
    return f"{date_format(moment, 'MONTH_DAY_FORMAT')} {moment:%H:%M}"
