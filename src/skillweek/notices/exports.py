"""Receipts as a workbook (A2)."""

from __future__ import annotations

from datetime import datetime
from typing import IO
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from skillweek.core.clock import now
from skillweek.core.tables.writing import LISTS, Book
from skillweek.notices.models import Notice, Receipt


def receipts_workbook(notice: Notice, rows: QuerySet[Receipt]) -> IO[bytes]:
    """Write ``rows`` and return the open temporary workbook. Times are those of the edition's zone."""
    zone = ZoneInfo(notice.edition.zone)
    made = Book(colour=LISTS, constant_memory=True, remove_timezone=True)
    book, head = made.raw, made.head
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet(_("签收情况"))
    stamp = date_format(now().astimezone(zone), "DATETIME_FORMAT")
    sheet.write_string(0, 0, _("%(title)s · 签收情况 · 截至%(at)s") % {"title": notice.title, "at": stamp})
    titles = [
        _("单位"), _("单位代码"), _("条线"), _("所在区"), _("单位性质"), _("状态"), _("查看时间"), _("查看人"),
        _("签收时间"), _("签收人"), _("逾期"), _("签收版本"), _("提醒次数"), _("最近提醒"),
        _("转发单位"), _("转发说明"),
    ]  # fmt: skip
    sheet.write_row(1, 0, titles, head)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, len(titles) - 1, 16)
    sheet.freeze_panes(2, 1)
    for number, row in enumerate(rows.iterator(chunk_size=500), start=2):
        unit = row.organisation
        words = {
            0: unit.name,
            1: unit.code,
            2: unit.get_line_display() if unit.line else "",
            3: unit.district,
            4: unit.get_kind_display(),
            5: _("已签收") if row.acknowledged_at else _("已查看") if row.seen_at else _("未查看"),
            7: str(row.seen_by or ""),
            9: str(row.acknowledged_by or ""),
            10: _("是") if row.is_late else "",
            14: row.passed_on_by.name if row.passed_on_by else "",
            15: row.passed_on_note,
        }
        times: dict[int, datetime | None] = {6: row.seen_at, 8: row.acknowledged_at, 13: row.reminded_at}
        for column in range(len(titles)):
            if when := times.get(column):
                sheet.write_datetime(number, column, when.astimezone(zone).replace(tzinfo=None), moment)
            elif column == 11:
                sheet.write_number(number, column, row.version)
            elif column == 12:
                sheet.write_number(number, column, row.reminder_count)
            else:
                sheet.write_string(number, column, str(words.get(column, "")))
    return made.close()
