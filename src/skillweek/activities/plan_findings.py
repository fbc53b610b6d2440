"""What a plan lacks before it can be handed in, as findings like those on material (B3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import prefetch_related_objects

from skillweek.activities.models import Activity, Plan
from skillweek.materials.findings import Finding, Severity
from skillweek.materials.messages import Message

E, W = Severity.ERROR, Severity.WARNING

# fmt: off
MESSAGES: Final[dict[str, Message]] = {
    "plan.no_activity": Message(
        E, "方案里还没有可以提交的活动。", "The plan holds no activity that can be handed in.",
        "请至少新建一项活动，并改正检查发现的问题。", "Add at least one activity and mend what the check found."),
    "plan.no_leader": Message(
        E, "方案没有写总负责人和电话。", "The plan does not name its leader and a phone number.",
        "请在“组织领导”中填写总负责人姓名和电话。", "Fill in the leader's name and phone."),
    "plan.no_leaders": Message(
        E, "方案没有写组织领导和分工。", "The plan does not say who leads and who does what.",
        "请在“组织领导”中写明领导小组和分工，一行一人。", "Write who leads and who does what, one a line."),
    "plan.no_safety": Message(
        E, "方案没有写安全保障。", "The plan does not say how safety is kept.",
        "请写明安全责任人、应急预案和值班安排。", "Name who is responsible, the emergency plan and who is on duty."),
    "plan.no_publicity": Message(
        W, "方案没有写宣传安排。", "The plan says nothing of publicity.",
        "建议写明宣传渠道和负责人。", "Better say by which channels and who does it."),
    "plan.empty_days": Message(
        W, "{value}还没有安排活动。", "Nothing is planned on {value_en}.",
        "通知要求“天天有活动”，请补充活动，或与兄弟单位联合举办。",
        "There should be something every day: add an activity, or join another school's."),
}
# fmt: on


def plan_findings(plan: Plan, activities: Sequence[Activity]) -> list[dict[str, Any]]:
    """Findings on the plan with these activities, errors first, as JSON."""
    subject = str(plan)
    found = [_finding(code, subject) for code in _missing(plan, activities)]
    if activities and (empty := empty_days(plan, activities)):
        days = "、".join(f"{day.month}月{day.day}日" for day in empty)
        found.append(_finding("plan.empty_days", subject, value=days, value_en=", ".join(map(str, empty))))
    return [finding.as_dict() for finding in sorted(found, key=lambda row: row.severity is not E)]


def _missing(plan: Plan, activities: Sequence[Activity]) -> list[str]:
    lacks = {
        "plan.no_activity": not activities,
        "plan.no_leader": not (plan.leader_name.strip() and plan.leader_phone.strip()),
        "plan.no_leaders": not plan.leaders.strip(),
        "plan.no_safety": not plan.safety.strip(),
        "plan.no_publicity": not plan.publicity.strip(),
    }
    return [code for code, missing in lacks.items() if missing]


def empty_days(plan: Plan, activities: Sequence[Activity]) -> list[date]:
    """Days of the week on which none of these activities has a session. One query unless they are prefetched."""
    prefetch_related_objects(list(activities), "sessions")
    zone = ZoneInfo(plan.edition.zone)
    full = {
        session.starts_at.astimezone(zone).date()
        for activity in activities
        for session in activity.sessions.all()
        if session.starts_at is not None
    }
    return [day for day in plan.edition.days if day not in full]


def _finding(code: str, subject: str, **values: str) -> Finding:
    message = MESSAGES[code]
    return Finding(
        code=code,
        severity=message.severity,
        subject=subject,
        message=message.zh.format_map(values),
        message_en=message.en.format_map(values),
        todo=message.todo,
        todo_en=message.todo_en,
    )
