"""What notices say to people: declared to ``notifications``, where the city may write its own words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from skillweek.notifications.kinds import Kind, Urgency, declare

_VARIABLES = {
    "title": _("通知标题"),
    "number": _("文号"),
    "issuer": _("发文单位"),
    "deadline": _("签收期限"),
    "reason": _("修改或撤下的说明"),
    "note": _("转发说明"),
    "from_unit": _("转发单位"),
}
_SAMPLE = {
    "title": "2023年厦门市职业教育活动周通知",
    "number": "厦教高职〔2023〕1号",
    "issuer": "厦门市教育局",
    "deadline": "5月10日 17:00",
    "reason": "更正了报送邮箱。",
    "note": "请各校认真组织。",
    "from_unit": "思明区教育局",
}


def declare_kinds() -> None:
    """Called once, when the room is ready."""
    group = _("通知")
    common = {"variables": _VARIABLES, "sample": _SAMPLE, "group": group, "audiences": ("person", "group")}
    declare(
        Kind(
            code="notice.published",
            label=_("收到新通知"),
            title=gettext_noop("新通知：{title}"),
            body=gettext_noop(
                "发文单位：{issuer}\n文号：{number}\n请在{deadline}前签收。\n请打开阅读，并代表{unit}签收。"
            ),
            mandatory=True,
            **common,  # type: ignore[arg-type]
        ),
        Kind(
            code="notice.corrected",
            label=_("通知有更正"),
            title=gettext_noop("通知已更正：{title}"),
            body=gettext_noop(
                "发文单位：{issuer}\n更正说明：{reason}\n请在{deadline}前重新签收。\n请打开查看更正前后的对比。"
            ),
            mandatory=True,
            **common,  # type: ignore[arg-type]
        ),
        Kind(
            code="notice.reminder",
            label=_("提醒签收通知"),
            title=gettext_noop("请签收通知：{title}"),
            body=gettext_noop("{unit}还没有签收这份通知。\n发文单位：{issuer}\n签收期限：{deadline}"),
            mandatory=True,
            **common,  # type: ignore[arg-type]
        ),
        Kind(
            code="notice.passed_on",
            label=_("收到转发的通知"),
            title=gettext_noop("{from_unit}转发通知：{title}"),
            body=gettext_noop(
                "发文单位：{issuer}\n转发说明：{note}\n请在{deadline}前签收。\n请打开阅读，并代表{unit}签收。"
            ),
            mandatory=True,
            **common,  # type: ignore[arg-type]
        ),
        Kind(
            code="notice.withdrawn",
            label=_("通知已撤下"),
            title=gettext_noop("通知已撤下：{title}"),
            body=gettext_noop("发文单位：{issuer}\n说明：{reason}\n这份通知不再有效，请勿继续执行。"),
            mandatory=True,
            **common,  # type: ignore[arg-type]
        ),
        Kind(
            code="notice.issued",
            label=_("本单位发出通知"),
            title=gettext_noop("新通知：{title}"),
            body=gettext_noop("发文单位：{issuer}\n文号：{number}\n请各收文单位在{deadline}前签收。"),
            **{**common, "audiences": ("group",)},  # type: ignore[arg-type]
        ),
        Kind(
            code="notice.held",
            label=_("定时发布没有成功"),
            title=gettext_noop("没有按时发布：{title}"),
            body=gettext_noop("原因：{reason}\n内容仍在草稿里。请改好后重新发布。"),
            urgency=Urgency.URGENT,
            mandatory=True,
            **{**common, "audiences": ("person",)},  # type: ignore[arg-type]
        ),
    )
