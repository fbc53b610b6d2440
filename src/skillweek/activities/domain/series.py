"""Service slots: a pattern of days and hours becomes many short sessions (B10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.activities.domain.common import locked_activity, must_be_editable, record
from skillweek.activities.domain.sessions import (
    MAX_SESSIONS,
    judged,
    must_arrange,
    put_session,
    shrink,
)
from skillweek.activities.models import Activity, Session, SessionSeries
from skillweek.core.errors import Conflict, DomainError, TooMuch
from skillweek.organisations.models import User

#: What the sessions of a series share: everything but their times.
SHARED: Final = ("label", "place", "address", "room", "district", "latitude", "longitude")


@dataclass(frozen=True)
class Pattern:
    """Days × from–to × minutes, wall-clock time in the edition's zone. ``lunch`` is a pause of the day or None."""

    days: tuple[date, ...]
    begins: time
    ends: time
    minutes: int
    capacity: int
    pause: int = 0
    lunch: tuple[time, time] | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Pattern:
        """Read what a series keeps."""
        lunch = data.get("lunch")
        return cls(
            days=tuple(date.fromisoformat(day) for day in data["days"]),
            begins=time.fromisoformat(data["from"]),
            ends=time.fromisoformat(data["to"]),
            minutes=data["minutes"],
            capacity=data["capacity"],
            pause=data.get("pause", 0),
            lunch=(time.fromisoformat(lunch[0]), time.fromisoformat(lunch[1])) if lunch else None,
        )

    def as_json(self) -> dict[str, Any]:
        """What a series keeps."""
        return {
            "days": [day.isoformat() for day in self.days],
            "from": f"{self.begins:%H:%M}",
            "to": f"{self.ends:%H:%M}",
            "minutes": self.minutes,
            "pause": self.pause,
            "capacity": self.capacity,
            "lunch": [f"{at:%H:%M}" for at in self.lunch] if self.lunch else None,
        }


@dataclass
class SeriesOutcome:
    """What became of a pattern. ``held`` are slots that the new pattern lacks and that stay because they are booked."""

    series: SessionSeries
    made: int = 0
    kept: int = 0
    removed: int = 0
    held: list[Session] = field(default_factory=list)


def slots_of(pattern: Pattern, zone: str) -> list[tuple[datetime, datetime]]:
    """Start and end of every slot, aware, in order. A slot never reaches into the lunch pause or beyond the end.

    Raises DomainError with ``field`` for a pattern that makes no sense or no slot, TooMuch for too many.
    """
    _must_make_sense(pattern)
    step, length, where = timedelta(minutes=pattern.minutes + pattern.pause), timedelta(minutes=pattern.minutes), zone
    slots: list[tuple[datetime, datetime]] = []
    for day in sorted(set(pattern.days)):
        begin, end = datetime.combine(day, pattern.begins), datetime.combine(day, pattern.ends)
        while begin + length <= end:
            if pattern.lunch is not None:
                lunch, back = (datetime.combine(day, at) for at in pattern.lunch)
                if begin < back and begin + length > lunch:
                    begin = back
                    continue
            aware = begin.replace(tzinfo=ZoneInfo(where))
            slots.append((aware, (begin + length).replace(tzinfo=ZoneInfo(where))))
            begin += step
        if len(slots) > MAX_SESSIONS:
            text = _("这样会有 %(count)s 个以上时段，一项活动最多 %(limit)s 个。请加长每个时段，或减少天数。")
            raise TooMuch(text % {"count": MAX_SESSIONS, "limit": MAX_SESSIONS}, code="too_many_sessions")
    if not slots:
        raise DomainError(_("这段时间里排不下一个时段，请提前开始、推后结束或缩短每个时段。"), field="ends")
    return slots


def _must_make_sense(pattern: Pattern) -> None:
    if not pattern.days:
        raise DomainError(_("请至少选择一天。"), field="days")
    if pattern.ends <= pattern.begins:
        raise DomainError(_("结束时间要晚于开始时间。"), field="ends")
    if not 1 <= pattern.minutes <= 600:
        raise DomainError(_("每个时段 1 到 600 分钟。"), field="minutes")
    if not 0 <= pattern.pause <= 240:
        raise DomainError(_("时段之间的间隔 0 到 240 分钟。"), field="pause")
    if not 1 <= pattern.capacity <= 10_000:
        raise DomainError(_("每个时段的名额至少 1 个。"), field="capacity")
    if pattern.lunch is not None and pattern.lunch[1] <= pattern.lunch[0]:
        raise DomainError(_("午休结束要晚于午休开始。"), field="lunch_ends")


@transaction.atomic
def make_series(
    activity: Activity,
    pattern: Pattern,
    *,
    by: User,
    shared: Mapping[str, Any] | None = None,
    series: SessionSeries | None = None,
) -> SeriesOutcome:
    """Make sessions from a pattern, or bring those of ``series`` in line with a changed one (B10).

    Slots are told apart by when they start. Those that stay get the new length, places and place; new ones are added;
    those no longer wanted go, unless somebody booked them: booked slots are never touched, and told in ``held``. Works
    on drafts, and on approved activities for adding and thinning out. ``shared`` are fields of ``SHARED``.

    Raises DomainError with ``field``, TooMuch, Conflict and NotAllowed like ``save_session``.
    """
    fresh = locked_activity(activity.pk)
    if fresh.state == Activity.State.APPROVED:
        must_arrange(by, fresh)
    else:
        must_be_editable(by, fresh)
    wanted = slots_of(pattern, fresh.edition.zone)
    places = {name: value for name, value in (shared or {}).items() if name in SHARED}
    if series is None:
        target = SessionSeries(activity=fresh)
    else:
        found = fresh.series.filter(pk=series.pk).first()
        if found is None:
            raise Conflict(_("这组时段已被删除。请刷新查看。"), code="deleted")
        target = found
    target.pattern = {**pattern.as_json(), **{name: value for name, value in places.items() if value not in ("", None)}}
    target.save()
    outcome = SeriesOutcome(target)
    _bring_in_line(fresh, outcome, wanted, pattern.capacity, places)
    total = fresh.sessions.count()
    if total > MAX_SESSIONS:
        raise TooMuch(_("一项活动最多 %(count)s 场。") % {"count": MAX_SESSIONS}, code="too_many_sessions")
    judged(fresh)
    record("activity.series", fresh, by, series=target.pk, made=outcome.made, removed=outcome.removed)
    return outcome


def _bring_in_line(
    activity: Activity,
    outcome: SeriesOutcome,
    wanted: Iterable[tuple[datetime, datetime]],
    capacity: int,
    places: Mapping[str, Any],
) -> None:
    have = {session.starts_at: session for session in outcome.series.sessions.all()}
    for start, end in wanted:
        session = have.pop(start, None)
        common = {"booking": Session.Booking.OPEN, "capacity": capacity, **places}
        if session is None:
            session = Session(activity=activity, series=outcome.series)
            put_session(activity, session, {"starts_at": start, "ends_at": end, **common}, is_new=True)
            outcome.made += 1
            continue
        outcome.kept += 1
        if not _is_free(session):
            common = {"capacity": max(capacity, session.capacity or 0)}
        else:
            common["ends_at"] = end
        put_session(activity, session, common)
    for session in have.values():
        if _is_free(session):
            session.delete()
            outcome.removed += 1
        else:
            outcome.held.append(session)


def _is_free(session: Session) -> bool:
    """Whether nobody stands in the way of taking the slot out."""
    try:
        shrink(session, None)
    except Conflict:
        return False
    return True


@transaction.atomic
def remove_series(series: SessionSeries, *, by: User) -> SeriesOutcome:
    """Take a series out: unbooked slots go; booked ones stay as single sessions and are told in ``held``."""
    fresh = locked_activity(series.activity_id)
    if fresh.state == Activity.State.APPROVED:
        must_arrange(by, fresh)
    else:
        must_be_editable(by, fresh)
    outcome = SeriesOutcome(series)
    for session in series.sessions.all():
        if _is_free(session):
            session.delete()
            outcome.removed += 1
        else:
            outcome.held.append(session)
    record("activity.series_remove", fresh, by, series=series.pk, removed=outcome.removed)
    series.delete()
    judged(fresh)
    return outcome
