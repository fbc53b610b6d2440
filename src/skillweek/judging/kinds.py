"""Messages to jurors (E1, E10)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from skillweek.notifications.kinds import Kind

_GROUP = _("评审")
_WORDS = {"title": _("评审标题"), "due": _("截止时间"), "unit": _("组织单位")}
_SAMPLE = {"title": "示例：全民美拍评审", "due": "2023-05-20 18:00", "unit": "示例市教育局"}

KINDS = (
    Kind(
        code="jury.invite", label=_("邀请评审"), group=_GROUP, title=gettext_noop("请您评审：{title}"),
        body=gettext_noop("{unit}请您担任评委，请在 {due} 前完成评分。打开链接就可以开始，链接只属于您，请勿转发。"),
        variables=_WORDS, sample=_SAMPLE, mandatory=True, audiences=("person", "contact"),
    ),
    Kind(
        code="jury.remind", label=_("提醒评分"), group=_GROUP,
        title=gettext_noop("《{title}》还有 {number} 件作品等您评分"), body=gettext_noop("请在 {due} 前完成。"),
        variables={**_WORDS, "number": _("件数")}, sample={**_SAMPLE, "number": "3"}, mandatory=True,
        audiences=("person", "contact"),
    ),
)  # fmt: skip
