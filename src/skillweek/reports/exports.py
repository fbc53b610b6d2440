"""The board as a workbook: one sheet of schools by day, one of totals (C9, C13)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from skillweek.core.clock import now
from skillweek.core.tables.writing import LISTS, Book
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.reports.queries.board import Cell, Row, board_rows, board_schools
from skillweek.reports.queries.scope import SchoolFilter
from skillweek.reports.queries.states import CellState
from skillweek.reports.queries.totals import sum_of, totals

#: Schools read at a time.
_BATCH = 500
_COLOURS = {
    CellState.ACCEPTED: "#D5EDDB",
    CellState.ON_TIME: "#DCEBFA",
    CellState.LATE: "#FCEFC9",
    CellState.RETURNED: "#F9DCD3",
    CellState.DRAFT: "#EDEDED",
    CellState.MISSING: "#F4C7C3",
    CellState.PENDING: "#FFFFFF",
}


def export_board(
    user: Any, edition: Edition, chosen: SchoolFilter, *, day: date, state: str = "", sort: str = ""
) -> IO[bytes]:
    """Write what the board shows under these filters, all pages of it, and return the open temporary workbook."""
    made = Book(colour=LISTS, constant_memory=True)
    book, head = made.raw, made.head
    _board_sheet(book, head, user, edition, chosen, day=day, state=state, sort=sort)
    _totals_sheet(book, head, user, edition, chosen)
    return made.close()


def _rows(user: Any, edition: Edition, chosen: SchoolFilter, *, day: date, state: str, sort: str) -> Iterator[Row]:
    schools: Iterator[Organisation] = board_schools(user, edition, chosen, state=state, day=day, sort=sort).iterator(
        chunk_size=_BATCH
    )
    while batch := list(islice(schools, _BATCH)):
        yield from board_rows(edition, batch, day)


def _board_sheet(book: Any, head: Any, user: Any, edition: Edition, chosen: SchoolFilter, **view: Any) -> None:
    sheet = book.add_worksheet(_("看板"))
    formats = {state: book.add_format({"bg_color": colour, "border": 1}) for state, colour in _COLOURS.items()}
    titles = [_("单位"), _("单位代码"), _("所在区"), _("条线"), _("学校类型")]
    titles += [date_format(day, "MONTH_DAY_FORMAT") for day in edition.days]
    titles += [_("按时次数"), _("逾期次数"), _("未报次数")]
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, len(titles) - 1, 12)
    sheet.freeze_panes(2, 1)
    stamp = date_format(now().astimezone(ZoneInfo(edition.zone)), "DATETIME_FORMAT")
    sheet.write_string(0, 0, _("%(title)s · 报送情况 · 截至%(at)s") % {"title": edition.title, "at": stamp})
    sheet.write_row(1, 0, titles, head)
    for number, row in enumerate(_rows(user, edition, chosen, **view), start=2):
        school = row.school
        words = [
            school.name,
            school.code,
            school.district,
            school.get_line_display() if school.line else "",
            school.get_school_type_display() if school.school_type else "",
        ]
        for column, word in enumerate(words):
            sheet.write_string(number, column, str(word))
        for column, cell in enumerate(row.cells, start=len(words)):
            sheet.write_string(number, column, cell_words(cell), formats[cell.state])
        column = len(words) + len(row.cells)
        sheet.write_number(number, column, sum(bool(cell.report_id) and not cell.is_late for cell in row.cells))
        sheet.write_number(number, column + 1, sum(cell.is_late for cell in row.cells))
        overdue = now()
        missing = sum(cell.is_owing and edition.report_deadline(cell.day) < overdue for cell in row.cells)
        sheet.write_number(number, column + 2, missing)


def cell_words(cell: Cell) -> str:
    """A square in words: its state, 逾期 if it came late, 亮点 if it is marked."""
    words = [str(cell.state.label)]
    if cell.is_late and cell.state != CellState.LATE:
        words.append(_("逾期"))
    if cell.is_highlight:
        words.append(_("亮点"))
    return " · ".join(words)


def _totals_sheet(book: Any, head: Any, user: Any, edition: Edition, chosen: SchoolFilter) -> None:
    sheet = book.add_worksheet(_("汇总"))
    sheet.set_column(0, 1, 16)
    sheet.freeze_panes(1, 0)
    titles = [_("所在区"), _("日期"), _("应报"), _("按时"), _("逾期"), _("未报"), _("退回"), _("通过")]
    sheet.write_row(0, 0, titles, head)
    parts = totals(user, edition, chosen, group="district")
    whole = sum_of(parts)
    number = 1
    for part in [*parts, *([whole] if whole else [])]:
        for day in part.days:
            sheet.write_string(number, 0, part.label)
            sheet.write_string(number, 1, day.day.isoformat())
            figures = (day.expected, day.on_time, day.late, day.missing, day.returned, day.accepted)
            for column, figure in enumerate(figures, start=2):
                sheet.write_number(number, column, figure)
            number += 1
