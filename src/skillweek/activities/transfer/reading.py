"""From an uploaded file to rows of named cells, and from words to dates, times and numbers (B3)."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, time, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from skillweek.activities.transfer.layout import BY_KEY, CELL, COLUMNS, REQUIRED
from skillweek.core.errors import DomainError
from skillweek.organisations.roster.reading import read_tables

MAX_BYTES: Final = 5 * 1024 * 1024
MAX_ROWS: Final = 2000
_HEADER_WITHIN: Final = 10
_INVISIBLE: Final = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u0000-\u0008\u000b\u000c\u000e-\u001f]")
#: Texts in which a line break means something.
_LONG: Final = frozenset({"description", "how", "safety"})
#: Excel counts days from here (with its leap year 1900 that never was).
_EXCEL_ZERO: Final = date(1899, 12, 30)


def read_activities(content: bytes) -> list[dict[str, Any]]:
    """Return ``[{"row": 2, "cells": {key: text}}, …]`` of the first sheet that is a table of activities.

    ``row`` is as Excel numbers it. Raises DomainError (field ``file``) that says what is wrong with the file.
    """
    if len(content) > MAX_BYTES:
        raise DomainError(_("文件超过 5 MB，请删去图片和多余的工作表后再上传。"), field="file")
    if not content.strip():
        raise DomainError(_("文件是空的，请重新选择。"), field="file")
    for table in read_tables(content, cell=CELL):
        for index, row in enumerate(table[:_HEADER_WITHIN]):
            if columns := _columns(row):
                return _rows(table, index + 1, columns)
    raise DomainError(
        _("没有找到表头。请使用下载的模板，表头要有「活动名称」，以及「日期」或「活动类别」等列。"), field="file"
    )


def _heading(text: str) -> str:
    """A heading without decoration: 「* 日期 （必填）」 → 「日期」."""
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return re.sub(r"\(.*?\)|[\s*:]", "", plain)


def _columns(row: list[str]) -> dict[str, int]:
    """Column key → index; nothing when the row is no heading. One known heading alone may be a sentence."""
    found: dict[str, int] = {}
    for index, text in enumerate(row):
        heading = _heading(text)
        key = next((c.key for c in COLUMNS if heading in (c.heading, *c.aliases)), "")
        if not key:
            continue
        if key in found:
            text = _("表头里有两列「%(heading)s」，请只留一列。") % {"heading": BY_KEY[key].heading}
            raise DomainError(text, field="file")
        found[key] = index
    return found if len(found) > 1 and all(key in found for key in REQUIRED) else {}


def _rows(table: list[list[str]], start: int, columns: dict[str, int]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for number, row in enumerate(table[start:], start=start + 1):
        cells = {key: _clean(key, row[index]) if index < len(row) else "" for key, index in columns.items()}
        if not any(cells.values()):
            continue
        if len(rows) >= MAX_ROWS:
            raise DomainError(_("表格超过 %(limit)s 行，请分成几个文件上传。") % {"limit": MAX_ROWS}, field="file")
        rows.append({"row": number, "cells": {key: text for key, text in cells.items() if text}})
    if not rows:
        raise DomainError(_("表头下面没有内容。请填写后再上传。"), field="file")
    return rows


def _clean(key: str, text: str) -> str:
    text = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if key in _LONG:
        return text.strip()
    return " ".join(text.split())


def read_day(text: str, days: list[date]) -> date | None:
    """2023-05-14, 2023/5/14, 2023年5月14日, 5月14日, 20230514, or Excel's number; None when it is no day.

    A day without a year is the edition's.
    """
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix(" 00:00:00")
    if match := re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(\s*(周|星期).)?", plain):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := re.fullmatch(r"(\d{1,2})[-/.月](\d{1,2})[日号]?(\s*(周|星期).)?", plain):
        return _day(days[0].year, int(match[1]), int(match[2]))
    if match := re.fullmatch(r"(20\d{2})(\d{2})(\d{2})", plain):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if re.fullmatch(r"[34567]\d{4}", plain):
        return _EXCEL_ZERO + timedelta(days=int(plain))
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_times(text: str) -> tuple[time | None, time | None] | None:
    """A time, or two with a dash between; None when it is neither. 9:00, 09:00:00, 9点半, 下午2:30, Excel's part of a
    day.
    """
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    parts = re.split(r"[-–—~至到]", re.sub(r"^\d{4}-\d{2}-\d{2}", "", plain))
    if len(parts) > 2 or not parts[0]:
        return None
    found = [_time(part) for part in parts]
    if any(moment is None for moment in found):
        return None
    return found[0], found[1] if len(found) == 2 else None


def _time(text: str) -> time | None:
    afternoon = text.startswith(("下午", "晚上", "晚"))
    text = re.sub(r"^(上午|下午|早上|中午|晚上|晚)", "", text)
    if match := re.fullmatch(r"0?\.(\d+)(e-\d+)?", text):
        minutes = round(float(f"0.{match[1]}{match[2] or ''}") * 24 * 60)
        return time(minutes // 60, minutes % 60) if minutes < 24 * 60 else None
    match = re.fullmatch(r"(\d{1,2})(?::(\d{2})(?::\d{2}(?:\.\d+)?)?|[点时](半|(\d{1,2})分?)?)", text)
    if match is None:
        return None
    hour = int(match[1])
    minute = 30 if match[3] == "半" else int(match[2] or match[4] or 0)
    if afternoon and hour < 12:
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


def read_number(text: str) -> int | None:
    """A whole number: 1,200 and 200人 too; None for anything else."""
    plain = re.sub(r"[,\s]|[人次个名]+$", "", unicodedata.normalize("NFKC", text))
    return int(plain) if re.fullmatch(r"[0-9]{1,9}", plain) else None


def split_many(text: str) -> list[str]:
    """The entries of a cell with several."""
    return [part for part in re.split(r"[、,，;；/\n]+\s*", text.strip()) if part]
