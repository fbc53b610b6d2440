"""What the mailbox writes to people; the city can change the words (C8)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from skillweek.notifications.kinds import Kind, Urgency, declare

_GROUP = _("邮箱")
_MAIL = {"subject": _("来信主题"), "sender": _("发件人")}
_SAMPLE = {"subject": "5月14日活动材料", "sender": "chen@example.org"}
_CONTACT = ("contact",)


def declare_kinds() -> None:
    """Make the kinds known, once, when the product starts."""
    declare(
        Kind(
            code="mailbox.filed",
            label=_("来信已归入报送"),
            group=_GROUP,
            title=gettext_noop("已收到：{day}的一日一报材料"),
            body=gettext_noop(
                "{school}{day}的材料已从您的邮件《{subject}》收下，共 {count} 项。\n{taken}\n"
                "{state}\n{findings}\n{left}\n{links}\n"
                "补充材料可以直接回复这封邮件，也可以打开下面的网址继续填写。"
            ),
            variables={
                **_MAIL,
                "school": _("学校"),
                "day": _("日期"),
                "count": _("收下项数"),
                "taken": _("收下的材料"),
                "state": _("报送情况"),
                "findings": _("检查结果"),
                "left": _("没有收下的文件"),
                "links": _("大文件链接"),
            },
            sample={
                **_SAMPLE,
                "school": "示例第一职业学校",
                "day": "5月14日",
                "count": "3",
                "taken": "· 照片《茶艺展示.jpg》",
                "state": "报告已提交，等待审核。",
                "findings": "",
                "left": "",
                "links": "",
            },
            urgency=Urgency.URGENT,
            mandatory=True,
            audiences=_CONTACT,
        ),
        Kind(
            code="mailbox.unclear",
            label=_("来信还不能归入报送"),
            group=_GROUP,
            title=gettext_noop("您的邮件已收到，还差一点信息"),
            body=gettext_noop("您的邮件《{subject}》已收到并保存，但还没有归入报送。\n{why}\n{todo}"),
            variables={**_MAIL, "why": _("原因"), "todo": _("请这样做")},
            sample={
                **_SAMPLE,
                "why": "邮件里看不出是哪一天的材料。",
                "todo": "请回复这封邮件，写明日期，例如“5月14日”。",
            },
            urgency=Urgency.URGENT,
            mandatory=True,
            audiences=_CONTACT,
        ),
        Kind(
            code="mailbox.unknown",
            label=_("来信人未识别"),
            group=_GROUP,
            title=gettext_noop("未识别的来信"),
            body=gettext_noop(
                "这个邮箱只接收学校填报人员用登记邮箱寄来的活动周材料。您的邮件已收到，等待工作人员查看。\n"
                "如果您是学校的填报人员，请用在平台登记的邮箱重新寄送，或请本校联络员在平台填报。"
            ),
            urgency=Urgency.URGENT,
            mandatory=True,
            audiences=_CONTACT,
        ),
        Kind(
            code="mailbox.rejected",
            label=_("来信被退回"),
            group=_GROUP,
            title=gettext_noop("您的邮件没有归入报送"),
            body=gettext_noop("您的邮件《{subject}》没有归入报送。\n原因：{note}"),
            variables={**_MAIL, "note": _("原因")},
            sample={**_SAMPLE, "note": "请用学校的登记邮箱寄送。"},
            urgency=Urgency.URGENT,
            mandatory=True,
            audiences=_CONTACT,
        ),
        Kind(
            code="mailbox.told",
            label=_("邮件为本校添加了材料"),
            group=_GROUP,
            title=gettext_noop("有邮件为{school}添加了{day}的材料"),
            body=gettext_noop(
                "发件人：{sender}\n主题：{subject}\n收下 {count} 项。{state}\n"
                "如果不是本校的人寄来的，请打开查看并撤销。"
            ),
            variables={
                **_MAIL,
                "school": _("学校"),
                "day": _("日期"),
                "count": _("收下项数"),
                "state": _("报送情况"),
            },
            sample={**_SAMPLE, "school": "示例第一职业学校", "day": "5月14日", "count": "3", "state": ""},
            mandatory=True,
            email=False,
        ),
        Kind(
            code="mailbox.waiting",
            label=_("有来信等待人工处理"),
            group=_GROUP,
            title=gettext_noop("有来信等待处理：{subject}"),
            body=gettext_noop("发件人：{sender}\n原因：{why}"),
            variables={**_MAIL, "why": _("原因")},
            sample={**_SAMPLE, "why": "发件邮箱不是平台上的填报人员"},
            urgency=Urgency.LOW,
            email=False,
        ),
    )
