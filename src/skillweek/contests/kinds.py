"""Messages of this room (E1, E7)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from skillweek.notifications.kinds import Kind

_GROUP = _("征集活动")
_VARIABLES = {"title": _("活动"), "work": _("作品"), "result": _("结果"), "text": _("说明")}
_SAMPLE = {"title": "我镜头里的技能之美", "work": "晨光里的车工", "result": "已通过", "text": "请补充拍摄地点。"}
_ALL = ("person", "contact")


def _kind(code: str, label: Any, title: str, body: str = "", **more: Any) -> Kind:
    return Kind(
        code=code, label=label, group=_GROUP, title=title, body=body, variables=_VARIABLES, sample=_SAMPLE, **more
    )


CALL_WAITING = _kind(
    "contest.call_waiting", _("征集活动待审核"), gettext_noop("请审核征集活动《{title}》"), gettext_noop("{text}")
)
CALL_DECIDED = _kind(
    "contest.call_decided", _("征集活动的审核结果"), gettext_noop("征集活动《{title}》：{result}"),
    gettext_noop("{text}"), mandatory=True,
)  # fmt: skip
ENTRY_DECIDED = _kind(
    "contest.entry_decided", _("作品的审核结果"), gettext_noop("您的作品《{work}》：{result}"),
    gettext_noop("活动：{title}\n{text}"), mandatory=True, audiences=_ALL,
)  # fmt: skip
AWARDED = _kind(
    "contest.awarded", _("作品获奖"), gettext_noop("祝贺！您的作品《{work}》获得{result}"),
    gettext_noop("活动：{title}\n{text}\n打开链接查看和下载证书。"), mandatory=True, audiences=_ALL,
)  # fmt: skip
PASSED = _kind(
    "contest.passed", _("接力被接住"), gettext_noop("您的接力有人接住了：《{work}》"), gettext_noop("活动：{title}"),
    audiences=_ALL,
)  # fmt: skip
WITHDRAWN = _kind(
    "contest.withdrawn", _("公开的作品被撤回"), gettext_noop("《{title}》的作品《{work}》已由作者撤回"),
    gettext_noop("{text}"),
)  # fmt: skip
KINDS = (CALL_WAITING, CALL_DECIDED, ENTRY_DECIDED, AWARDED, PASSED, WITHDRAWN)
