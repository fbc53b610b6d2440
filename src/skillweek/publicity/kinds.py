"""What stories tell their editors: the kinds of messages (D2)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from skillweek.notifications.kinds import Kind, Urgency

_GROUP = _("宣传")
_TITLE = {"title": _("故事标题")}
_DECISION = {**_TITLE, "who": _("审核人"), "note": _("意见")}
_SAMPLE = {"title": "一杯茶里的工匠心", "who": "王科员", "note": "请补充学生姓名。"}

KINDS = (
    Kind(
        code="story.returned",
        label=_("故事被退回"),
        group=_GROUP,
        title=gettext_noop("故事《{title}》被退回，请修改后再提交"),
        body=gettext_noop("审核人：{who}\n意见：{note}"),
        variables=_DECISION,
        sample=_SAMPLE,
    ),
    Kind(
        code="story.published",
        label=_("故事已发布"),
        group=_GROUP,
        title=gettext_noop("故事《{title}》已审核，公众可以看到或到时发布"),
        body=gettext_noop("审核人：{who}\n说明：{note}"),
        variables=_DECISION,
        sample={**_SAMPLE, "note": ""},
        urgency=Urgency.LOW,
    ),
    Kind(
        code="story.pulled",
        label=_("故事因素材变化被撤下"),
        group=_GROUP,
        title=gettext_noop("故事《{title}》已自动撤下"),
        body=gettext_noop("原因：{why}\n草稿和版本都在。素材恢复后可以再发布。"),
        variables={**_TITLE, "why": _("原因")},
        sample={"title": "一杯茶里的工匠心", "why": "素材所在的一日一报被撤销通过。"},
        mandatory=True,
    ),
    Kind(
        code="story.may_return",
        label=_("撤下的故事可以恢复"),
        group=_GROUP,
        title=gettext_noop("故事《{title}》的素材已恢复，可以再发布"),
        body=gettext_noop("请打开核对后恢复发布。"),
        variables=_TITLE,
        sample={"title": "一杯茶里的工匠心"},
        urgency=Urgency.LOW,
    ),
)
