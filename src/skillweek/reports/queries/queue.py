"""What waits for review, in a constant number of queries (C10, C14)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import QueryDict

from skillweek.editions.models import Edition
from skillweek.organisations.access import scope_of, subtree_q
from skillweek.organisations.models import Kind, Organisation
from skillweek.reports.models import DailyReport, ItemComment, ReportItem, ReportVersion
from skillweek.reports.queries.scope import STEP, SchoolFilter

PAGE_SIZE = 25
#: How ``"severity": "error"`` reads in stored JSON, on SQLite and PostgreSQL alike.
_ERROR = '"severity": "error"'
FLAGS = ("late", "errors", "lookalike", "again", "direct")


@dataclass(frozen=True)
class QueueFilter:
    """Which waiting reports to show. ``flags`` are of ``FLAGS``; ``direct`` means schools right below one's unit."""

    schools: SchoolFilter = field(default_factory=SchoolFilter)
    day: date | None = None
    flags: frozenset[str] = frozenset()

    @classmethod
    def from_query(cls, query: QueryDict) -> QueueFilter:
        """Read the filter from a page's query string; nonsense counts as not given."""
        try:
            day = date.fromisoformat(query.get("day", ""))
        except ValueError:
            day = None
        flags = frozenset(flag for flag in query.getlist("flag") if flag in FLAGS)
        return cls(SchoolFilter.from_query(query), day, flags)

    def as_query(self, **extra: Any) -> str:
        """The query string that gives this filter again, with ``extra`` parameters."""
        head = self.schools.as_query(day=self.day.isoformat() if self.day else "", **extra)
        return "&".join([part for part in (head, *(f"flag={flag}" for flag in sorted(self.flags))) if part])

    @property
    def is_set(self) -> bool:
        """Whether anything is restricted."""
        return bool(self.schools.is_set or self.day or self.flags)


@dataclass
class QueueRow:
    """One waiting report with what a reviewer wants to know before opening it."""

    report: DailyReport
    kinds: dict[str, int] = field(default_factory=dict)
    with_errors: bool = False
    lookalike: bool = False
    submissions: int = 1
    open_comments: int = 0

    @property
    def pieces(self) -> list[tuple[str, int]]:
        """(kind's name, how many), in the form's order, without empty kinds."""
        return [(str(kind.label), self.kinds[kind]) for kind in ReportItem.Kind if self.kinds.get(kind)]


def reviewable(user: Any) -> QuerySet[DailyReport]:
    """Reports of schools below the person's bureau roles; drafts stay the school's own."""
    return DailyReport.objects.filter(
        subtree_q(scope_of(user).deciding_paths, "organisation__"), organisation__kind=Kind.SCHOOL
    ).exclude(state=DailyReport.State.DRAFT)


def waiting(user: Any, edition: Edition) -> QuerySet[DailyReport]:
    """Reports of ``edition`` that wait for a decision the person may take, the longest waiting first."""
    return (
        reviewable(user)
        .filter(edition=edition, state=DailyReport.State.SUBMITTED)
        .select_related("organisation")
        .order_by("submitted_at", "pk")
    )


def queue(user: Any, edition: Edition, chosen: QueueFilter) -> QuerySet[DailyReport]:
    """``waiting`` restricted by the filter."""
    reports = waiting(user, edition).filter(chosen.schools.q("organisation__"))
    if chosen.day:
        reports = reports.filter(day=chosen.day)
    if "late" in chosen.flags:
        reports = reports.filter(is_late=True)
    if "errors" in chosen.flags:
        reports = reports.filter(_has_errors())
    if "lookalike" in chosen.flags:
        reports = reports.filter(Exists(_shared_items().filter(report=OuterRef("pk"))))
    if "again" in chosen.flags:
        reports = reports.filter(submitted_at__gt=F("first_submitted_at"))
    if "direct" in chosen.flags:
        reports = reports.filter(_directly_below(user))
    return reports


def _directly_below(user: Any) -> Q:
    condition = Q(pk__in=[])
    for path in scope_of(user).deciding_paths:
        condition |= Q(organisation__path__startswith=path, organisation__depth=len(path) // STEP + 1)
    return condition


def _live() -> QuerySet[ReportItem]:
    return ReportItem.objects.filter(removed_at=None)


def _erroneous() -> QuerySet[ReportItem]:
    return _live().annotate(findings_text=Cast("findings", TextField())).filter(findings_text__contains=_ERROR)


def _has_errors() -> Q:
    return ~Q(error_reason="") | Q(Exists(_erroneous().filter(report=OuterRef("pk"))))


def _shared_items() -> QuerySet[ReportItem]:
    """Live items whose file's very bytes also stand in another live item."""
    same = _live().filter(file__edition=OuterRef("file__edition"), file__sha256=OuterRef("file__sha256"))
    same = same.exclude(pk=OuterRef("pk"))
    return _live().filter(file__isnull=False).exclude(file__sha256="").filter(Exists(same))


def queue_rows(reports: list[DailyReport]) -> list[QueueRow]:
    """Fill one page of reports: five queries whatever their number."""
    rows = {report.pk: QueueRow(report, with_errors=bool(report.error_reason)) for report in reports}
    ids = list(rows)
    for report_id, kind, number in (
        _live().filter(report__in=ids).order_by().values_list("report_id", "kind").annotate(n=Count("pk"))
    ):
        rows[report_id].kinds[kind] = number
    for report_id in _erroneous().filter(report__in=ids).values_list("report_id", flat=True):
        rows[report_id].with_errors = True
    for report_id in _shared_items().filter(report__in=ids).values_list("report_id", flat=True):
        rows[report_id].lookalike = True
    for report_id, number in (
        ReportVersion.objects.filter(report__in=ids).order_by().values_list("report_id").annotate(n=Count("pk"))
    ):
        rows[report_id].submissions = number
    for report_id, number in (
        ItemComment.objects.filter(report__in=ids, resolved_at=None)
        .order_by()
        .values_list("report_id")
        .annotate(n=Count("pk"))
    ):
        rows[report_id].open_comments = number
    return list(rows.values())


def next_waiting(user: Any, report: DailyReport) -> DailyReport | None:
    """The report to read after this one: the next longest waiting, or the first again; None when none is left."""
    others = waiting(user, report.edition).exclude(pk=report.pk)
    if report.submitted_at is not None:
        after = Q(submitted_at__gt=report.submitted_at) | Q(submitted_at=report.submitted_at, pk__gt=report.pk)
        if (following := others.filter(after).first()) is not None:
            return following
    return others.first()


def nearest_reviewers(school: Organisation, user: Any) -> Organisation | None:
    """The unit right above the school when it is not one the person reviews for; None when it is."""
    parent_path = school.path[:-STEP]
    if parent_path in scope_of(user).deciding_paths:
        return None
    parent: Organisation | None = Organisation.objects.filter(path=parent_path).first()
    return parent
