"""``{% load activities_running %}``: ways from the first page to tables, copies, coverage and joint activities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from skillweek.activities import access, access_running
from skillweek.activities.models import Partner
from skillweek.organisations.access import scope_of

register = template.Library()


@dataclass(frozen=True)
class Tool:
    """One link. ``number`` is how many things wait there for the person."""

    label: str
    url: str
    icon: str
    number: int = 0


@register.inclusion_tag("activities/_tools.html", takes_context=True)
def activity_tools(context: dict[str, Any], is_open: bool = True) -> dict[str, Any]:
    """The pages that this person can use beside the plan itself; nothing for a person without a role."""
    user = context["request"].user
    scope = scope_of(user)
    tools: list[Tool] = []
    if not scope.roles:
        return {"tools": tools}
    writes = bool(access.planning_organisations(user))
    if writes and is_open:
        tools.append(Tool(_("用 Excel 导入活动"), reverse("activities:import"), "file-earmark-spreadsheet"))
        tools.append(Tool(_("从往届或别的单位复制"), reverse("activities:copy_week"), "copy"))
    tools.append(Tool(_("导出活动"), reverse("activities:export"), "download"))
    parts = Partner.objects.filter(organisation__in=list(scope.roles))
    if parts.exists():
        waiting = parts.filter(state=Partner.State.INVITED).count()
        tools.append(Tool(_("联合举办的邀请和填报"), reverse("activities:joint"), "people", waiting))
    tools.append(Tool(_("活动覆盖"), reverse("activities:coverage"), "bar-chart-steps"))
    if scope.deciding_paths:
        tools.append(Tool(_("评价与亮点"), reverse("activities:highlights"), "star"))
    if is_open and access_running.can_issue_supplements(user):
        tools.append(Tool(_("另行通知：确定市级活动时间地点"), reverse("activities:supplement"), "megaphone"))
    return {"tools": tools}
