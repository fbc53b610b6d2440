"""Messages about ballots (E10)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from skillweek.notifications.kinds import Kind

_GROUP = _("网络评选")
_WORDS = {"title": _("评选标题"), "who": _("单位"), "text": _("内容")}
_SAMPLE = {"title": "示例：最美职校生", "who": "示例第一职业学校", "text": "12"}


def _kind(code: str, label: Any, title: str, body: str = "", **more: Any) -> Kind:
    return Kind(code=code, label=label, group=_GROUP, title=title, body=body, variables=_WORDS, sample=_SAMPLE, **more)


KINDS = (
    _kind("ballot.submitted", _("评选待审核"), gettext_noop("{who}的评选《{title}》请您审核")),
    _kind("ballot.approved", _("评选已公开"), gettext_noop("评选《{title}》已批准并公开")),
    _kind(
        "ballot.returned", _("评选被退回"), gettext_noop("评选《{title}》被退回"), gettext_noop("原因：{text}"),
        mandatory=True,
    ),
    _kind(
        "ballot.down", _("评选被下架"), gettext_noop("评选《{title}》已下架"), gettext_noop("原因：{text}"),
        mandatory=True,
    ),
    _kind("ballot.closed", _("投票已结束"), gettext_noop("《{title}》投票已结束，请核对并公布结果")),
    _kind("ballot.announced", _("评选结果已公布"), gettext_noop("{who}公布了《{title}》的结果")),
    _kind(
        "ballot.held", _("发现可疑票"), gettext_noop("《{title}》有 {text} 票像是刷票，已暂扣"),
        gettext_noop("请查看依据，确认不计或恢复计票。"),
    ),
)  # fmt: skip
