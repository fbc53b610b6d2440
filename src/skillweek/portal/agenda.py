"""The calendar: one line for each activity and day, however many sessions it has there (B6, B7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.utils.translation import gettext as _

from skillweek.activities.models import Activity, Session
from skillweek.activities.queries.public import ActivityFilter, public_activities
from skillweek.core.clock import now, today_in
from skillweek.editions.models import Edition
from skillweek.portal.finding import free_places

#: Days side by side in the week view.
WEEK: Final = 7
#: Lines of a day in the week view before 「还有」.
FEW: Final = 8
PER_PAGE: Final = 50
_NOON, _EVENING = 12, 18
#: Days from the week's start beyond which an address asks for nonsense.
_FAR: Final = 370


@dataclass(eq=False)
class Line:
    """An activity on one day: from the first beginning to the last end. ``day`` None: to be announced."""

    activity_id: int
    day: date | None
    starts_at: datetime | None
    ends_at: datetime | None
    sessions: int
    is_cancelled: bool
    is_online: bool
    place: str
    is_over: bool
    activity: Activity = field(init=False)

    def hours(self, zone: str) -> tuple[str, str]:
        """09:00 and 11:30 in the edition's zone; empty where not known."""
        local = [moment.astimezone(ZoneInfo(zone)) if moment else None for moment in (self.starts_at, self.ends_at)]
        start, end = (f"{moment:%H:%M}" if moment else "" for moment in local)
        return start, end

    @property
    def whereabouts(self) -> str:
        """Who and where, each once: 示例第一职业学校 · 湖里社区."""
        who = str(self.activity.organisation)
        if self.is_online:
            return f"{who} · {_('线上')}"
        return self.place if who in self.place else f"{who} · {self.place}" if self.place else who

    def part_of_day(self, zone: str) -> str:
        """``morning``, ``afternoon``, ``evening``, or ``open``."""
        if self.starts_at is None:
            return "open"
        hour = self.starts_at.astimezone(ZoneInfo(zone)).hour
        return "morning" if hour < _NOON else "afternoon" if hour < _EVENING else "evening"


def lines_of(wanted: ActivityFilter, edition: Edition, *, days: tuple[date, date] | None = None) -> list[Line]:
    """Every line that fits, by day and time, those to be announced last. One query; ``attach`` adds the activities."""
    free = free_places()
    fitting = wanted.activities(public_activities(edition), free=free).order_by()
    sessions = wanted.sessions(Session.objects.filter(activity__in=fitting), free=free).order_by()
    if days:
        sessions = sessions.filter(day__range=days)
    moment = now()
    return [
        Line(
            activity_id=row["activity_id"],
            day=row["day"],
            starts_at=row["first"],
            ends_at=row["last"],
            sessions=row["n"],
            is_cancelled=row["off"] == row["n"] or row["activity__cancelled_at"] is not None,
            is_online=row["online"] == row["n"],
            place=row["one_place"] if row["places"] == 1 else "",
            is_over=bool((end := row["last"] or row["first"]) and end < moment),
        )
        for row in _grouped(sessions)
    ]


def _grouped(sessions: QuerySet[Session]) -> Iterable[dict[str, Any]]:
    rows: Iterable[Any] = (
        sessions.values("activity_id", "day", "activity__cancelled_at")
        .annotate(
            first=Min("starts_at"),
            last=Max("ends_at"),
            n=Count("pk"),
            off=Count("pk", filter=Q(state=Session.State.CANCELLED)),
            online=Count("pk", filter=Q(is_online=True)),
            places=Count("place", distinct=True),
            one_place=Min("place"),
        )
        .order_by(F("day").asc(nulls_last=True), "first", "activity_id")
    )
    return rows


def attach(lines: Iterable[Line]) -> None:
    """Give lines their activities: one query, only what a line shows."""
    wanted = list(lines)
    columns = ("title", "is_highlight", "cancelled_at", "organisation__name", "organisation__short_name")
    found = (
        Activity.objects.select_related("organisation").only(*columns).in_bulk({line.activity_id for line in wanted})
    )
    for line in wanted:
        line.activity = found[line.activity_id]


@dataclass
class Day:
    """One day with its lines; ``hidden`` are not shown here."""

    day: date | None
    lines: list[Line]
    total: int

    @property
    def hidden(self) -> int:
        """How many lines are left out."""
        return self.total - len(self.lines)


def by_day(lines: Iterable[Line], days: Iterable[date | None], *, few: int | None = None) -> list[Day]:
    """The days asked for, also empty ones, each with its lines (at most ``few``: those not over come first)."""
    groups: dict[date | None, list[Line]] = {day: [] for day in days}
    for line in lines:
        if line.day in groups:
            groups[line.day].append(line)
    return [Day(day, _first(group, few), len(group)) for day, group in groups.items()]


def _first(lines: list[Line], few: int | None) -> list[Line]:
    if few is None or len(lines) <= few:
        return lines
    kept = sorted(lines, key=lambda line: (line.is_over, line.is_cancelled))[:few]
    return [line for line in lines if line in kept]


def shown_day(wanted: ActivityFilter, edition: Edition) -> date:
    """The day to open the calendar at: the one asked for, else today within the week, else its first."""
    if wanted.day and abs((wanted.day - edition.starts_on).days) <= _FAR:
        return wanted.day
    today = today_in(edition.zone)
    return today if edition.starts_on <= today <= edition.ends_on else edition.starts_on


def week_around(day: date, edition: Edition) -> list[date]:
    """The seven days with ``day`` in them, counted from the edition's first day; the edition's own days if fewer."""
    start = edition.starts_on + timedelta(days=(day - edition.starts_on).days // WEEK * WEEK)
    week = [start + timedelta(days=n) for n in range(WEEK)]
    own = [one for one in week if edition.starts_on <= one <= edition.ends_on]
    return own or week
