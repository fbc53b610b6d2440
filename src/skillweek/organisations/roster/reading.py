"""From an uploaded file to rows of named cells, or to a sentence that says what to change (A6)."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import unicodedata
from typing import Final

from django.utils.translation import gettext as _

from skillweek.core.errors import DomainError
from skillweek.organisations.roster.layout import BY_KEY, COLUMNS, REQUIRED

MAX_BYTES: Final = 5 * 1024 * 1024
MAX_ROWS: Final = 2000
_HEADER_WITHIN: Final = 10
_SECONDS: Final = 30
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_INVISIBLE: Final = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u0000-\u0008\u000b\u000c\u000e-\u001f]")
Cells = dict[str, str]
Table = list[list[str]]


def read_roster(name: str, content: bytes) -> list[dict[str, object]]:
    """Return ``[{"row": 2, "cells": {key: text}}, …]`` of the sheet that is a roster; ``row`` as Excel numbers it.

    Takes .xlsx, .xls and .csv by content, not by name. Raises DomainError saying what is wrong with the file.
    """
    if len(content) > MAX_BYTES:
        raise DomainError(_("文件超过 5 MB。名册一般不到 1 MB，请删去图片和多余的工作表后再上传。"), field="file")
    if not content.strip():
        raise DomainError(_("文件是空的，请重新选择。"), field="file")
    for table in read_tables(content):
        found = find_header(table)
        if found is not None:
            return _rows(table, *found)
    raise DomainError(
        _("没有找到表头。请使用下载的模板，第一张工作表的表头要有「单位代码」和「单位名称」两列。"), field="file"
    )


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
    command = [sys.executable, "-m", "skillweek.organisations.roster.sheets", str(cell)]
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
        raise DomainError(_("这不是 Excel 或 CSV 文件。请上传 .xlsx、.xls 或 .csv 格式的名册。"), field="file")
    if "\0" in text:
        raise DomainError(_("这不是 Excel 或 CSV 文件。请上传 .xlsx、.xls 或 .csv 格式的名册。"), field="file")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise DomainError(_("这个 CSV 文件的格式有误。请用 Excel 另存为 .xlsx 后再上传。"), field="file") from error


def _heading(text: str) -> str:
    """A heading without decoration: 「* 手机 （必填）」 → 「手机」."""
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return re.sub(r"\(.*?\)|[\s*:]", "", plain)


def _key_of(text: str) -> str:
    heading = _heading(text).lower()
    for column in COLUMNS:
        if heading in (column.heading.lower(), *(alias.lower() for alias in column.aliases)):
            return column.key
    return ""


def _columns(row: list[str], above: list[str] | None = None) -> dict[str, int]:
    """Column key → index. With ``above``, a heading of two lines (merged cells) is tried too."""
    found: dict[str, int] = {}
    for index in range(max(len(row), len(above or []))):
        lower = row[index] if index < len(row) else ""
        upper = above[index] if above and index < len(above) else ""
        key = _key_of(lower) or (_key_of(upper) if not lower.strip() else "")
        if not key:
            continue
        if key in found:
            text = _("表头里有两列「%(heading)s」，请只留一列。") % {"heading": BY_KEY[key].heading}
            raise DomainError(text, field="file")
        found[key] = index
    return found if all(key in found for key in REQUIRED) else {}


def find_header(table: Table) -> tuple[int, dict[str, int]] | None:
    """Return (index of the first row of data, column key → index), or None when the sheet is no roster."""
    for index, row in enumerate(table[:_HEADER_WITHIN]):
        if columns := _columns(row):
            following = table[index + 1] if index + 1 < len(table) else []
            if "phone" not in columns and (both := _columns(following, row)) and len(both) > len(columns):
                return index + 2, both
            return index + 1, columns
        if index and (columns := _columns(row, table[index - 1])):
            return index + 1, columns
    return None


def _rows(table: Table, start: int, columns: dict[str, int]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for number, row in enumerate(table[start:], start=start + 1):
        cells = {key: _clean(key, row[index]) if index < len(row) else "" for key, index in columns.items()}
        if not any(cells.values()):
            continue
        if len(rows) >= MAX_ROWS:
            text = _("名册超过 %(limit)s 行。请分成几个文件，分次上传。") % {"limit": MAX_ROWS}
            raise DomainError(text, field="file")
        rows.append({"row": number, "cells": cells})
    if not rows:
        raise DomainError(_("表头下面没有内容。请填写后再上传。"), field="file")
    return rows


def _clean(key: str, text: str) -> str:
    """A cell without what only looks like text; codes, numbers and addresses in half width."""
    text = " ".join(_INVISIBLE.sub("", text).split())
    if key in ("code", "parent", "phone", "email"):
        text = unicodedata.normalize("NFKC", text).replace(" ", "")
    return text[:200]
