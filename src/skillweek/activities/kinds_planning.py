"""Messages about plans and activities under review (B3)."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from skillweek.notifications.kinds import Kind

_PLAN = {"plan": _("方案名称"), "school": _("单位"), "who": _("操作人"), "note": _("意见"), "late": _("逾期说明")}
_ACTIVITY = {"activity": _("活动名称"), "school": _("主办单位"), "who": _("操作人"), "note": _("意见")}
_PLAN_SAMPLE = {
    "plan": "2023年活动周方案",
    "school": "示例第一职业学校",
    "who": "李老师",
    "note": "请补充安全预案。",
    "late": "提交时间已过截止时间。",
}
_ACTIVITY_SAMPLE = {"activity": "茶艺体验", "school": "示例第一职业学校", "who": "李老师", "note": "请补充安全预案。"}


def _kind(code: str, label: Any, title: str, body: str, *, about_plan: bool) -> Kind:
    return Kind(
        code=code,
        label=label,
        group=_("方案与活动"),
        title=title,
        body=body,
        variables=_PLAN if about_plan else _ACTIVITY,
        sample=_PLAN_SAMPLE if about_plan else _ACTIVITY_SAMPLE,
    )


KINDS: Final = (
    _kind("plan.submitted", _("方案已提交，待审核"), gettext_noop("{school}提交了活动方案"),
          gettext_noop("提交人：{who}\n{late}"), about_plan=True),
    _kind("plan.returned", _("方案被退回"), gettext_noop("活动方案被退回，请修改后重新提交"),
          gettext_noop("审核人：{who}\n意见：{note}"), about_plan=True),
    _kind("plan.approved", _("方案已通过"), gettext_noop("活动方案已通过"),
          gettext_noop("审核人：{who}\n意见：{note}"), about_plan=True),
    _kind("plan.ask", _("请联络员提交方案"), gettext_noop("{who}请您核对并提交活动方案"),
          gettext_noop("方案和活动已填好，请核对后提交。"), about_plan=True),
    _kind("activity.submitted", _("活动已提交，待审核"), gettext_noop("{school}提交了活动“{activity}”"),
          gettext_noop("提交人：{who}"), about_plan=False),
    _kind("activity.returned", _("活动被退回"), gettext_noop("活动“{activity}”被退回，请修改后重新提交"),
          gettext_noop("审核人：{who}\n意见：{note}"), about_plan=False),
    _kind("activity.approved", _("活动已通过"), gettext_noop("活动“{activity}”已通过"),
          gettext_noop("审核人：{who}\n意见：{note}"), about_plan=False),
    _kind("activity.withdrawn", _("活动被撤下"), gettext_noop("活动“{activity}”已从门户撤下"),
          gettext_noop("操作人：{who}\n原因：{note}"), about_plan=False),
    _kind("activity.held", _("活动未能公开"), gettext_noop("活动“{activity}”没有按时公开"),
          gettext_noop("原因：{note}\n请修改后重新提交。"), about_plan=False),
    _kind("activity.commented", _("活动有新批注"), gettext_noop("{who}对活动“{activity}”写了批注"),
          gettext_noop("{note}"), about_plan=False),
)  # fmt: skip
