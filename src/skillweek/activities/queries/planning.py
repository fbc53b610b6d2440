"""An organisation's plan and activities at a glance (B3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from skillweek.activities.integrity import error_count
from skillweek.activities.models import Activity, Plan, Session
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation

_S = Activity.State


@dataclass
class Row:
    """One activity in a list: its errors and warnings, and its sessions of the day it stands under."""

    activity: Activity
    errors: int = 0
    warnings: int = 0
    sessions: list[Session] = field(default_factory=list)
    #: Of its state for ``state_badge``; ``public`` and ``cancelled`` besides the review's own.
    state: str = ""

    @property
    def first(self) -> Session | None:
        """The earliest session of that day."""
        return self.sessions[0] if self.sessions else None


@dataclass
class DayPlan:
    """One day of the week with what is planned on it; ``day`` None: time to be announced, or outside the week."""

    day: date | None
    rows: list[Row] = field(default_factory=list)
    arrangement: str = ""


@dataclass
class Overview:
    """One organisation's week: its plan (None before it is begun), activities by day, and counts."""

    organisation: Organisation
    plan: Plan | None
    days: list[DayPlan] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Activities that are not cancelled."""
        return sum(not row.activity.is_cancelled for row in self.rows)

    @property
    def handed_in(self) -> int:
        """Those under review or approved."""
        return sum(row.activity.state in (_S.SUBMITTED, _S.APPROVED) for row in self.rows)

    @property
    def approved(self) -> int:
        """Those approved."""
        return sum(row.activity.state == _S.APPROVED for row in self.rows)

    @property
    def broken(self) -> list[Row]:
        """Those still to be handed in that cannot be, because of errors."""
        return [row for row in self.rows if row.errors and row.activity.is_editable and not row.activity.is_cancelled]

    @property
    def empty_days(self) -> list[date]:
        """Days of the week without any activity."""
        return [day.day for day in self.days if day.day is not None and not day.rows]

    @property
    def state(self) -> str:
        """The plan's state, ``todo`` before it is begun."""
        return str(self.plan.state) if self.plan is not None else "todo"


def overviews(organisations: Iterable[Organisation], edition: Edition) -> list[Overview]:
    """Each organisation's week, in three queries for all of them."""
    units = list(organisations)
    plans = {plan.organisation_id: plan for plan in Plan.objects.filter(edition=edition, organisation__in=units)}
    found = {unit.pk: Overview(unit, plans.get(unit.pk)) for unit in units}
    activities = (
        Activity.objects.filter(edition=edition, organisation__in=units)
        .prefetch_related("sessions")
        .order_by("title", "pk")
    )
    for activity in activities:
        found[activity.organisation_id].rows.append(row_of(activity))
    for overview in found.values():
        overview.days = by_day(overview, edition)
    return list(found.values())


def row_of(activity: Activity) -> Row:
    """The activity with how it stands."""
    errors = error_count(activity.findings)
    state = str(activity.state)
    if activity.is_cancelled:
        state = "cancelled"
    elif activity.withdrawn_at is not None:
        state = "withdrawn"
    elif activity.published_at is not None:
        state = "public"
    return Row(activity, errors, len(activity.findings) - errors, state=state)


def by_day(overview: Overview, edition: Edition) -> list[DayPlan]:
    """The week's days in order, then what has no day in it. A series is one line of its day."""
    zone = ZoneInfo(edition.zone)
    arrangements: dict[str, Any] = overview.plan.arrangements if overview.plan is not None else {}
    days = {day: DayPlan(day, arrangement=arrangements.get(day.isoformat(), "")) for day in edition.days}
    other = DayPlan(None)
    for row in overview.rows:
        own: dict[date | None, list[Session]] = {}
        for session in row.activity.sessions.all():
            day = session.starts_at.astimezone(zone).date() if session.starts_at else None
            own.setdefault(day if day in days else None, []).append(session)
        for day, sessions in (own or {None: []}).items():
            line = Row(row.activity, row.errors, row.warnings, sessions, row.state)
            (days[day] if day is not None else other).rows.append(line)
    for plan in days.values():
        plan.rows.sort(key=_begin)
    return [*days.values(), *([other] if other.rows else [])]


def _begin(row: Row) -> Any:
    first = row.first
    return (first.starts_at if first is not None else None) or row.activity.created_at
