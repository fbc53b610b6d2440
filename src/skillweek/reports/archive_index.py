"""The sheets inside an archive: the index of everything, and the lists beside each folder (C13)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from skillweek.core.tables.writing import OPTIONS

#: Excel's last row, less the heading.
_ROWS_PER_SHEET: Final = 1_048_575
INDEX_FILE: Final = "索引.xlsx"
INDEX_COLUMNS: Final = (
    ("单位", 24),
    ("单位代码", 12),
    ("所在区", 10),
    ("条线", 10),
    ("学校类型", 10),
    ("活动日期", 12),
    ("类别", 10),
    ("文件", 60),
    ("标题或说明", 36),
    ("字节数", 12),
    ("SHA-256", 66),
    ("状态", 10),
    ("逾期", 6),
    ("亮点", 6),
    ("检查结果", 40),
    ("审核人", 12),
    ("审核时间", 18),
)


class IndexWriter:
    """Writes the index row by row; memory does not grow with the rows."""

    def __init__(self, path: Path) -> None:
        self._book = xlsxwriter.Workbook(str(path), {**OPTIONS, "constant_memory": True, "tmpdir": str(path.parent)})
        self._head = self._book.add_format({"bold": True, "bg_color": "#E8EEF7", "border": 1})
        self._sheets = 0
        self._row = 0
        self._sheet: Any = None
        self._new_sheet()

    def _new_sheet(self) -> None:
        self._sheets += 1
        self._sheet = self._book.add_worksheet("索引" if self._sheets == 1 else f"索引{self._sheets}")
        for column, (_title, width) in enumerate(INDEX_COLUMNS):
            self._sheet.set_column(column, column, width)
        self._sheet.freeze_panes(1, 0)
        self._sheet.write_row(0, 0, [title for title, _width in INDEX_COLUMNS], self._head)
        self._row = 1

    def add(self, values: Sequence[Any]) -> None:
        """Write one row: a value for each of ``INDEX_COLUMNS``."""
        if self._row > _ROWS_PER_SHEET:
            self._new_sheet()
        for column, value in enumerate(values):
            if isinstance(value, int):
                self._sheet.write_number(self._row, column, value)
            else:
                self._sheet.write_string(self._row, column, str(value)[:32000])
        self._row += 1

    def close(self) -> None:
        """Finish the file."""
        self._book.close()


def small_sheet(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A one-sheet workbook of text, as the judge reads it back (``materials.layout``)."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {**OPTIONS, "in_memory": True})
    sheet = book.add_worksheet()
    head = book.add_format({"bold": True})
    sheet.set_column(0, len(columns) - 1, 28)
    for column, title in enumerate(columns):
        sheet.write_string(0, column, title, head)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            sheet.write_string(number, column, value[:32000])
    book.close()
    return buffer.getvalue()
