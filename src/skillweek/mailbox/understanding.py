"""Who sent a mail for which school about which day, from the mail's own words (C8)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation

_DIGITS: Final = {
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "〇": 0,
    "零": 0,
}
_NUMBER: Final = r"(?:\d{1,2}|[一二两三四五六七八九〇零十]{1,3})"
_RANGE = re.compile(
    rf"(?:\d{{4}}\s*[年./-]\s*)?(?:{_NUMBER}\s*[月./]\s*)?{_NUMBER}\s*[日号]?\s*(?:至|到|—+|–|~|～|-{{1,2}})\s*"
    rf"(?:\d{{4}}\s*[年./-]\s*)?(?:{_NUMBER}\s*[月./]\s*)?{_NUMBER}\s*[日号]"
)
_FULL = re.compile(r"(?<!\d)(\d{4})\s*(?:年|[-./])\s*(\d{1,2})\s*(?:月|[-./])\s*(\d{1,2})(?!\d)\s*[日号]?")
_COMPACT = re.compile(r"(?<!\d)(20\d{2})(0\d|1[0-2])([0-3]\d)(?!\d)")
_MONTH_DAY = re.compile(rf"(?<![\d年])({_NUMBER})\s*月\s*({_NUMBER})\s*[日号]?")
_NUMERIC = re.compile(
    r"(?<![\d.\-/])(\d{1,2})\s*[./-]\s*(\d{1,2})(?![\d.\-/%]|\s*(?:GB|MB|KB|万|元|倍|版))", re.IGNORECASE
)
_DAY = re.compile(rf"(?<![\d月.\-/第])({_NUMBER})\s*[日号](?![线楼])")
_ORDINAL = re.compile(rf"第\s*({_NUMBER})\s*[天日]")
_WEEKDAY = re.compile(r"(?:星期|周|礼拜)([一二三四五六日天])(?!刊|报)")
_RELATIVE: Final = (
    (re.compile(r"前天|前日"), -2),
    (re.compile(r"昨天|昨日|昨晚"), -1),
    (re.compile(r"今天|今日|当天|当日|本日"), 0),
)
_LABELLED = re.compile(r"(?:活动|报送|材料)?(?:日期|时间)\s*[:：]\s*(.{1,30})")
_WEEKDAYS: Final = "一二三四五六日"


def number_of(text: str) -> int:
    """A number up to 99 in digits or Chinese: ``15``, ``十五``, ``二十``; 0 for anything else."""
    if text.isascii() and text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return _DIGITS.get(text, 0) if len(text) == 1 else 0
    return (_DIGITS.get(tens, 0) if tens else 1) * 10 + (_DIGITS.get(ones, 0) if ones else 0)


def days_in(text: str, edition: Edition, received_at: datetime) -> list[date]:
    """The days of the edition that a text names, each once, in their order there.

    ``15日`` is the day of the week that has this number; ``昨天`` counts from the calendar day on which the mail
    arrived in the edition's zone. Spans (``5月14日至20日``) name the week and no day; days outside it are passed over.
    """
    text = unicodedata.normalize("NFKC", text)
    rest = _RANGE.sub("　", text)
    found: list[tuple[int, date]] = []
    spent = rest

    def take(pattern: re.Pattern[str], day_of: object) -> None:
        nonlocal spent
        assert callable(day_of)
        for match in pattern.finditer(spent):
            day = day_of(match)
            if isinstance(day, date) and day in days:
                found.append((match.start(), day))
        spent = pattern.sub(lambda match: "　" * len(match[0]), spent)

    days = edition.days
    arrived = received_at.astimezone(ZoneInfo(edition.zone)).date()
    take(_FULL, lambda match: _day(int(match[1]), int(match[2]), int(match[3])))
    take(_COMPACT, lambda match: _day(int(match[1]), int(match[2]), int(match[3])))
    take(_MONTH_DAY, lambda match: _in_week(days, number_of(match[1]), number_of(match[2])))
    take(_ORDINAL, lambda match: _ordinal(days, number_of(match[1])))
    take(_DAY, lambda match: _in_week(days, 0, number_of(match[1])))
    take(_NUMERIC, lambda match: _in_week(days, int(match[1]), int(match[2])))
    take(_WEEKDAY, lambda match: _weekday(days, match[1]))
    for pattern, offset in _RELATIVE:
        take(pattern, lambda match, offset=offset: arrived + timedelta(days=offset))
    return list(dict.fromkeys(day for _at, day in sorted(found)))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _in_week(days: Sequence[date], month: int, day: int) -> date | None:
    fitting = [one for one in days if one.day == day and month in (0, one.month)]
    return fitting[0] if len(fitting) == 1 else None


def _ordinal(days: Sequence[date], number: int) -> date | None:
    return days[number - 1] if 0 < number <= len(days) else None


def _weekday(days: Sequence[date], sign: str) -> date | None:
    wanted = _WEEKDAYS.index("日" if sign == "天" else sign)
    fitting = [one for one in days if one.weekday() == wanted]
    return fitting[0] if len(fitting) == 1 else None


@dataclass(frozen=True)
class DaySaid:
    """``day`` when the mail names exactly one; else ``candidates`` are those it names, none when it is silent."""

    day: date | None
    candidates: tuple[date, ...] = ()


def day_of_mail(subject: str, text: str, names: Iterable[str], edition: Edition, received_at: datetime) -> DaySaid:
    """The day that a mail is about: what the subject says, else a line like 活动日期：…, else the text's beginning,
    else the names of its files. The first of these that names any day decides.
    """
    label = _LABELLED.search(text)
    head = "\n".join(text.split("\n")[:12])[:600]
    for source in (subject, label[1] if label else "", head, "\n".join(names)):
        found = days_in(source, edition, received_at)
        if len(found) == 1:
            return DaySaid(found[0])
        if found:
            return DaySaid(None, tuple(found))
    return DaySaid(None)


def due_day(edition: Edition, received_at: datetime) -> date | None:
    """The day that schools report at this moment when a mail says nothing: before a day's deadline that day, from
    then on the next (the rule of the reminders). None outside the week.
    """
    arrived = received_at.astimezone(ZoneInfo(edition.zone)).date()
    return next((day for day in edition.days if day <= arrived and received_at <= edition.report_deadline(day)), None)


def school_named(schools: Sequence[Organisation], texts: Iterable[str]) -> Organisation | None:
    """The one school whose name stands in the texts, None for several; a name within a longer one does not count."""
    left = unicodedata.normalize("NFKC", "\n".join(texts))
    names = [(name, school) for school in schools for name in {school.name, school.short_name, school.code} if name]
    found: list[Organisation] = []
    for name, school in sorted(names, key=lambda pair: -len(pair[0])):
        if name in left:
            left = left.replace(name, "\n")
            found += [] if school in found else [school]
    return found[0] if len(found) == 1 else None
