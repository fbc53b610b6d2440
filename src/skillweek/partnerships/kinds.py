"""What this room writes to enterprises, schools, organisers and people: the kinds of messages (E3, E4)."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from skillweek.notifications.kinds import Kind, Urgency

_GROUP = _("校企对接")
_VARIABLES: Final = {"title": _("名称"), "who": _("对方"), "when": _("时间"), "place": _("地点"), "text": _("内容")}
_SAMPLE: Final = {
    "title": "智能制造专场对接会",
    "who": "示例机电有限公司",
    "when": "5月14日 09:00",
    "place": "201 会议室 1 号桌",
    "text": "",
}


def _kind(code: str, label: Any, title: str, body: str = "", **more: Any) -> Kind:
    return Kind(
        code=code, label=label, group=_GROUP, title=title, body=body,
        variables=more.pop("variables", _VARIABLES), sample=more.pop("sample", _SAMPLE),
        audiences=more.pop("audiences", ("person", "contact")), **more,
    )  # fmt: skip


_PLACE = gettext_noop("{title}\n时间：{when}\n地点：{place}\n{text}")
KINDS: Final = (
    _kind(
        "partner.confirm", _("企业确认邮箱"), gettext_noop("请确认邮箱，完成企业注册"),
        gettext_noop("打开链接设置密码，然后等待主办单位核验。\n不是您本人申请的，请忽略这封邮件。"),
        variables={}, sample={}, mandatory=True, audiences=("contact",), urgency=Urgency.URGENT,
    ),
    _kind(
        "partner.known", _("企业已注册"), gettext_noop("您已注册过，请直接登录"),
        variables={}, sample={}, mandatory=True, audiences=("contact",),
    ),
    _kind("partner.applied", _("企业申请核验"), gettext_noop("{who}申请企业核验"), audiences=("person",)),
    _kind(
        "partner.decided", _("企业核验结果"), gettext_noop("企业核验：{title}"), gettext_noop("{text}"), mandatory=True,
    ),
    _kind("partner.changed", _("企业资料待审核"), gettext_noop("{who}修改了企业资料，请审核"), audiences=("person",)),
    _kind(
        "partner.change_decided", _("企业资料审核结果"), gettext_noop("企业资料的修改：{title}"),
        gettext_noop("{text}"), mandatory=True,
    ),
    _kind("partner.need", _("需求待审核"), gettext_noop("{who}提交了需求，请审核"), gettext_noop("{text}")),
    _kind("partner.need_decided", _("需求审核结果"), gettext_noop("《{title}》：{who}"), gettext_noop("{text}")),
    _kind("partner.party", _("企业报名对接会"), gettext_noop("{who}报名参加“{title}”，请确认"), audiences=("person",)),
    _kind("partner.withdrew", _("退出对接会"), gettext_noop("{who}退出了“{title}”"), audiences=("person",)),
    _kind("partner.accepted", _("对接会报名已确认"), gettext_noop("您已确认参加“{title}”"), gettext_noop("{text}")),
    _kind(
        "partner.declined", _("对接会报名未接受"), gettext_noop("“{title}”没有接受您的报名"),
        gettext_noop("原因：{text}"), mandatory=True,
    ),
    _kind("partner.schedule", _("对接会日程"), gettext_noop("“{title}”的日程已公布，请查看您的时段")),
    _kind("partner.moved", _("面谈时段有变"), gettext_noop("“{title}”的时段有调整，请查看"), mandatory=True),
    _kind(
        "partner.fell", _("面谈取消"), gettext_noop("“{title}”有一场面谈取消了"), gettext_noop("对方：{text}"),
        mandatory=True,
    ),
    _kind(
        "partner.cancelled", _("对接会取消"), gettext_noop("“{title}”已取消"), gettext_noop("原因：{text}"),
        mandatory=True, urgency=Urgency.URGENT, sms_too=True,
    ),
    _kind("partner.booked", _("面谈已约好"), gettext_noop("已约好与{text}的面谈"), _PLACE, audiences=("contact",)),
    _kind("partner.reminder", _("面谈提醒"), gettext_noop("提醒：您明天有面谈"), _PLACE, sms_too=True),
    _kind(
        "partner.follow_up", _("意向跟进提醒"), gettext_noop("请填写合作意向的进展：{title}"), gettext_noop("{text}"),
    ),
)  # fmt: skip
