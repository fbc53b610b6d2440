"""What the daily report tells people: the kinds of its messages (C9, C10)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from skillweek.notifications.kinds import Kind, Urgency, declare

_GROUP = _("一日一报")
_DAY = {"day": _("日期")}
_SCHOOL = {"school": _("学校")}
_DECISION = {**_DAY, "who": _("审核人"), "note": _("意见"), "count": _("批注条数")}
_DECISION_SAMPLE = {"day": "5月14日", "who": "王科员", "note": "第 2 张照片请换原图。", "count": "1"}
_DEADLINE = {**_DAY, **_SCHOOL, "deadline": _("截止时间")}
_DEADLINE_SAMPLE = {"day": "5月14日", "school": "示例第一职业学校", "deadline": "2023/5/15 12:00"}
_PACKAGE = {"name": _("文件名"), "added": _("新增项数"), "left": _("未导入文件数"), "why": _("说明")}
_PACKAGE_SAMPLE = {"name": "材料.zip", "added": "12", "left": "1", "why": ""}


def declare_kinds() -> None:
    """Make the kinds known, once, when the product starts."""
    declare(
        Kind(
            code="report.returned",
            label=_("报告被退回"),
            group=_GROUP,
            title=gettext_noop("{day}的一日一报被退回，请修改后重新报送"),
            body=gettext_noop("审核人：{who}\n意见：{note}\n另有 {count} 条批注，见报告页面。"),
            sms=gettext_noop("{day}的一日一报被退回，请登录职教周平台修改后重新报送。"),
            variables=_DECISION,
            sample=_DECISION_SAMPLE,
            urgency=Urgency.URGENT,
            mandatory=True,
        ),
        Kind(
            code="report.accepted",
            label=_("报告已通过"),
            group=_GROUP,
            title=gettext_noop("{day}的一日一报已通过"),
            body=gettext_noop("审核人：{who}\n意见：{note}"),
            variables=_DECISION,
            sample=_DECISION_SAMPLE,
            urgency=Urgency.LOW,
        ),
        Kind(
            code="report.reopened",
            label=_("报告撤销通过"),
            group=_GROUP,
            title=gettext_noop("{day}的一日一报已撤销通过，等待重新审核"),
            body=gettext_noop("审核人：{who}\n意见：{note}"),
            variables=_DECISION,
            sample=_DECISION_SAMPLE,
        ),
        Kind(
            code="report.reminder",
            label=_("催报"),
            group=_GROUP,
            title=gettext_noop("请于{deadline}前报送{day}的一日一报"),
            body=gettext_noop("{school}尚未报送{day}的一日一报，截止时间是{deadline}。逾期后仍可报送，会标记“逾期”。"),
            sms=gettext_noop("请于{deadline}前报送{day}的一日一报。"),
            variables=_DEADLINE,
            sample=_DEADLINE_SAMPLE,
            urgency=Urgency.URGENT,
            mandatory=True,
            audiences=("person", "group"),
        ),
        Kind(
            code="report.overdue",
            label=_("逾期催报"),
            group=_GROUP,
            title=gettext_noop("{day}的一日一报已过截止时间，请尽快补报"),
            body=gettext_noop("{school}尚未报送{day}的一日一报，截止时间是{deadline}。逾期后仍可报送，会标记“逾期”。"),
            sms=gettext_noop("{day}的一日一报已过截止时间，请尽快补报。"),
            variables=_DEADLINE,
            sample=_DEADLINE_SAMPLE,
            mandatory=True,
            audiences=("person", "group"),
        ),
        Kind(
            code="report.ready",
            label=_("请您核对并提交"),
            group=_GROUP,
            title=gettext_noop("{who}请您核对并提交{day}的一日一报"),
            body=gettext_noop("内容已经填好。请打开核对后提交。"),
            variables={**_DAY, "who": _("填报人")},
            sample={"day": "5月14日", "who": "陈老师"},
        ),
        Kind(
            code="report.resubmitted",
            label=_("退回的报告又报来了"),
            group=_GROUP,
            title=gettext_noop("{school}修改后重新报送了{day}的一日一报"),
            body=gettext_noop("您退回的报告已经修改并重新提交，等待审核。"),
            variables={**_DAY, **_SCHOOL},
            sample={"day": "5月14日", "school": "示例第一职业学校"},
            urgency=Urgency.LOW,
            email=False,
        ),
        Kind(
            code="report.commented",
            label=_("学校回复了批注"),
            group=_GROUP,
            title=gettext_noop("{school}回复了批注"),
            body=gettext_noop("{text}"),
            variables={**_SCHOOL, "text": _("回复内容")},
            sample={"school": "示例第一职业学校", "text": "照片已经换成原图。"},
            urgency=Urgency.LOW,
            email=False,
        ),
        Kind(
            code="report.imported",
            label=_("材料包导入完成"),
            group=_GROUP,
            title=gettext_noop("材料包《{name}》已导入"),
            body=gettext_noop("新增 {added} 项，未导入 {left} 个文件。{why}"),
            variables=_PACKAGE,
            sample=_PACKAGE_SAMPLE,
            urgency=Urgency.LOW,
            email=False,
        ),
        Kind(
            code="report.import_failed",
            label=_("材料包没有导入成功"),
            group=_GROUP,
            title=gettext_noop("材料包《{name}》没有导入成功"),
            body=gettext_noop("新增 {added} 项，未导入 {left} 个文件。{why}"),
            variables=_PACKAGE,
            sample={**_PACKAGE_SAMPLE, "why": "压缩包已损坏，请重新打包。"},
            email=False,
        ),
    )
