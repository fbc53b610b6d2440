"""Coverage as a workbook: units by day, and the shares of the notice's lists (B6)."""

from __future__ import annotations

from typing import IO, Any, Final
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from skillweek.activities import offers
from skillweek.activities.queries.coverage import APPROVED, DRAFT, NOTHING, PENDING, Cell, Row, roll_of, rows_of
from skillweek.activities.queries.shares import shares_of
from skillweek.activities.queries.units import UnitFilter
from skillweek.core.clock import now
from skillweek.core.tables.writing import LISTS, Book
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation

#: Units read at a time.
_BATCH: Final = 500
_COLOURS: Final = {APPROVED: "#D5EDDB", PENDING: "#DCEBFA", DRAFT: "#EDEDED", NOTHING: "#F4C7C3"}


def export_coverage(user: Any, edition: Edition, chosen: UnitFilter, of_shares: UnitFilter) -> IO[bytes]:
    """Write what the two pages show under their filters, all pages of it, and return the open temporary workbook."""
    made = Book(colour=LISTS, constant_memory=True)
    book, head = made.raw, made.head
    _matrix(book, head, user, edition, chosen)
    _shares(book, head, user, edition, of_shares)
    return made.close()


def cell_words(cell: Cell) -> str:
    """已通过 2 · 待审核 1 · 草稿 1, or 空白."""
    parts = ((_("已通过"), cell.approved), (_("待审核"), cell.submitted), (_("草稿"), cell.draft))
    return " · ".join(f"{word} {number}" for word, number in parts if number) or _("空白")


def _matrix(book: Any, head: Any, user: Any, edition: Edition, chosen: UnitFilter) -> None:
    sheet = book.add_worksheet(_("覆盖"))
    formats = {level: book.add_format({"bg_color": colour, "border": 1}) for level, colour in _COLOURS.items()}
    counts = offers.counts_people()
    titles = [_("单位"), _("单位代码"), _("所在区"), _("条线"), _("学校类型")]
    titles += [date_format(day, "MONTH_DAY_FORMAT") for day in edition.days]
    titles += [_("空白天数"), _("活动数"), _("特色活动"), _("亮点"), _("联合举办"), _("预计人数")]
    titles += [_("预约人数"), _("到场人数"), _("反馈条数"), _("平均星级")] if counts else []
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, len(titles) - 1, 13)
    sheet.freeze_panes(2, 1)
    stamp = date_format(now().astimezone(ZoneInfo(edition.zone)), "DATETIME_FORMAT")
    sheet.write_string(0, 0, _("%(title)s · 活动覆盖 · 截至%(at)s") % {"title": edition.title, "at": stamp})
    sheet.write_row(1, 0, titles, head)
    shown = roll_of(user, edition, chosen).shown
    number = 2
    for start in range(0, len(shown), _BATCH):
        batch = shown[start : start + _BATCH]
        units = Organisation.objects.in_bulk(batch)
        for row in rows_of(edition, [units[pk] for pk in batch if pk in units]):
            _row(sheet, number, row, formats, counts)
            number += 1


def _row(sheet: Any, number: int, row: Row, formats: dict[int, Any], counts: bool) -> None:
    unit = row.unit
    words = [
        unit.name,
        unit.code,
        unit.district,
        unit.get_line_display() if unit.line else "",
        unit.get_school_type_display() if unit.school_type else "",
    ]
    for column, word in enumerate(words):
        sheet.write_string(number, column, str(word))
    for column, cell in enumerate(row.cells, start=len(words)):
        sheet.write_string(number, column, cell_words(cell), formats[cell.level])
    figures: list[float] = [len(row.gaps), row.activities, row.features, row.highlights, row.joint, row.expected]
    if counts:
        reached = row.reached
        figures += [reached.booked, reached.attended, reached.feedback, round(reached.stars or 0, 1)]
    for column, figure in enumerate(figures, start=len(words) + len(row.cells)):
        sheet.write_number(number, column, figure)


def _shares(book: Any, head: Any, user: Any, edition: Edition, chosen: UnitFilter) -> None:
    sheet = book.add_worksheet(_("分类占比"))
    sheet.set_column(0, 1, 24)
    sheet.write_row(0, 0, [_("分类"), _("项目"), _("活动数"), _("占比（%）")], head)
    _whole, groups = shares_of(user, edition, chosen)
    number = 1
    for group in groups:
        for share in group.shares:
            sheet.write_string(number, 0, group.title)
            sheet.write_string(number, 1, share.name)
            sheet.write_number(number, 2, share.number)
            sheet.write_number(number, 3, share.percent)
            number += 1
