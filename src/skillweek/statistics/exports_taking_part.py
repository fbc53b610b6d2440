"""The table of taking part as a workbook: a line for each unit, totals as formulas (C13)."""

from __future__ import annotations

from typing import IO

from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from skillweek.core.tables.writing import LISTS, Book
from skillweek.editions.models import Edition
from skillweek.statistics.queries.taking_part import TakingPart


def taking_part_as_excel(edition: Edition, found: TakingPart) -> IO[bytes]:
    """An open temporary workbook, at its beginning."""
    made = Book(colour=LISTS)
    book, head = made.raw, made.head
    plain, bold = book.add_format({"border": 1}), book.add_format({"border": 1, "bold": True})
    sheet = book.add_worksheet(_("互动参与"))
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, max(len(found.figures), 1), 14)
    sheet.write(0, 0, edition.title, bold)
    sheet.write(1, 0, _("单位"), head)
    for column, figure in enumerate(found.figures, 1):
        sheet.write(1, column, f"{figure.label}（{figure.unit}）", head)
    for row, line in enumerate(found.units, 2):
        sheet.write(row, 0, line.organisation.name, plain)
        for column, number in enumerate(line.numbers, 1):
            sheet.write_number(row, column, number, plain)
    end = len(found.units) + 2
    sheet.write(end, 0, _("合计"), bold)
    for column, total in enumerate(found.totals, 1):
        letter = xl_col_to_name(column)
        sheet.write_formula(end, column, f"=SUM({letter}3:{letter}{end})", bold, total)
    sheet.freeze_panes(2, 1)
    return made.close()
