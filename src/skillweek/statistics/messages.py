"""What the statistics form tells people: the kinds of its messages (C12)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from skillweek.notifications.kinds import Kind, Urgency, declare

_GROUP = _("情况统计表")
_DECISION = {"who": _("审核人"), "note": _("意见"), "count": _("意见条数")}
_DECISION_SAMPLE = {"who": "王科员", "note": "请核对线上活动的数量。", "count": "2"}
_DUE = {"school": _("学校"), "due": _("截止日期")}
_DUE_SAMPLE = {"school": "示例第一职业学校", "due": "5月22日"}


def declare_kinds() -> None:
    """Make the kinds known, once, when the product starts."""
    declare(
        Kind(
            code="form.returned",
            label=_("统计表被退回"),
            group=_GROUP,
            title=gettext_noop("情况统计表被退回，请修改后重新提交"),
            body=gettext_noop("审核人：{who}\n意见：{note}\n另有 {count} 条意见，见统计表。"),
            variables=_DECISION,
            sample=_DECISION_SAMPLE,
            urgency=Urgency.URGENT,
            mandatory=True,
        ),
        Kind(
            code="form.accepted",
            label=_("统计表已通过"),
            group=_GROUP,
            title=gettext_noop("情况统计表已通过"),
            body=gettext_noop("审核人：{who}\n意见：{note}"),
            variables=_DECISION,
            sample=_DECISION_SAMPLE,
            urgency=Urgency.LOW,
        ),
        Kind(
            code="form.reopened",
            label=_("统计表撤销通过"),
            group=_GROUP,
            title=gettext_noop("情况统计表已撤销通过，等待重新审核"),
            body=gettext_noop("审核人：{who}\n意见：{note}"),
            variables=_DECISION,
            sample=_DECISION_SAMPLE,
        ),
        Kind(
            code="form.reminder",
            label=_("催报统计表"),
            group=_GROUP,
            title=gettext_noop("请于{due}前提交情况统计表"),
            body=gettext_noop("{school}还没有提交情况统计表，截止日期是{due}。数字已由平台自动统计，核对后即可提交。"),
            variables=_DUE,
            sample=_DUE_SAMPLE,
            urgency=Urgency.URGENT,
            mandatory=True,
            audiences=("person", "group"),
        ),
        Kind(
            code="form.overdue",
            label=_("统计表逾期"),
            group=_GROUP,
            title=gettext_noop("情况统计表已过截止日期，请尽快提交"),
            body=gettext_noop("{school}还没有提交情况统计表，截止日期是{due}。逾期仍可提交，会标记“逾期”。"),
            variables=_DUE,
            sample=_DUE_SAMPLE,
            mandatory=True,
            audiences=("person", "group"),
        ),
    )
