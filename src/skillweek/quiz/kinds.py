"""What the quiz tells people: the kinds of messages (E2)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from skillweek.notifications.kinds import Kind

KINDS = (
    Kind(
        code="quiz.hidden",
        label=_("成绩被移出榜单"),
        group=_("知识竞答"),
        title=gettext_noop("您在《{title}》的成绩已被移出榜单"),
        body=gettext_noop("原因：{reason}\n有疑问请联系主办单位。"),
        variables={"title": _("竞答名称"), "reason": _("原因")},
        sample={"title": "职业教育知多少", "reason": "同一设备由多人代答"},
        audiences=("contact",),
        mandatory=True,
    ),
)
