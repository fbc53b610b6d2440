"""From the words of a cell to dates, times and numbers (B3)."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, time, timedelta
from typing import Final

#: Excel counts days from here (with its leap year 1900 that never was).
_EXCEL_ZERO: Final = date(1899, 12, 30)


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
