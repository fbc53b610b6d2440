"""What the wall screen shows: only sums, and highlights that are public anyway (C13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from skillweek.activities.models import Activity
from skillweek.core.clock import now, today_in
from skillweek.editions.models import Edition
from skillweek.editions.schema_closing import FormField
from skillweek.organisations.models import Organisation
from skillweek.reports.queries.board import DayCount
from skillweek.reports.queries.scope import focus_day
from skillweek.reports.queries.totals import week_of
from skillweek.statistics.charts import Chart
from skillweek.statistics.queries.dashboard import coverage_fields, district_chart, people_chart, sessions_chart
from skillweek.statistics.queries.days import days_of
from skillweek.statistics.queries.highlights import public_highlights
from skillweek.statistics.queries.reach import Reach
from skillweek.statistics.queries.rollup import Rollup, rollup


@dataclass(frozen=True)
class Wall:
    """``phase`` is before, during or after; ``number`` the days left, the number of the day, or the days since."""

    edition: Edition
    root: Organisation
    at: datetime
    phase: str
    number: int
    #: The day that ``reports`` is about; None: the whole week.
    day: date | None
    reports: DayCount
    activities: int
    activities_accepted: int
    sessions: int
    sessions_today: int
    people: int
    people_today: int
    coverage: int
    charts: list[Chart]
    highlights: list[Activity]


def wall_of(edition: Edition, root: Organisation) -> Wall:
    """Count everything at this moment; figures of the form are the roll-up's."""
    reach = Reach(root)
    today = today_in(edition.zone)
    found = rollup(edition, root, group="district")
    days = days_of(edition, reach)
    focus = focus_day(edition)
    by_day = {each.day: each for each in days}
    running = by_day.get(today)
    main = _activities(found)
    phase, number = _phase(edition, today)
    day = None if phase == "after" else focus
    reports = by_day[focus].reports if day else week_of([each.reports for each in days])
    charts = [sessions_chart(days), people_chart(days)]
    if main is not None:
        charts.append(district_chart(found, main, accepted_only=False))
    return Wall(
        edition=edition, root=root, at=now(), phase=phase, number=number, day=day, reports=reports,
        activities=found.total.get(main.code, 0) if main else 0,
        activities_accepted=found.accepted.get(main.code, 0) if main else 0,
        sessions=sum(each.sessions for each in days), sessions_today=running.sessions if running else 0,
        people=sum(each.people for each in days), people_today=running.people if running else 0,
        coverage=sum(found.total.get(each.code, 0) for each in coverage_fields(edition)),
        charts=charts, highlights=list(public_highlights(edition, reach)),
    )  # fmt: skip


def _activities(found: Rollup) -> FormField | None:
    """The form's field that counts activities, or else its first."""
    counting = (each for each in found.fields if each.prefill == "activities.count")
    return next(counting, next(iter(found.fields), None))


def _phase(edition: Edition, today: date) -> tuple[str, int]:
    if today < edition.starts_on:
        return "before", (edition.starts_on - today).days
    if today > edition.ends_on:
        return "after", (today - edition.ends_on).days
    return "during", (today - edition.starts_on).days + 1
