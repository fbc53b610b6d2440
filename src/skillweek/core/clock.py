"""The clock and the one place where deadlines are computed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

_real_now = timezone.now
_offset = timedelta()


def now() -> datetime:
    """The present moment, aware, in UTC; in the demo, the moment that the demo's clock shows."""
    return timezone.now()


def real_now() -> datetime:
    """The machine's own time, aware, in UTC, whatever the demo's clock shows: for the life and death of processes."""
    return _real_now()


def shift(offset: timedelta) -> None:
    """Set the demo's clock ``offset`` from the real one, in this process; it ticks on from there.

    Django's own clock moves too, so that row times, deadlines and task times agree. Cookies and signatures, which
    browsers and other programs read, keep real time. Called only when ``SKILLWEEK_CLOCK_OFFSET`` is set in a demo.
    """
    global _offset
    _offset = offset
    timezone.now = (lambda: _real_now() + _offset) if offset else _real_now


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Have the clock start at ``moment`` and tick on from there, then be what it was. Only for loading samples."""
    before = _offset
    shift(moment - _real_now())
    try:
        yield
    finally:
        shift(before)


def is_shifted() -> bool:
    """Whether the clock stands elsewhere than the real one, as only in the demo."""
    return bool(_offset)


def deadline_at(day: date, *, days_after: int, at: time, zone: str) -> datetime:
    """The moment until which something about ``day`` is on time (C1).

    ``days_after`` is counted in calendar days of ``zone`` (an IANA name); ``at`` is wall-clock time there.
    Returns an aware datetime. On time means *not later than* this moment.
    """
    return datetime.combine(day + timedelta(days=days_after), at, tzinfo=ZoneInfo(zone))


def end_of(day: date, zone: str) -> datetime:
    """The moment at which ``day`` ends in ``zone``, aware: until then something due on that day is on time."""
    return deadline_at(day, days_after=1, at=time(0), zone=zone)


def today_in(zone: str) -> date:
    """The calendar day that it is now in ``zone``."""
    return now().astimezone(ZoneInfo(zone)).date()
