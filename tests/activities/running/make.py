"""Real rows of approved activities for tests of what comes after approval."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from skillweek.activities.models import Activity, Session
from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.notices.models import Notice
from skillweek.organisations.models import Organisation

ZONE = ZoneInfo("Asia/Shanghai")
SUNDAY = date(2023, 5, 14)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of May 2023 in Xiamen."""
    return datetime(2023, 5, day, hour, minute, tzinfo=ZONE)


def activity(edition: Edition, organisation: Organisation, **fields: Any) -> Activity:
    """An approved and public activity; ``fields`` override."""
    values: dict[str, Any] = {
        "title": "茶艺体验",
        "state": Activity.State.APPROVED,
        "published_at": now(),
        "first_submitted_at": now(),
        "submitted_at": now(),
        "is_free": True,
        "expected_people": 60,
    }
    return Activity.objects.create(edition=edition, organisation=organisation, **{**values, **fields})


def session(owner: Activity, start: datetime | None = None, *, hours: float = 2, **fields: Any) -> Session:
    """A session of the activity; without ``start`` its time is open."""
    values: dict[str, Any] = {
        "starts_at": start,
        "ends_at": start + timedelta(hours=hours) if start else None,
        "place": "示例第一职业学校",
        "address": "思明区示例路1号",
        "district": "siming",
    }
    made = Session(activity=owner, **{**values, **fields})
    made.set_day()
    made.save()
    return made


def supplement(edition: Edition, host: Organisation, **fields: Any) -> Notice:
    """A published supplement of the host."""
    content = {"title": "关于启动仪式时间地点的补充通知", "body": "<p>现将有关事项通知如下。</p>"}
    values: dict[str, Any] = {
        "title": content["title"],
        "kind": Notice.Kind.SUPPLEMENT,
        "state": Notice.State.PUBLISHED,
        "draft": content,
        "live": content,
        "published_at": now(),
        "live_at": now(),
    }
    return Notice.objects.create(edition=edition, organisation=host, **{**values, **fields})
