"""Public rows made plainly, for pages that only show them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from skillweek.activities.models import Activity, ActivityTag, Session
from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.notices.models import Notice
from skillweek.organisations.models import Organisation


def activity(edition: Edition, organisation: Organisation, title: str = "茶艺体验", **fields: Any) -> Activity:
    """A public activity without sessions; ``audience`` are codes."""
    audience = fields.pop("audience", ())
    fields = {
        "state": Activity.State.APPROVED,
        "published_at": now(),
        "summary": "跟着老师泡一壶茶",
        "is_free": True,
        "person_in_charge": "不公开的负责人",
        "phone_in_charge": "13900001111",
        **fields,
    }
    made = Activity.objects.create(edition=edition, organisation=organisation, title=title, **fields)
    for code in audience:
        ActivityTag.objects.create(activity=made, group="audience", code=code)
    return made


def session(activity: Activity, day: date | None = None, hour: int = 9, *, hours: int = 2, **fields: Any) -> Session:
    """A session of ``activity`` on ``day`` (its edition's first day), in the edition's zone."""
    zone = ZoneInfo(activity.edition.zone)
    start = datetime.combine(day or activity.edition.starts_on, time(hour), tzinfo=zone)
    fields = {
        "place": "示例第一职业学校",
        "address": "示例路1号",
        "district": "siming",
        "latitude": 24.4455,
        "longitude": 118.0825,
        "starts_at": start,
        "ends_at": start + timedelta(hours=hours),
        **fields,
    }
    made = Session(activity=activity, **fields)
    made.set_day()
    made.save()
    return made


def notice(edition: Edition, organisation: Organisation, title: str = "关于举办活动周的通知", **fields: Any) -> Notice:
    """A published notice."""
    content = {"title": title, "body": "<p>各职业院校：</p>"}
    fields = {
        "state": Notice.State.PUBLISHED,
        "published_at": now(),
        "live_at": now(),
        "draft": content,
        "live": content,
        **fields,
    }
    return Notice.objects.create(edition=edition, organisation=organisation, title=title, **fields)
