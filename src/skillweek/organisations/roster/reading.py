"""From an uploaded file to rows of named cells, or to a sentence that says what to change (A6)."""

from __future__ import annotations

import unicodedata
from typing import Final

from django.utils.translation import gettext as _

from skillweek.core.errors import DomainError
from skillweek.core.tables.reading import (
    HEADER_WITHIN,
    MAX_BYTES,
    Table,
    clean,
    heading_of,
    heading_twice,
    read_tables,
)
from skillweek.organisations.roster.layout import BY_KEY, COLUMNS, REQUIRED

MAX_ROWS: Final = 2000


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


def _key_of(text: str) -> str:
    heading = heading_of(text).lower()
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
            raise heading_twice(BY_KEY[key].heading)
        found[key] = index
    return found if all(key in found for key in REQUIRED) else {}


def find_header(table: Table) -> tuple[int, dict[str, int]] | None:
    """Return (index of the first row of data, column key → index), or None when the sheet is no roster."""
    for index, row in enumerate(table[:HEADER_WITHIN]):
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
    text = clean(text)
    if key in ("code", "parent", "phone", "email"):
        text = unicodedata.normalize("NFKC", text).replace(" ", "")
    return text[:200]
