"""What interviews tell their school: the kinds of messages (E8)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from skillweek.notifications.kinds import Kind, Urgency

_GROUP = _("访谈")
_DECISION = {"title": _("访谈标题"), "who": _("审核人"), "note": _("意见")}
_SAMPLE = {"title": "一把焊枪的三十年", "who": "王科员", "note": "请补充嘉宾身份。"}

KINDS = (
    Kind(
        code="interview.returned", label=_("访谈被退回"), group=_GROUP,
        title=gettext_noop("访谈《{title}》被退回，请修改后再提交"), body=gettext_noop("审核人：{who}\n意见：{note}"),
        variables=_DECISION, sample=_SAMPLE,
    ),
    Kind(
        code="interview.published", label=_("访谈已发布"), group=_GROUP,
        title=gettext_noop("访谈《{title}》已发布"), body=gettext_noop("审核人：{who}\n说明：{note}"),
        variables=_DECISION, sample={**_SAMPLE, "note": ""}, urgency=Urgency.LOW,
    ),
)  # fmt: skip
