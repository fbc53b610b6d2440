"""Activities and plans as a school would fill them in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from skillweek.activities.domain.activities import create_activity, save_activity
from skillweek.activities.domain.plans import open_plan, save_plan
from skillweek.activities.domain.sessions import SessionValues
from skillweek.activities.models import Activity, Plan
from skillweek.editions.domain import change_document
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, User

ZONE = ZoneInfo("Asia/Shanghai")
DESCRIPTION = (
    "<p>家电维修专业师生在社区现场检修电风扇、电饭锅等小家电，并讲解安全用电知识，欢迎社区居民带着家电来参加。</p>"
)
#: Everything that the integrity rules ask of the sample edition.
COMPLETE: dict[str, Any] = {
    "title": "家电维修进社区",
    "description": DESCRIPTION,
    "is_free": True,
    "person_in_charge": "王老师",
    "phone_in_charge": "13800000000",
    "safety_plan": "现场设安全员两名，用电设备专人看护，突发情况立即断电并联系社区医院。",
    "funding_source": "学校年度活动经费",
    "public_benefit": True,
}
PLAN: dict[str, Any] = {
    "title": "示例第一职业学校活动周方案",
    "leader_name": "陈校长",
    "leader_phone": "13900000000",
    "leaders": "组长：陈校长\n副组长：李副校长",
    "safety": "保卫处负责现场秩序，校医值班。",
    "publicity": "公众号和社区宣传栏。",
}


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of May 2023 in Xiamen."""
    return datetime(2023, 5, day, hour, minute, tzinfo=ZONE)


def session_values(day: int = 15, hour: int = 9, **more: Any) -> dict[str, Any]:
    """A two-hour session in a community."""
    return {"starts_at": at(day, hour), "ends_at": at(day, hour + 2), "place": "示例社区广场", **more}


def draft(organisation: Organisation, edition: Edition, by: User, **values: Any) -> Activity:
    """An empty draft with a title."""
    return create_activity(organisation, edition, by=by, title=values.pop("title", "家电维修进社区"), **values)


def complete(organisation: Organisation, edition: Edition, by: User, **values: Any) -> Activity:
    """A draft that breaks no rule; ``values`` override."""
    activity = draft(organisation, edition, by)
    return save_activity(
        activity,
        by=by,
        expected_version=activity.version,
        values={**COMPLETE, **values},
        sessions=[SessionValues(None, session_values())],
    )


def plan(organisation: Organisation, edition: Edition, by: User, **values: Any) -> Plan:
    """A plan with everything it needs but activities."""
    begun = open_plan(organisation, edition, by=by)
    return save_plan(begun, {**PLAN, **values}, by=by, expected_version=begun.version)


def stricter(edition: Edition, **rules: Any) -> None:
    """Let the edition ask for more: ``rules`` override those of activities."""
    edition = Edition.objects.get(pk=edition.pk)
    changed = {"activity_rules": {**edition.document["activity_rules"], **rules}}
    change_document(edition, changed, actor=None, reason="更严", expected_revision=edition.revision)  # type: ignore[arg-type]
