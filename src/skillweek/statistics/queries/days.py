"""The week day by day: sessions, people at the door, reports and what they say (C9, C13)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Count, Q, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from skillweek.activities.models import Activity, Session
from skillweek.bookings.models import CheckIn
from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.reports.models import DailyReport
from skillweek.reports.queries.board import COUNTED, DayCount, counts
from skillweek.statistics.counting_activities import counted as counted_activities
from skillweek.statistics.counting_reports import counted as counted_reports
from skillweek.statistics.queries.reach import Reach


@dataclass(frozen=True)
class Day:
    """One day of the edition. ``reported`` is a figure of the daily reports that were handed in about it, of which
    ``reported_accepted`` was accepted."""

    day: date
    reports: DayCount
    sessions: int = 0
    people: int = 0
    reported: int = 0
    reported_accepted: int = 0


def activities_of(edition: Edition, reach: Reach) -> QuerySet[Activity]:
    """The activities that count for these schools: approved, neither called off nor taken down."""
    return counted_activities(edition).filter(reach.q())


def days_of(edition: Edition, reach: Reach, figure: str = "") -> list[Day]:
    """Every day of the edition; ``figure`` is the code of a figure of the daily report. At most five queries."""
    activities = activities_of(edition, reach).order_by().values("pk")
    sessions = Session.objects.filter(activity__in=activities, state=Session.State.PLANNED, day__in=edition.days)
    held = dict(sessions.order_by().values_list("day").annotate(number=Count("pk")))
    present = CheckIn.objects.filter(
        undone_at=None, session__activity__in=activities, session__day__in=edition.days
    )  # fmt: skip
    people = dict(present.order_by().values_list("session__day").annotate(number=Sum("people")))
    reported = _reported(edition, reach, figure) if figure else {}
    return [
        Day(
            each.day, each, held.get(each.day, 0), people.get(each.day, 0), *reported.get(each.day, (0, 0))
        )
        for each in report_days(edition, reach)
    ]  # fmt: skip


def report_days(edition: Edition, reach: Reach) -> list[DayCount]:
    """How the daily reports of each day stand: two queries."""
    expected = reach.schools().count()
    found = DailyReport.objects.filter(reach.q(), edition=edition).order_by()
    rows: Iterable[Mapping[str, Any]] = found.values("day").annotate(**counts())
    by_day = {row["day"]: {name: row[name] for name in COUNTED} for row in rows}
    moment = now()
    deadlines = {day: edition.report_deadline(day) for day in edition.days}
    return [DayCount(day, end, moment > end, expected, **by_day.get(day, {})) for day, end in deadlines.items()]


def _reported(edition: Edition, reach: Reach, figure: str) -> dict[date, tuple[int, int]]:
    """day → (all that was handed in, accepted): as ``reports.<figure>`` counts for the form."""
    rows = counted_reports(edition).filter(reach.q(), figures__has_key=figure).order_by()
    value = Cast(KeyTextTransform(figure, "figures"), BigIntegerField())
    sums = rows.values_list("day").annotate(
        all=Sum(value), accepted=Sum(value, filter=Q(state=DailyReport.State.ACCEPTED))
    )
    return {day: (every or 0, accepted or 0) for day, every, accepted in sums}
