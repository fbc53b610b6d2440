"""What leads tell organisations and journalists: the kinds of messages (D3)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from skillweek.notifications.kinds import Kind, Urgency

_GROUP = _("宣传线索")
_LEAD = {"title": _("线索标题"), "who": _("对方"), "text": _("内容")}
_SAMPLE = {"title": "茶艺班与社区老人共学", "who": "示例记者（示例日报）", "text": "可以拍摄课堂吗？"}


def _kind(code: str, label: Any, title: str, body: str = "", **more: Any) -> Kind:
    variables, sample = more.pop("variables", _LEAD), more.pop("sample", _SAMPLE)
    return Kind(
        code=code, label=label, group=_GROUP, title=title, body=body, variables=variables, sample=sample, **more
    )


_VISIT = {"title": _("学校"), "who": _("对方"), "when": _("时间"), "text": _("内容")}
_VISIT_SAMPLE = {
    "title": "示例第一职业学校",
    "who": "示例记者（示例日报）",
    "when": "2023-05-15 09:00–11:00",
    "text": "",
}


def _visit(code: str, label: Any, title: str, body: str, **more: Any) -> Kind:
    return _kind(code, label, title, body, variables=_VISIT, sample=_VISIT_SAMPLE, **more)


KINDS = (
    _kind("lead.question", _("记者提问"), gettext_noop("记者就《{title}》提问"), gettext_noop("{who}：{text}")),
    _kind("lead.answer", _("提问有了回答"), gettext_noop("《{title}》的提问有了回答"), gettext_noop("{who}：{text}")),
    _kind("lead.claim", _("记者来报道"), gettext_noop("{who}将报道《{title}》"), urgency=Urgency.LOW),
    _kind("lead.visit", _("记者预约采访"), gettext_noop("记者请求到访《{title}》"), gettext_noop("{who}\n{text}")),
    _kind(
        "lead.visit_decided", _("采访请求的答复"), gettext_noop("《{title}》的采访请求：{who}"), gettext_noop("{text}"),
    ),
    _kind(
        "lead.coverage", _("线索有了报道"), gettext_noop("《{title}》有了报道，请核实"), gettext_noop("{who}：{text}"),
    ),
    _kind(
        "lead.down", _("线索被撤下"), gettext_noop("线索《{title}》已撤下"), gettext_noop("{who}\n原因：{text}"),
        mandatory=True,
    ),
    _visit("visit.asked", _("探校申请"), gettext_noop("{who}申请探校"), gettext_noop("时间：{when}\n{text}")),
    _visit("visit.moved", _("探校申请有变化"), gettext_noop("{who}的探校申请有变化"), gettext_noop("{when}\n{text}")),
    _visit(
        "visit.due", _("探校提醒（学校）"), gettext_noop("{who}将到校：{when}"), gettext_noop("{text}"),
        urgency=Urgency.LOW,
    ),
    _visit(
        "visit.coverage", _("探校有了报道"), gettext_noop("{who}交回了报道，请核实"), gettext_noop("{text}"),
    ),
    _visit(
        "visit.decided", _("探校申请的答复"), gettext_noop("{title}答复了您的探校申请：{who}"),
        gettext_noop("时间：{when}\n{text}"), audiences=("person", "contact"), mandatory=True,
    ),
    _visit(
        "visit.itinerary", _("探校行程更新"), gettext_noop("{title}更新了探校行程"),
        gettext_noop("时间：{when}\n{text}"),
        audiences=("person", "contact"),
    ),
    _visit(
        "visit.reminder", _("探校提醒"), gettext_noop("您将到{title}探校：{when}"), gettext_noop("{text}"),
        audiences=("person", "contact"),
    ),
    _kind(
        "journalist.applied", _("记者申请核验"), gettext_noop("{who}申请记者核验"),
        variables={"who": _("记者")}, sample={"who": "示例记者（示例日报）"},
    ),
    _kind(
        "journalist.decided", _("记者核验结果"), gettext_noop("您的记者核验：{result}"), gettext_noop("{text}"),
        variables={"result": _("结果"), "text": _("说明")}, sample={"result": "已核验", "text": ""}, mandatory=True,
    ),
    _kind(
        "journalist.confirm", _("记者确认邮箱"), gettext_noop("请确认邮箱，完成记者注册"),
        gettext_noop("打开链接设置密码，然后等待主办单位核验。\n不是您本人申请的，请忽略这封邮件。"),
        variables={}, sample={}, mandatory=True, audiences=("contact",), urgency=Urgency.URGENT,
    ),
    _kind(
        "journalist.known", _("记者已注册"), gettext_noop("您已注册过，请直接登录"), "",
        variables={}, sample={}, mandatory=True, audiences=("contact",),
    ),
)  # fmt: skip
