"""When a message may go out: quiet hours and bundles, in the edition's zone."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings

from skillweek.editions.models import Edition
from skillweek.notifications.models import ReaderSettings

_DIGEST_AT: Final = time(8, 0)
_SPAN: Final = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


def house_zone() -> ZoneInfo:
    """The zone in which the city lives: the current edition's."""
    edition = Edition.objects.current()
    return ZoneInfo(edition.zone if edition else settings.TIME_ZONE)


def house_hours() -> tuple[time, time] | None:
    """The city's quiet hours for short messages and groups (``QUIET_HOURS``), None when it has none."""
    match = _SPAN.fullmatch(settings.QUIET_HOURS.strip())
    if match is None:
        return None
    first, last = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
    return (first, last) if first != last else None


def own_hours(reader: ReaderSettings | None) -> tuple[time, time] | None:
    """The person's own quiet hours."""
    if reader is None or reader.quiet_from is None or reader.quiet_until is None:
        return None
    return (reader.quiet_from, reader.quiet_until) if reader.quiet_from != reader.quiet_until else None


def after_quiet(moment: datetime, hours: tuple[time, time] | None, zone: ZoneInfo) -> datetime:
    """``moment``, or the end of the quiet hours it falls into. ``hours`` may run over midnight."""
    if hours is None:
        return moment
    first, last = hours
    local = moment.astimezone(zone)
    clock = local.time()
    quiet = first <= clock < last if first < last else clock >= first or clock < last
    if not quiet:
        return moment
    day = local.date() if clock < last else local.date() + timedelta(days=1)
    return datetime.combine(day, last, tzinfo=zone)


def bundle_at(moment: datetime, reader: ReaderSettings, zone: ZoneInfo) -> datetime:
    """When the person's next bundle goes out."""
    local = moment.astimezone(zone)
    if reader.digest == ReaderSettings.Digest.HOURLY:
        return local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    at = reader.digest_at or _DIGEST_AT
    due = datetime.combine(local.date(), at, tzinfo=zone)
    return due if due > moment else datetime.combine(local.date() + timedelta(days=1), at, tzinfo=zone)
