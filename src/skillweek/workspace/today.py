"""What one person has to do today, composed from the rooms: for the schools they file for, and for what they review."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.urls import NoReverseMatch, reverse

from skillweek.core.clock import now, today_in
from skillweek.editions.models import Edition
from skillweek.organisations.access import FILING_ROLES, scope_of
from skillweek.organisations.models import Organisation
from skillweek.reports.models import DailyReport
from skillweek.reports.queries.board import DayCount, day_counts
from skillweek.reports.queries.scope import SchoolFilter, focus_day

_S = DailyReport.State


@dataclass(frozen=True)
class SchoolDay:
    """One day of one school. ``state`` is a name for ``state_badge``; ``url`` leads to filing or reading it."""

    day: date
    state: str
    is_late: bool
    deadline: datetime
    url: str
    note: str = ""
    is_today: bool = False


@dataclass
class SchoolToday:
    """A school's week and what it owes now. ``due`` is the report to file next, if any."""

    school: Organisation
    days: list[SchoolDay] = field(default_factory=list)
    due: SchoolDay | None = None
    returned: list[SchoolDay] = field(default_factory=list)
    missing: list[SchoolDay] = field(default_factory=list)

    @property
    def accepted_count(self) -> int:
        """Days that the line above has accepted."""
        return sum(day.state == _S.ACCEPTED for day in self.days)

    @property
    def all_handed_in(self) -> bool:
        """Whether nothing is owed for the days that have begun."""
        return self.due is None and not self.returned and not self.missing


@dataclass(frozen=True)
class ReviewToday:
    """How the day in focus stands for a reviewer, and how many reports of the whole week wait."""

    count: DayCount
    waiting: int
    days: list[DayCount]


def schools_to_file_for(user: Any) -> list[Organisation]:
    """The schools in which the person may write drafts, in the tree's order."""
    ids = [pk for pk, roles in scope_of(user).roles.items() if roles & FILING_ROLES]
    return list(Organisation.objects.schools().filter(pk__in=ids))


def school_today(edition: Edition, schools: list[Organisation]) -> list[SchoolToday]:
    """Each school's week, in one query for all of them."""
    reports: dict[tuple[int, date], DailyReport] = {
        (report.organisation_id, report.day): report
        for report in DailyReport.objects.filter(edition=edition, organisation__in=schools).only(
            "organisation", "day", "state", "is_late", "decision_note"
        )
    }
    today = today_in(edition.zone)
    result = []
    for school in schools:
        days = [_school_day(edition, school, day, reports.get((school.pk, day)), today) for day in edition.days]
        result.append(_sorted_out(SchoolToday(school, days)))
    return result


def _sorted_out(week: SchoolToday) -> SchoolToday:
    """Put the days into what is returned, what is due next, and what is missing."""
    week.returned = [day for day in week.days if day.state == _S.RETURNED]
    open_days = [day for day in week.days if day.state in ("todo", _S.DRAFT, "missing") and day.url]
    moment = now()
    in_time = [day for day in open_days if day.deadline >= moment]
    if in_time:
        week.due = in_time[0]
    week.missing = [day for day in open_days if day.deadline < moment]
    return week


def _school_day(
    edition: Edition, school: Organisation, day: date, report: DailyReport | None, today: date
) -> SchoolDay:
    deadline = edition.report_deadline(day)
    handed_in = report is not None and report.state != _S.DRAFT
    if handed_in and report is not None:
        state = str(report.state)
    elif day > today:
        state = "upcoming"
    elif deadline < now():
        state = "missing"
    else:
        state = "draft" if report is not None else "todo"
    return SchoolDay(
        day=day,
        state=state,
        is_late=bool(report and report.is_late),
        deadline=deadline,
        url="" if state == "upcoming" else file_url(school, day),
        note=report.decision_note if report is not None and report.state == _S.RETURNED else "",
        is_today=day == today,
    )


def file_url(school: Organisation, day: date) -> str:
    """Where the school writes or reads its report about ``day``."""
    try:
        return reverse("reports:file", kwargs={"organisation_id": school.pk, "day": day})
    except NoReverseMatch:
        return ""


def review_today(user: Any, edition: Edition) -> ReviewToday | None:
    """The reviewer's figures, or None for a person who reviews nothing."""
    if not scope_of(user).deciding_paths:
        return None
    days = day_counts(user, edition, SchoolFilter())
    focus = focus_day(edition)
    return ReviewToday(
        count=next(count for count in days if count.day == focus),
        waiting=sum(count.waiting for count in days),
        days=days,
    )
