"""The same figures of one unit in one edition after another (A8). Only what is in the database: nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Any, Final

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from skillweek.activities.queries.public import public_activities
from skillweek.bookings.models import CheckIn
from skillweek.core.tables.writing import LISTS, Book
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.press.queries.coverage import confirmed_articles
from skillweek.reports.models import DailyReport
from skillweek.statistics.queries.rollup import Rollup, rollup

#: Editions beside each other on one page.
MOST: Final = 8


@dataclass(frozen=True)
class Cell:
    """One figure in one edition. ``change`` is the difference to the edition before it; None where there is none."""

    number: int | None
    text: str
    change: int | None = None

    @property
    def change_text(self) -> str:
        """``+12`` or ``-3``; empty without a change."""
        return f"{self.change:+d}" if self.change else ""


@dataclass
class Row:
    """One figure through the years, the oldest first."""

    label: str
    unit: str
    cells: list[Cell] = field(default_factory=list)


@dataclass
class Table:
    """``groups`` are (heading, rows)."""

    organisation: Organisation
    editions: list[Edition]
    groups: list[tuple[str, list[Row]]]

    @property
    def is_comparison(self) -> bool:
        """Whether there is anything to compare with."""
        return len(self.editions) > 1


@dataclass
class _Year:
    """What one edition's column is made of."""

    edition: Edition
    rolled: Rollup
    reports: dict[str, int]


def year_on_year(organisation: Organisation) -> Table:
    """The figures of a unit and all schools below it in the last ``MOST`` editions that were ever open."""
    editions = list(Edition.objects.exclude(state=Edition.State.DRAFT).order_by("-starts_on")[:MOST])[::-1]
    years = [_Year(one, rollup(one, organisation), _reports(one, organisation)) for one in editions]
    groups = [(_("平台统计"), _own_rows(organisation, years))]
    fields: dict[str, Any] = {}
    for year in years:  # a later edition's wording of the same code wins
        fields |= {each.code: each for each in year.rolled.fields}
    by_group: dict[str, list[Row]] = {}
    for code, each in fields.items():
        numbers = [
            year.rolled.total.get(code) if code in {one.code for one in year.rolled.fields} else None for year in years
        ]
        by_group.setdefault(each.group, []).append(_row(each.name, each.unit, numbers))
    return Table(organisation, editions, [*groups, *by_group.items()])


def _own_rows(organisation: Organisation, years: list[_Year]) -> list[Row]:
    below = {"organisation__path__startswith": organisation.path}

    def each(count: Callable[[_Year], int | None]) -> list[int | None]:
        return [count(year) for year in years]

    return [
        _row(_("报送过的单位"), _("个"), each(lambda year: year.reports["units"])),
        _row(_("每日报送"), _("份"), each(lambda year: year.reports["handed_in"])),
        _row(_("其中按时"), "%", each(lambda year: _share(year.reports["on_time"], year.reports["handed_in"]))),
        _row(_("已通过"), _("份"), each(lambda year: year.reports["accepted"])),
        _row(_("公开的活动"), _("项"), each(lambda year: public_activities(year.edition).filter(**below).count())),
        _row(_("签到人数"), _("人次"), each(lambda year: _visitors(year.edition, organisation))),
        _row(_("媒体报道"), _("篇"), each(lambda year: year.reports["coverage"])),
        _row(_("已通过的统计表"), _("份"), each(lambda year: year.rolled.accepted_forms)),
    ]


def _reports(edition: Edition, organisation: Organisation) -> dict[str, int]:
    S = DailyReport.State
    reports = DailyReport.objects.filter(edition=edition, organisation__path__startswith=organisation.path)
    there = ~Q(state=S.DRAFT)
    found = reports.aggregate(
        units=Count("organisation", filter=there, distinct=True),
        handed_in=Count("pk", filter=there),
        on_time=Count("pk", filter=there & Q(is_late=False)),
        accepted=Count("pk", filter=Q(state=S.ACCEPTED)),
    )
    return {**found, "coverage": confirmed_articles(edition, organisation).count()}


def _visitors(edition: Edition, organisation: Organisation) -> int:
    came = CheckIn.objects.filter(
        session__activity__edition=edition,
        session__activity__organisation__path__startswith=organisation.path,
        undone_at=None,
    )
    return came.aggregate(n=Sum("people"))["n"] or 0


def _share(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None


def _row(label: str, unit: str, numbers: list[int | None]) -> Row:
    row = Row(str(label), str(unit))
    before: int | None = None
    for number in numbers:
        change = number - before if number is not None and before is not None else None
        row.cells.append(Cell(number, "—" if number is None else f"{number:,}", change))
        before = number if number is not None else before
    return row


def as_excel(table: Table) -> IO[bytes]:
    """The table as an open temporary workbook: a row for each figure, a column for each edition."""
    made = Book(colour=LISTS)
    book, head = made.raw, made.head
    plain = book.add_format({"border": 1})
    sheet = book.add_worksheet(_("历届对比"))
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 36)
    sheet.set_column(2, 2 + len(table.editions), 14)
    sheet.write_row(0, 0, [_("类别"), _("指标"), _("单位"), *(one.title for one in table.editions)], head)
    number = 0
    for group, rows in table.groups:
        for row in rows:
            number += 1
            sheet.write_row(number, 0, [group, row.label, row.unit], plain)
            for place, cell in enumerate(row.cells, start=3):
                if cell.number is None:
                    sheet.write_string(number, place, "", plain)
                else:
                    sheet.write_number(number, place, cell.number, plain)
    sheet.freeze_panes(1, 3)
    return made.close()
