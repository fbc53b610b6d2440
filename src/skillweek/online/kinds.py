"""What online works tell their makers: the kinds of messages (B11)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from skillweek.notifications.kinds import Kind, Urgency

_GROUP = _("云上活动周")
_DECISION = {"title": _("标题"), "who": _("操作人"), "note": _("意见")}
_SAMPLE = {"title": "走进茶艺实训室", "who": "王科员", "note": "请补充场景名称。"}
_COUNT = {"title": _("标题"), "count": _("条数")}


def _decision(code: str, label: Any, title: str, **more: Any) -> Kind:
    body = gettext_noop("操作人：{who}\n意见：{note}")
    return Kind(
        code=code, label=label, group=_GROUP, title=title, body=body, variables=_DECISION, sample=_SAMPLE, **more
    )


def _waiting(code: str, label: Any, title: str) -> Kind:
    return Kind(
        code=code,
        label=label,
        group=_GROUP,
        title=title,
        variables=_COUNT,
        sample={"title": "网上开放日", "count": "3"},
    )


_ROOM = {"title": _("标题"), "time": _("时间"), "reason": _("原因")}


def _reminder(code: str, label: Any, title: str, body: str, **more: Any) -> Kind:
    sample = {"title": "网上开放日", "time": "2023-05-15 09:00", "reason": "设备检修"}
    return Kind(
        code=code,
        label=label,
        group=_GROUP,
        title=title,
        body=body,
        variables=_ROOM,
        sample=sample,
        audiences=("contact",),
        **more,
    )


KINDS = (
    _reminder(
        "online.reminder",
        _("直播提醒"),
        gettext_noop("《{title}》{time} 开始"),
        gettext_noop("点开链接观看、提问。"),
        urgency=Urgency.URGENT,
    ),
    _reminder(
        "online.cancelled",
        _("直播取消"),
        gettext_noop("《{title}》已取消"),
        gettext_noop("原因：{reason}"),
        mandatory=True,
    ),
    _decision("online.returned", _("线上内容被退回"), gettext_noop("《{title}》被退回，请修改后再提交")),
    _decision(
        "online.published", _("线上内容已发布"), gettext_noop("《{title}》已发布，公众可以看到"), urgency=Urgency.LOW
    ),
    _decision("online.withdrawn", _("线上内容被撤下"), gettext_noop("《{title}》已撤下")),
    _waiting("online.questions", _("直播间有新提问"), gettext_noop("《{title}》有 {count} 个提问待审核")),
    _waiting("online.entries", _("展厅有新留言"), gettext_noop("《{title}》有 {count} 条留言待审核")),
)
