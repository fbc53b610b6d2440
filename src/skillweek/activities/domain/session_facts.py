"""Checking what somebody wants a session's time and place to become (A3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _

from skillweek.activities.models import Session
from skillweek.activities.session_words import FACTS
from skillweek.core.clock import now
from skillweek.core.errors import DomainError

#: A session longer than this is a slip of the date.
_LONGEST: Final = timedelta(days=62)
_TEXTS: Final = {"place": 120, "address": 200, "room": 60, "online_url": 500, "district": 60}
_is_url: Final = URLValidator(schemes=["http", "https"])


def apply_facts(session: Session, new: Mapping[str, Any]) -> None:
    """Set on ``session`` what ``new`` gives (keys of ``FACTS``) and check the whole. Saves nothing.

    Raises DomainError that names the field. An unknown key is a mistake of the caller: KeyError.
    """
    for name in new:
        if name not in FACTS:
            raise KeyError(name)
    before = session.starts_at
    for name, value in new.items():
        setattr(session, name, _text(name, value) if name in _TEXTS else value)
    _check_times(session, before)
    _check_place(session)
    session.set_day()


def _text(name: str, value: Any) -> str:
    text = " ".join(str(value or "").replace("\0", "").split())
    if len(text) > _TEXTS[name]:
        raise DomainError(_("这一项最多 %(limit)s 个字。") % {"limit": _TEXTS[name]}, field=name)
    return text


def _check_times(session: Session, before: datetime | None) -> None:
    start, end = session.starts_at, session.ends_at
    for name, moment in (("starts_at", start), ("ends_at", end)):
        if moment is not None and not is_aware(moment):
            raise DomainError(_("时间缺少时区。"), field=name)
    if start is None:
        if end is not None:
            raise DomainError(_("填了结束时间，还要填开始时间。"), field="starts_at")
        return
    if end is not None and end <= start:
        raise DomainError(_("结束时间要晚于开始时间。"), field="ends_at")
    if end is not None and end - start > _LONGEST:
        raise DomainError(_("一场活动不能超过两个月，请核对日期。"), field="ends_at")
    if start != before and start < now():
        raise DomainError(_("新的开始时间已经过去，请核对日期和时间。"), field="starts_at")
    # Booking ends at the latest when the session begins.
    if session.booking_closes_at is not None and session.booking_closes_at > start:
        session.booking_closes_at = start


def _check_place(session: Session) -> None:
    if session.online_url:
        try:
            _is_url(session.online_url)
        except ValidationError:
            raise DomainError(_("线上链接要以 http:// 或 https:// 开头。"), field="online_url") from None
    codes = {row.code for row in session.activity.edition.doc.districts}
    if session.district and session.district not in codes:
        raise DomainError(_("请从列表里选所在区。"), field="district")
    latitude, longitude = session.latitude, session.longitude
    if (latitude is None) != (longitude is None):
        raise DomainError(_("地图位置要同时有纬度和经度。"), field="latitude")
    if latitude is not None and longitude is not None and not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise DomainError(_("地图位置超出范围，请重新在地图上选点。"), field="latitude")
