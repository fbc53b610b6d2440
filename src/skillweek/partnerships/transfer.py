"""Schedule and intentions as workbooks (E3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from skillweek.core.tables.writing import Book
from skillweek.partnerships.models import Intention, Meeting
from skillweek.partnerships.queries.schedules import talks_of


def _write(name: str, columns: Sequence[tuple[str, int]], lines: Iterable[Sequence[Any]]) -> IO[bytes]:
    """A workbook of one sheet; headings are a file format, so Chinese in every language of the interface."""
    book = Book()
    sheet = book.sheet(name, columns, lines)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    return book.close()


def write_schedule(meeting: Meeting) -> IO[bytes]:
    """One line a talk, in time's order."""
    zone = ZoneInfo(meeting.edition.zone)
    came = {True: "到", False: "未到", None: ""}
    lines = (
        (
            meeting.day.isoformat(),
            f"{talk.slot.starts_at.astimezone(zone):%H:%M}–{talk.slot.ends_at.astimezone(zone):%H:%M}",
            talk.enterprise.table.room if talk.enterprise.table else "",
            talk.enterprise.table.label if talk.enterprise.table else "",
            talk.enterprise.label, talk.guest.label, talk.guest.grade, talk.guest.note, came[talk.came],
        )
        for talk in talks_of(meeting)
    )  # fmt: skip
    columns = (
        ("日期", 12), ("时间", 14), ("房间", 18), ("桌号", 10), ("企业", 28), ("对方", 28), ("学校和年级", 18),
        ("想谈什么", 36), ("到场", 8),
    )  # fmt: skip
    return _write("日程", columns, lines)


def write_intentions(rows: QuerySet[Intention]) -> IO[bytes]:
    """One line an intention with how it stands now."""
    columns = (
        ("学校", 26), ("企业", 28), ("类型", 14), ("内容", 48), ("人数或数量", 10), ("计划完成", 12), ("记录日期", 12),
        ("状态", 10), ("下次跟进", 12), ("最近进展", 40),
    )  # fmt: skip
    return _write("合作意向", columns, _intention_lines(rows))


def _intention_lines(rows: QuerySet[Intention]) -> Iterable[Sequence[Any]]:
    for row in rows.select_related("organisation").prefetch_related("follow_ups").iterator(chunk_size=200):
        latest = row.latest()
        planned = [one.due_on for one in row.follow_ups.all() if one.done_at is None]
        yield (
            row.organisation.name, row.enterprise_name, str(row.get_kind_display()), row.text,
            row.number if row.number is not None else "",
            row.planned_on.isoformat() if row.planned_on else "", row.noted_on.isoformat(),
            str(row.get_now_state_display()), min(planned).isoformat() if planned else "",
            latest.note if latest is not None else "",
        )  # fmt: skip
