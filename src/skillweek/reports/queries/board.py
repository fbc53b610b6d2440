"""Organisation × day at a glance, in a constant number of queries (C9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    FilteredRelation,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.reports.models import DailyReport, Reminder
from skillweek.reports.queries.scope import SchoolFilter, reports_below, schools_below
from skillweek.reports.queries.states import HANDED_IN, ICONS, URGENCY, CellState, cell_state

PAGE_SIZE = 60
#: The names of ``counts``.
COUNTED = ("on_time", "late", "returned", "accepted")
_S = DailyReport.State


@dataclass(frozen=True)
class Cell:
    """One school on one day. ``report_id`` is 0 when there is nothing to read; drafts are not read by others."""

    day: date
    state: CellState
    report_id: int = 0
    is_late: bool = False
    is_highlight: bool = False
    with_errors: bool = False
    submitted_at: datetime | None = None
    reminded: int = 0
    reminded_at: datetime | None = None

    @property
    def icon(self) -> str:
        """Its bootstrap-icons name."""
        return ICONS[self.state]

    @property
    def is_owing(self) -> bool:
        """Whether the school still has to hand in this day."""
        return self.state in (CellState.DRAFT, CellState.MISSING, CellState.PENDING)


@dataclass(frozen=True)
class Row:
    """One school with a cell for each day of the edition, and the cell of the day in focus."""

    school: Organisation
    cells: list[Cell]
    focus: Cell


@dataclass(frozen=True)
class DayCount:
    """How one day stands over all filtered schools. ``on_time + late + missing == expected``."""

    day: date
    deadline: datetime
    is_due: bool
    expected: int
    on_time: int = 0
    late: int = 0
    returned: int = 0
    accepted: int = 0

    @property
    def handed_in(self) -> int:
        """Schools that handed in, on time or late."""
        return self.on_time + self.late

    @property
    def missing(self) -> int:
        """Schools that have not handed in, whether or not the deadline has passed."""
        return max(self.expected - self.handed_in, 0)

    @property
    def waiting(self) -> int:
        """Handed in and not yet decided."""
        return max(self.handed_in - self.returned - self.accepted, 0)

    @property
    def percent(self) -> int:
        """Handed in, of all expected, rounded down."""
        return self.handed_in * 100 // self.expected if self.expected else 0


def board_schools(
    user: Any, edition: Edition, chosen: SchoolFilter, *, state: str = "", day: date, sort: str = ""
) -> QuerySet[Organisation]:
    """The board's schools: in the person's reach and filtered.

    In the tree's order, or with ``sort="state"`` those most urgent on ``day`` first.
    """
    schools: QuerySet[Organisation] = schools_below(user).filter(chosen.q())
    overdue = now() > edition.report_deadline(day)
    if state in CellState.values:
        schools = _with_state(schools, edition, day, CellState(state), overdue)
    if sort == "state":
        rank = {state: number for number, state in enumerate(URGENCY)}
        # One join for all schools; a subquery per school costs seconds for a whole country.
        of_day = FilteredRelation("reports", condition=Q(reports__edition=edition, reports__day=day))
        schools = schools.annotate(of_day=of_day).annotate(
            rank=Case(
                When(of_day__state=_S.ACCEPTED, then=Value(rank[CellState.ACCEPTED])),
                When(of_day__state=_S.SUBMITTED, of_day__is_late=True, then=Value(rank[CellState.LATE])),
                When(of_day__state=_S.SUBMITTED, then=Value(rank[CellState.ON_TIME])),
                When(of_day__state=_S.RETURNED, then=Value(rank[CellState.RETURNED])),
                When(of_day__state=_S.DRAFT, then=Value(rank[CellState.DRAFT])),
                default=Value(rank[CellState.MISSING]),
                output_field=IntegerField(),
            )
        )
        return schools.order_by("rank", "path")
    return schools


def _with_state(
    schools: QuerySet[Organisation], edition: Edition, day: date, state: CellState, overdue: bool
) -> QuerySet[Organisation]:
    reports = DailyReport.objects.filter(edition=edition, day=day, organisation=OuterRef("pk"))
    conditions: dict[CellState, Q] = {
        CellState.ACCEPTED: Q(state=_S.ACCEPTED),
        CellState.RETURNED: Q(state=_S.RETURNED),
        CellState.DRAFT: Q(state=_S.DRAFT),
        CellState.ON_TIME: Q(state=_S.SUBMITTED, is_late=False),
        CellState.LATE: Q(state=_S.SUBMITTED, is_late=True),
    }
    if state in conditions:
        return schools.filter(Exists(reports.filter(conditions[state])))
    if (state == CellState.PENDING) == overdue:  # nothing can be missing before the deadline, or pending after it
        return schools.none()
    return schools.filter(~Exists(reports))


def board_rows(edition: Edition, schools: Iterable[Organisation], day: date) -> list[Row]:
    """Fill one page of schools with their cells: one query for reports, one for reminders."""
    page = list(schools)
    ids = [school.pk for school in page]
    moment = now()
    deadlines = {each: edition.report_deadline(each) for each in edition.days}
    reports: dict[tuple[int, date], Mapping[str, Any]] = {
        (row["organisation_id"], row["day"]): row
        for row in DailyReport.objects.filter(edition=edition, organisation__in=ids).values(
            "pk", "organisation_id", "day", "state", "is_late", "is_highlight", "error_reason", "submitted_at"
        )
    }
    reminders: dict[tuple[int, date], Mapping[str, Any]] = {
        (row["organisation_id"], row["day"]): row
        for row in Reminder.objects.filter(edition=edition, organisation__in=ids)
        .values("organisation_id", "day")
        .annotate(times=Count("pk"), last=Max("sent_at"))
        .order_by()
    }
    rows = []
    for school in page:
        cells = [
            _cell(each, reports.get((school.pk, each)), reminders.get((school.pk, each)), deadline, moment)
            for each, deadline in deadlines.items()
        ]
        rows.append(Row(school, cells, next(cell for cell in cells if cell.day == day)))
    return rows


def _cell(
    day: date,
    report: Mapping[str, Any] | None,
    reminder: Mapping[str, Any] | None,
    deadline: datetime,
    moment: datetime,
) -> Cell:
    state = cell_state(
        report["state"] if report else None,
        is_late=bool(report and report["is_late"]),
        deadline=deadline,
        moment=moment,
    )
    handed_in = report if report and report["state"] in HANDED_IN else None
    return Cell(
        day=day,
        state=state,
        report_id=handed_in["pk"] if handed_in else 0,
        is_late=bool(handed_in and handed_in["is_late"]),
        is_highlight=bool(handed_in and handed_in["is_highlight"]),
        with_errors=bool(handed_in and handed_in["error_reason"]),
        submitted_at=handed_in["submitted_at"] if handed_in else None,
        reminded=reminder["times"] if reminder else 0,
        reminded_at=reminder["last"] if reminder else None,
    )


def day_counts(user: Any, edition: Edition, chosen: SchoolFilter) -> list[DayCount]:
    """How each day of the edition stands over the person's filtered schools: two queries whatever their number."""
    expected = schools_below(user).filter(chosen.q()).count()
    rows: Iterable[Mapping[str, Any]] = reports_below(user, edition, chosen).values("day").annotate(**counts())
    counted = {row["day"]: {name: row[name] for name in COUNTED} for row in rows}
    moment = now()
    days = []
    for day in edition.days:
        deadline = edition.report_deadline(day)
        days.append(DayCount(day, deadline, moment > deadline, expected, **counted.get(day, {})))
    return days


def counts() -> dict[str, Count]:
    """The aggregates every roll-up of reports shares, by name."""
    return {
        "on_time": Count("pk", filter=Q(state__in=HANDED_IN, is_late=False)),
        "late": Count("pk", filter=Q(state__in=HANDED_IN, is_late=True)),
        "returned": Count("pk", filter=Q(state=_S.RETURNED)),
        "accepted": Count("pk", filter=Q(state=_S.ACCEPTED)),
    }


def board_stamp(edition: Edition) -> str:
    """A short text that changes whenever the board may look different: two indexed look-ups.

    It also changes when a deadline passes, because squares turn from 未到期 to 未报 by themselves.
    """
    moment = now()
    changed = DailyReport.objects.filter(edition=edition).aggregate(last=Max("updated_at"))["last"]
    reminded = Reminder.objects.filter(edition=edition).aggregate(last=Max("pk"))["last"]
    passed = sum(edition.report_deadline(day) < moment for day in edition.days)
    return f"{edition.revision}-{int(changed.timestamp() * 1000) if changed else 0}-{reminded or 0}-{passed}"
