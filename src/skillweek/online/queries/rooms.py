"""Live rooms by the clock, and what was asked in them (B11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from skillweek.content.editorial import public_q
from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.online.models import LiveRoom, Question, Said
from skillweek.publicity.queries.stories import assets_by_id

#: How long one without an end is taken to last.
_USUAL: Final = timedelta(hours=2)
#: The link is shown this long before it begins.
_EARLY: Final = timedelta(minutes=15)
#: Questions on one page.
SHOWN: Final = 100


def public_rooms(edition: Edition) -> QuerySet[LiveRoom]:
    """Rooms of the edition that the public sees, the next first."""
    if edition.state == Edition.State.DRAFT:
        return LiveRoom.objects.none()
    rows = LiveRoom.objects.filter(public_q(), edition=edition).select_related("organisation", "edition")
    return rows.order_by("starts_at", "pk")


def end_of(room: LiveRoom) -> datetime | None:
    """When it ends, or is taken to end."""
    return room.ends_at or (room.starts_at + _USUAL if room.starts_at else None)


def phase_of(room: LiveRoom, at: datetime | None = None) -> str:
    """``soon``, ``now``, ``over`` or ``cancelled`` at this moment."""
    at = at or now()
    end = end_of(room)
    if room.cancel_reason:
        return "cancelled"
    if room.starts_at is None or end is None or at < room.starts_at:
        return "soon"
    return "now" if at < end else "over"


@dataclass(frozen=True)
class Stage:
    """What a visitor can do in a room now."""

    phase: str
    label: str
    #: One of the design system's states.
    badge: str
    #: Whether the way in is shown: from a little before it begins until its end.
    is_open: bool

    @classmethod
    def of(cls, room: LiveRoom, at: datetime | None = None) -> Stage:
        """The stage at this moment."""
        at = at or now()
        phase = phase_of(room, at)
        has_replay = bool(room.live.get("replay") or room.live.get("replay_link"))
        labels = {
            "soon": (_("即将开始"), "upcoming"),
            "now": (_("正在直播"), "open"),
            "cancelled": (_("已取消"), "late"),
            "over": (_("可看回放") if has_replay else _("已结束"), "ok" if has_replay else "closed"),
        }
        label, badge = labels[phase]
        early = phase == "soon" and room.starts_at is not None and at >= room.starts_at - _EARLY
        return cls(phase, label, badge, phase == "now" or early)


def in_order(rooms: list[LiveRoom], at: datetime | None = None) -> list[LiveRoom]:
    """Those under way, then the next, then the latest that are over, then the cancelled."""
    at = at or now()
    rank = {"now": 0, "soon": 1, "over": 2, "cancelled": 3}

    def key(room: LiveRoom) -> tuple[int, float]:
        phase = phase_of(room, at)
        start = room.starts_at.timestamp() if room.starts_at else 0.0
        return rank[phase], -start if phase == "over" else start

    return sorted(rooms, key=key)


def shown_questions(room: LiveRoom) -> QuerySet[Question]:
    """What everybody reads: answered or not, the most wanted first."""
    return room.questions.filter(state=Said.State.SHOWN).order_by("-votes", "pk")


def replay_of(room: LiveRoom) -> Any:
    """The film of what was live, when the public may fetch it."""
    pk = str(room.live.get("replay") or "")
    return assets_by_id([pk]).get(pk) if pk else None


def calendar_of(room: LiveRoom, url: str) -> bytes:
    """The room as an iCalendar file with a reminder; it must have a start."""
    assert room.starts_at is not None
    event = Event()
    event.add("uid", f"{room.uid}@skillweek")
    event.add("sequence", room.moves)
    event.add("dtstamp", room.updated_at)
    event.add("dtstart", room.starts_at)
    event.add("dtend", end_of(room))
    event.add("summary", room.title)
    event.add("location", _("线上"))
    event.add("url", url)
    event.add("description", "\n".join(part for part in (str(room.live.get("intro") or ""), url) if part))
    event.add("status", "CANCELLED" if room.cancel_reason else "CONFIRMED")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", room.title)
    alarm.add("trigger", timedelta(minutes=-15))
    event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//Skillweek//Online//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    made: bytes = calendar.to_ical()
    return made
