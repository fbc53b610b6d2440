"""From an uploaded file to rows of named cells, or to a sentence that says what to change."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from skillweek.core.errors import DomainError

MAX_BYTES: Final = 5 * 1024 * 1024
HEADER_WITHIN: Final = 10
_SECONDS: Final = 30
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_INVISIBLE: Final = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u0000-\u0008\u000b\u000c\u000e-\u001f]")
Table = list[list[str]]
Row = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """One column of a file: a format, so its headings are Chinese in every language of the interface."""

    key: str
    heading: str
    aliases: tuple[str, ...] = ()
    width: int = 16
    #: Whether line breaks in it mean something.
    is_long: bool = False


@dataclass(frozen=True)
class Layout:
    """The columns of one kind of table, and within which bounds it is read."""

    columns: tuple[Column, ...]
    #: Keys of the columns without which a row is no heading; the first says what a row is about.
    required: tuple[str, ...]
    #: What is said of a file in which no row is our heading (lazy).
    missing: Any
    most_rows: int = 2000
    #: Characters kept of a cell.
    longest: int = 500
    #: What the template's example rows begin with; such rows are passed over. "" for none.
    example: str = "示例"
    #: How many headings a row must have: one known word alone may be a sentence.
    least: int = 1
    #: Whether a heading that stands twice is refused; else the first column counts.
    is_strict: bool = False

    def heading(self, key: str) -> str:
        """The heading of the column with this key; a text that is no key stands for itself."""
        return next((column.heading for column in self.columns if column.key == key), key)

    def key_of(self, text: str) -> str:
        """The key of the column with this heading, or ``""``."""
        plain = heading_of(text)
        return next((c.key for c in self.columns if plain in (c.heading, *c.aliases)), "")


def read_rows(content: bytes, layout: Layout) -> list[Row]:
    """``[{"row": 2, "cells": {key: text}}, …]`` of the first sheet with our headings, empty cells and rows left out;
    ``row`` as Excel numbers it. Raises DomainError (field ``file``) that says what is wrong with the file.
    """
    if len(content) > MAX_BYTES:
        raise DomainError(_("文件超过 5 MB，请删去图片和多余的工作表后再上传。"), field="file")
    if not content.strip():
        raise DomainError(_("文件是空的，请重新选择。"), field="file")
    for table in read_tables(content, cell=layout.longest):
        for index, row in enumerate(table[:HEADER_WITHIN]):
            columns = _columns(row, layout)
            if len(columns) >= layout.least and columns.keys() >= set(layout.required):
                return _rows(table, index + 1, columns, layout)
    raise DomainError(str(layout.missing), field="file")


def _columns(row: list[str], layout: Layout) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, text in enumerate(row):
        key = layout.key_of(text)
        if key in found and layout.is_strict:
            raise heading_twice(layout.heading(key))
        if key:
            found.setdefault(key, index)
    return found


def heading_twice(heading: str) -> DomainError:
    """For a table in which one cannot know which of two columns counts."""
    return DomainError(_("表头里有两列「%(heading)s」，请只留一列。") % {"heading": heading}, field="file")


def _rows(table: Table, start: int, columns: dict[str, int], layout: Layout) -> list[Row]:
    long = {column.key for column in layout.columns if column.is_long}
    rows: list[Row] = []
    for number, row in enumerate(table[start:], start=start + 1):
        cells = {key: clean(row[at], is_long=key in long) for key, at in columns.items() if at < len(row)}
        cells = {key: text for key, text in cells.items() if text}
        if not cells or (layout.example and cells.get(layout.required[0], "").startswith(layout.example)):
            continue
        if len(rows) >= layout.most_rows:
            text = _("表格超过 %(limit)s 行，请分成几个文件上传。") % {"limit": layout.most_rows}
            raise DomainError(text, field="file")
        rows.append({"row": number, "cells": cells})
    if not rows:
        raise DomainError(_("表头下面没有内容。请填写后再上传。"), field="file")
    return rows


def clean(text: str, *, is_long: bool = False) -> str:
    """A cell without what only looks like text; one line unless ``is_long``."""
    text = _INVISIBLE.sub("", text)
    return text.replace("\r\n", "\n").replace("\r", "\n").strip() if is_long else " ".join(text.split())


def heading_of(text: str) -> str:
    """A heading without decoration: 「* 手机 （必填）」 → 「手机」."""
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return re.sub(r"\(.*?\)|[\s*:]", "", plain)


def read_tables(content: bytes, *, cell: int = 500) -> list[Table]:
    """The sheets of a stranger's .xlsx, .xls or .csv as rows of text, told apart by content; a cell holds at most
    ``cell`` characters. Workbooks are read in a bounded process. Raises DomainError when it is none or cannot be read.
    """
    if content.startswith((_ZIP, _OLE)):
        return _sheets(content, cell)
    return [[[text[:cell] for text in row] for row in _csv(content)]]


def _sheets(content: bytes, cell: int) -> list[Table]:
    """Read a workbook in a bounded process of its own."""
    unreadable = DomainError(
        _("这个文件打不开：可能已损坏、加了密码，或表格范围大得异常。请用 Excel 或 WPS 另存为 .xlsx 后再上传。"),
        field="file",
    )
    command = [sys.executable, "-m", "skillweek.core.tables.sheets", str(cell)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=_SECONDS, check=True)
        answer = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise unreadable from error
    if "sheets" not in answer:
        raise unreadable
    tables: list[Table] = answer["sheets"]
    return tables


def _csv(content: bytes) -> Table:
    """Read comma, semicolon or tab separated text in UTF-8, UTF-16 or GB18030."""
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise DomainError(_("这不是 Excel 或 CSV 文件。请上传 .xlsx、.xls 或 .csv 格式的表格。"), field="file")
    if "\0" in text:
        raise DomainError(_("这不是 Excel 或 CSV 文件。请上传 .xlsx、.xls 或 .csv 格式的表格。"), field="file")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise DomainError(_("这个 CSV 文件的格式有误。请用 Excel 另存为 .xlsx 后再上传。"), field="file") from error
