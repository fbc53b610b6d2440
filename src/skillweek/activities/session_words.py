"""A session's time and place as plain facts, and the same in words (A3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from skillweek.activities.models import Session, SessionChange
from skillweek.core.templatetags.ui import weekday

#: What a change may touch, and what is kept of it before and after.
FACTS: Final = (
    "starts_at",
    "ends_at",
    "is_online",
    "online_url",
    "place",
    "address",
    "room",
    "district",
    "latitude",
    "longitude",
)
_TIMES: Final = frozenset({"starts_at", "ends_at"})


def facts_of(session: Session) -> dict[str, Any]:
    """The session's time, place and state as JSON: times in ISO 8601, UTC."""
    facts: dict[str, Any] = {"state": session.state}
    for name in FACTS:
        value = getattr(session, name)
        facts[name] = value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
    return facts


def time_words(facts: Mapping[str, Any], zone: str) -> str:
    """5月14日 周日 09:00–11:30, or 时间待定."""
    start, end = (_moment(facts.get(name), zone) for name in ("starts_at", "ends_at"))
    if start is None:
        return _("时间待定")
    words = f"{date_format(start, 'MONTH_DAY_FORMAT')} {weekday(start)} {start:%H:%M}"
    if end is None:
        return words
    if end.date() == start.date():
        return f"{words}–{end:%H:%M}"
    return f"{words} – {date_format(end, 'MONTH_DAY_FORMAT')} {end:%H:%M}"


def place_words(facts: Mapping[str, Any]) -> str:
    """线上, or the place with room and address, or 地点待定."""
    if facts.get("is_online"):
        url = facts.get("online_url") or ""
        return _("线上") + (f"（{url}）" if url else "")
    place = " ".join(part for part in (facts.get("place"), facts.get("room")) if part)
    address = facts.get("address") or ""
    if not place and not address:
        return _("地点待定")
    return f"{place}（{address}）" if place and address else place or address


def _moment(value: Any, zone: str) -> datetime | None:
    if not value:
        return None
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment.astimezone(ZoneInfo(zone))


@dataclass(frozen=True)
class Difference:
    """One thing that became another, in words; either is empty when there was nothing."""

    label: str
    old: str
    new: str


def differences(change: SessionChange, zone: str) -> list[Difference]:
    """What the change did, in words: time, place, state; only what differs."""
    old, new = change.old, change.new
    rows = [
        Difference(_("时间"), time_words(old, zone), time_words(new, zone)),
        Difference(_("地点"), place_words(old), place_words(new)),
        Difference(_("状态"), _state(old), _state(new)),
    ]
    return [row for row in rows if row.old != row.new]


def _state(facts: Mapping[str, Any]) -> str:
    labels = {str(value): str(label) for value, label in Session.State.choices}
    return labels.get(str(facts.get("state") or Session.State.PLANNED), "")
