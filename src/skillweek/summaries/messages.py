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
