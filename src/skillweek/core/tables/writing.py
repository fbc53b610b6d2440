"""Workbooks as Excel, WPS and our own import read them: what people typed stays text, no formula and no link."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any, Final

import xlsxwriter

from skillweek.core.tables.reading import Layout

OPTIONS: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
#: Colour of the headings: tables that people fill in and hand back, and lists that they only read.
TABLES, LISTS = "#D8EEEE", "#E8EEF7"
#: Excel takes drop-down lists of 255 characters.
_MOST_WORDS: Final = 200
_SPARE_ROWS: Final = 500
Line = Sequence[Any]


class Book:
    """A workbook that is being written into a temporary file. ``raw`` is xlsxwriter's, for what is special."""

    def __init__(self, *, colour: str = TABLES, **options: Any) -> None:
        self._file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
        self.raw: Any = xlsxwriter.Workbook(self._file, {**OPTIONS, **options})
        self.head = self.raw.add_format({"bold": True, "bg_color": colour, "border": 1, "text_wrap": True})
        self.text = self.raw.add_format({"num_format": "@", "valign": "top", "text_wrap": True})

    def sheet(
        self, name: str, columns: Iterable[tuple[str, int]], lines: Iterable[Line], *, freeze: tuple[int, int] = (1, 0)
    ) -> Any:
        """A sheet of (heading, width) and lines of cells: numbers as numbers, None left out, the rest as text."""
        sheet = self.raw.add_worksheet(name)
        for index, (heading, width) in enumerate(columns):
            sheet.set_column(index, index, width, self.text)
            sheet.write_string(0, index, heading, self.head)
        sheet.freeze_panes(*freeze)
        for number, cells in enumerate(lines, start=1):
            for index, value in enumerate(cells):
                if isinstance(value, (int, float)):
                    sheet.write_number(number, index, value)
                elif value is not None:
                    sheet.write_string(number, index, str(value), self.text)
        return sheet

    def table(
        self, name: str, layout: Layout, lines: Iterable[Line], *, extra: Iterable[tuple[str, int]] = (),
        choices: Mapping[str, Iterable[str]] | None = None, freeze: tuple[int, int] = (1, 1),
    ) -> Any:  # fmt: skip
        """A sheet that the import reads back, with ``extra`` columns behind it and drop-down lists for ``choices``."""
        columns = [(column.heading, column.width) for column in layout.columns]
        sheet = self.sheet(name, [*columns, *extra], lines, freeze=freeze)
        keys = [column.key for column in layout.columns]
        last = (sheet.dim_rowmax or 0) + _SPARE_ROWS
        for key, words in (choices or {}).items():
            source, index = list(words), keys.index(key)
            if source and sum(map(len, source)) < _MOST_WORDS:
                sheet.data_validation(1, index, last, index, {"validate": "list", "source": source})
        return sheet

    def close(self) -> IO[bytes]:
        """The open file at its beginning; the response closes it."""
        self.raw.close()
        self._file.seek(0)
        return self._file
