"""What a card or a line says about an activity: when, where, and whether one can still come (B7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from skillweek.activities.models import Activity, Session
from skillweek.activities.queries.public import ActivityFilter
from skillweek.bookings.queries import booking_states
from skillweek.bookings.queries.places import State
from skillweek.core.clock import now
from skillweek.core.templatetags.ui import day as day_words
from skillweek.editions.models import Edition


@dataclass(frozen=True)
class Mark:
    """A state as visitors read it: word, tone and icon."""

    code: str
    text: str
    tone: str
    icon: str


#: code → tone, icon. Never colour alone: the word stands beside.
_LOOKS: Final = {
    "cancelled": ("flame", "x-circle-fill"),
    "over": ("stone", "check2-all"),
    "open_time": ("sky", "hourglass-split"),
    "postponed": ("gold", "pause-circle-fill"),
    "no_need": ("leaf", "door-open"),
    "open": ("leaf", "ticket-perforated"),
    "not_yet": ("sky", "clock-history"),
    "waiting": ("gold", "people-fill"),
    "full": ("stone", "dash-circle-fill"),
    "closed": ("stone", "lock-fill"),
}
#: code → word, where there is nothing more exact to say.
_STATE_WORDS: Final = {
    "cancelled": gettext_noop("已取消"),
    "over": gettext_noop("已结束"),
    "open_time": gettext_noop("时间另行通知"),
    "postponed": gettext_noop("延期，时间另行通知"),
    "no_need": gettext_noop("免预约"),
    "open": gettext_noop("可预约"),
    "not_yet": gettext_noop("尚未开始预约"),
    "waiting": gettext_noop("已满，可候补"),
    "full": gettext_noop("已满"),
    "closed": gettext_noop("预约已截止"),
}
#: From best to worst for somebody who wants to come.
_ORDER: Final = ("open", "no_need", "not_yet", "waiting", "full", "closed", "postponed", "cancelled", "over")
_FEW: Final = 10


def mark_of(code: str, *, left: int | None = None, opens_at: datetime | None = None, zone: str = "UTC") -> Mark:
    """The mark of a state; ``left`` and ``opens_at`` make its word more exact."""
    tone, icon = _LOOKS[code]
    return Mark(code, _words(code, left, opens_at, zone), tone, icon)


def _words(code: str, left: int | None, opens_at: datetime | None, zone: str) -> str:
    if code == "open" and left is not None:
        return ngettext("可预约，余 %(n)s 个名额", "可预约，余 %(n)s 个名额", left) % {"n": left}
    if code == "not_yet" and opens_at is not None:
        local = opens_at.astimezone(ZoneInfo(zone))
        return _("%(day)s %(time)s 开始预约") % {"day": day_words(local, "plain"), "time": f"{local:%H:%M}"}
    return _(_STATE_WORDS[code])


def session_mark(session: Session, state: State, zone: str) -> Mark:
    """The mark of one session. One without a time says so, whatever its booking."""
    code = state.code
    if session.starts_at is None and code in ("no_need", "closed"):
        code = "open_time"
    return mark_of(code, left=state.left, opens_at=state.opens_at, zone=zone)


@dataclass(frozen=True)
class Card:
    """One activity as lists show it."""

    activity: Activity
    when: str
    #: How many more sessions there are beside the one that ``when`` tells.
    more: int
    where: str
    mark: Mark
    next: Session | None
    distance: str = ""


def cards_of(activities: Iterable[Activity], edition: Edition, wanted: ActivityFilter | None = None) -> list[Card]:
    """Cards in the same order; one query for all of the booking states. Sessions must be prefetched."""
    rows = list(activities)
    for activity in rows:
        activity.edition = edition
    by_activity = {activity.pk: _fitting(activity, wanted) for activity in rows}
    states = booking_states([session for sessions in by_activity.values() for session in sessions])
    return [_card(activity, by_activity[activity.pk], states, edition) for activity in rows]


def _fitting(activity: Activity, wanted: ActivityFilter | None) -> list[Session]:
    """The sessions that the card is about: those of the day and district asked for, else all."""
    sessions = list(activity.sessions.all())
    for session in sessions:
        session.activity = activity
    if wanted is None:
        return sessions
    fitting = [
        session
        for session in sessions
        if (wanted.day is None or session.day == wanted.day)
        and (not wanted.is_day_open or session.starts_at is None)
        and (not wanted.districts or session.district in wanted.districts)
        and (not wanted.is_online or session.is_online)
    ]
    return fitting or sessions


def _card(activity: Activity, sessions: Sequence[Session], states: dict[int, State], edition: Edition) -> Card:
    chosen = next_of(sessions)
    distance = getattr(activity, "distance", None)
    return Card(
        activity=activity,
        when=when_words(chosen, edition.zone) if chosen else _("时间另行通知"),
        more=max(0, len(sessions) - 1),
        where=where_words(chosen, edition) if chosen else "",
        mark=_card_mark(activity, sessions, states, edition.zone),
        next=chosen,
        distance=distance_words(distance) if distance is not None else "",
    )


def next_of(sessions: Sequence[Session]) -> Session | None:
    """The session to tell of: the next that takes place, else one to be announced, else the first."""
    moment = now()
    timed = sorted((s for s in sessions if s.starts_at), key=lambda s: (s.starts_at, s.pk))
    coming = [s for s in timed if s.state == Session.State.PLANNED and (s.ends_at or s.starts_at or moment) > moment]
    waiting = [s for s in sessions if not s.starts_at and s.state != Session.State.CANCELLED]
    return next(iter([*coming, *waiting, *timed, *sessions]), None)


def _card_mark(activity: Activity, sessions: Sequence[Session], states: dict[int, State], zone: str) -> Mark:
    if activity.is_cancelled:
        return mark_of("cancelled")
    if not sessions:
        return mark_of("open_time")
    found = [states[session.pk] for session in sessions]
    best = min((state.code for state in found), key=_ORDER.index)
    same = [(session, state) for session, state in zip(sessions, found, strict=True) if state.code == best]
    if best in ("no_need", "closed") and all(session.starts_at is None for session, _state in same):
        return mark_of("open_time")
    numbers = [state.left for _session, state in same]
    left = sum(number or 0 for number in numbers) if None not in numbers else None
    opening = min((state.opens_at for _session, state in same if state.opens_at), default=None)
    return mark_of(best, left=left, opens_at=opening, zone=zone)


def when_words(session: Session, zone: str) -> str:
    """5月14日 周日 09:00–11:00, with the last day where it is another one."""
    if session.starts_at is None:
        return _("延期，时间另行通知") if session.state == Session.State.POSTPONED else _("时间另行通知")
    start = session.starts_at.astimezone(ZoneInfo(zone))
    words = f"{day_words(start)} {start:%H:%M}"
    if session.ends_at is None:
        return words
    end = session.ends_at.astimezone(ZoneInfo(zone))
    return f"{words}–{end:%H:%M}" if end.date() == start.date() else f"{words} – {day_words(end)} {end:%H:%M}"


def hours_words(session: Session, zone: str) -> str:
    """09:00–11:00, or only the beginning."""
    if session.starts_at is None:
        return _("时间另行通知")
    start = session.starts_at.astimezone(ZoneInfo(zone))
    return f"{start:%H:%M}" + (f"–{session.ends_at.astimezone(ZoneInfo(zone)):%H:%M}" if session.ends_at else "")


def where_words(session: Session, edition: Edition) -> str:
    """District and place, 线上, or 地点另行通知."""
    if session.is_online:
        return _("线上")
    if not session.place:
        return _("地点另行通知")
    district = edition.doc.label_of("districts", session.district) if session.district else ""
    return f"{district} · {session.place}" if district and district not in session.place else session.place


def distance_words(kilometres: float) -> str:
    """800 米, 3.2 公里, 25 公里."""
    if kilometres < 1:
        return _("%(n)s 米") % {"n": max(50, round(kilometres * 20) * 50)}
    return _("%(n)s 公里") % {"n": f"{kilometres:.1f}" if kilometres < _FEW else round(kilometres)}
