"""The main tables of an edition as one Excel workbook for people, written row by row with flat memory (A8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import xlsxwriter
from django.db.models import Prefetch, QuerySet

from skillweek.activities.models import Activity, Plan, Session
from skillweek.archive.tables import batches
from skillweek.core.tables.writing import OPTIONS
from skillweek.editions.models import Edition
from skillweek.notices.models import Notice
from skillweek.organisations.models import Organisation
from skillweek.publicity.models import Story
from skillweek.reports.models import DailyReport, ReportItem
from skillweek.statistics.models import FormEntry
from skillweek.summaries.models import Summary

_LAST_ROW: Final = 1_048_575
_LONGEST: Final = 32_000
#: (heading, width, what stands in the cell: text or a number)
Column = tuple[str, int, Callable[[Any], Any]]


def write(path: Path, edition: Edition) -> None:
    """Write the workbook to ``path``."""
    book = xlsxwriter.Workbook(str(path), {**OPTIONS, "constant_memory": True, "tmpdir": str(path.parent)})
    head = book.add_format({"bold": True, "bg_color": "#E8EEF7", "border": 1})
    try:
        for title, columns, rows in _sheets(edition):
            _write_sheet(book, head, title, columns, rows)
    finally:
        book.close()


def _write_sheet(book: Any, head: Any, title: str, columns: Sequence[Column], rows: Iterable[Any]) -> None:
    sheet, number, part = None, _LAST_ROW + 1, 0
    for row in rows:
        if number > _LAST_ROW:
            part += 1
            sheet, number = _new_sheet(book, head, title if part == 1 else f"{title}{part}", columns), 1
        for place, (_name, _width, value_of) in enumerate(columns):
            value = value_of(row)
            if isinstance(value, int) and not isinstance(value, bool):
                sheet.write_number(number, place, value)  # type: ignore[union-attr]
            else:
                sheet.write_string(number, place, str(value if value is not None else "")[:_LONGEST])  # type: ignore[union-attr]
        number += 1
    if sheet is None:
        _new_sheet(book, head, title, columns)


def _new_sheet(book: Any, head: Any, title: str, columns: Sequence[Column]) -> Any:
    sheet = book.add_worksheet(title)
    for place, (_name, width, _value) in enumerate(columns):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, [name for name, _width, _value in columns], head)
    return sheet


def _sheets(edition: Edition) -> Iterator[tuple[str, Sequence[Column], Iterable[Any]]]:
    zone = ZoneInfo(edition.zone)

    def moment(value: datetime | None) -> str:
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M") if value else ""

    yes: dict[Any, str] = {True: "是", False: "", None: ""}
    unit: list[Column] = [
        ("单位", 26, lambda row: row.organisation.name),
        ("单位代码", 14, lambda row: row.organisation.code),
        ("所在区", 10, lambda row: row.organisation.district),
    ]
    state: Column = ("状态", 10, lambda row: row.get_state_display())
    yield "单位", _UNIT_COLUMNS, _rows(Organisation.objects.all())
    yield (
        "方案",
        [*unit, state, ("题目", 40, lambda row: row.title), ("目标", 60, lambda row: row.goals)],
        _rows(Plan.objects.filter(edition=edition).select_related("organisation")),
    )
    yield (
        "活动",
        [
            *unit,
            ("编号", 8, lambda row: row.pk),
            ("活动", 40, lambda row: row.title),
            ("种类", 10, lambda row: row.get_kind_display()),
            state,
            ("亮点", 6, lambda row: yes[row.is_highlight]),
            ("简介", 60, lambda row: row.summary),
        ],
        _rows(Activity.objects.filter(edition=edition).select_related("organisation")),
    )
    yield (
        "场次",
        [
            ("活动编号", 10, lambda row: row.activity_id),
            ("活动", 40, lambda row: row.activity.title),
            ("开始", 18, lambda row: moment(row.starts_at)),
            ("结束", 18, lambda row: moment(row.ends_at)),
            ("地点", 30, lambda row: row.place),
            ("名额", 8, lambda row: row.capacity),
            state,
        ],
        _rows(Session.objects.filter(activity__edition=edition).select_related("activity")),
    )
    yield (
        "每日报送",
        [
            *unit,
            ("日期", 12, lambda row: row.day.isoformat()),
            state,
            ("逾期", 6, lambda row: yes[row.is_late]),
            ("报送时间", 18, lambda row: moment(row.submitted_at)),
            ("备注", 40, lambda row: row.note),
        ],
        _rows(DailyReport.objects.filter(edition=edition).select_related("organisation")),
    )
    yield "材料", _item_columns(yes), _items(edition)
    yield "统计表", _form_columns(edition, unit, state), _forms(edition)
    yield (
        "情况总结",
        [*unit, state, ("标题", 40, lambda row: row.title)],
        _rows(Summary.objects.filter(edition=edition).select_related("organisation")),
    )
    published: Column = ("发布时间", 18, lambda row: moment(row.published_at))
    for title, model in (("通知", Notice), ("故事", Story)):
        rows = model.objects.filter(edition=edition).select_related("organisation")
        yield title, [*unit, ("标题", 50, lambda row: row.title), state, published], _rows(rows)


_UNIT_COLUMNS: Final[list[Column]] = [
    ("单位", 30, lambda row: row.name),
    ("单位代码", 14, lambda row: row.code),
    ("性质", 14, lambda row: row.get_kind_display()),
    ("条线", 12, lambda row: row.get_line_display()),
    ("学校类型", 12, lambda row: row.get_school_type_display()),
    ("所在区", 10, lambda row: row.district),
]


def _item_columns(yes: dict[Any, str]) -> list[Column]:
    return [
        ("单位", 26, lambda row: row.report.organisation.name),
        ("日期", 12, lambda row: row.report.day.isoformat()),
        ("类别", 10, lambda row: row.get_kind_display()),
        ("标题或说明", 50, lambda row: row.caption or row.title),
        ("字数", 8, lambda row: row.word_count),
        ("文件", 30, lambda row: row.file.name if row.file else ""),
        ("SHA-256", 66, lambda row: row.file.sha256 if row.file else ""),
        ("媒体", 20, lambda row: row.outlet),
        ("链接", 40, lambda row: row.link),
        ("亮点", 6, lambda row: yes[row.is_highlight]),
    ]


def _items(edition: Edition) -> Iterator[Any]:
    items = ReportItem.objects.filter(report__edition=edition, removed_at=None)
    return _rows(items.select_related("report__organisation", "file"))


def _form_columns(edition: Edition, unit: list[Column], state: Column) -> list[Column]:
    def cell(code: str) -> Callable[[Any], Any]:
        def value_of(entry: Any) -> Any:
            figure = next((figure for figure in entry.figures.all() if figure.code == code), None)
            return None if figure is None else figure.text or figure.number

        return value_of

    fields = edition.doc.statistics_form.fields
    return [*unit, state, *((field.name, 12, cell(field.code)) for field in fields)]


def _forms(edition: Edition) -> Iterator[Any]:
    entries = FormEntry.objects.filter(edition=edition).select_related("organisation")
    return _rows(entries.prefetch_related(Prefetch("figures")))


def _rows(query: QuerySet[Any]) -> Iterator[Any]:
    for batch in batches(query):
        yield from batch
