"""What summaries tell people: the kinds of their messages (C11)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from skillweek.notifications.kinds import Kind, Urgency, declare

_GROUP = _("情况总结")
_DECISION = {"who": _("审核人"), "note": _("意见")}
_SAMPLE = {"who": "王科员", "note": "请补充成效。"}


def declare_kinds() -> None:
    """Make the kinds known, once, when the product starts."""
    declare(
        Kind(
            code="summary.submitted",
            label=_("总结已报送"),
            group=_GROUP,
            title=gettext_noop("{unit}报送了情况总结，等待审核"),
            body=gettext_noop("《{title}》"),
            variables={"unit": _("单位"), "title": _("标题")},
            sample={"unit": "示例学校", "title": "示例学校情况总结"},
            urgency=Urgency.LOW,
        ),
        Kind(
            code="summary.reminder",
            label=_("总结未提交"),
            group=_GROUP,
            title=gettext_noop("请在 {due} 前提交情况总结"),
            body=gettext_noop("{unit}的情况总结还没有提交。初稿由平台生成，核对后即可提交。"),
            variables={"unit": _("单位"), "due": _("截止日期")},
            sample={"unit": "示例学校", "due": "2023-05-22"},
        ),
        Kind(
            code="summary.returned",
            label=_("总结被退回"),
            group=_GROUP,
            title=gettext_noop("情况总结被退回，请修改后重新提交"),
            body=gettext_noop("审核人：{who}\n意见：{note}"),
            variables=_DECISION,
            sample=_SAMPLE,
            urgency=Urgency.URGENT,
            mandatory=True,
        ),
        Kind(
            code="summary.accepted",
            label=_("总结已通过"),
            group=_GROUP,
            title=gettext_noop("情况总结已通过"),
            body=gettext_noop("审核人：{who}\n意见：{note}"),
            variables=_DECISION,
            sample=_SAMPLE,
            urgency=Urgency.LOW,
        ),
    )
