"""Messages about approved activities: changes, joint organisers, gaps, highlights (A3, B5, B6, B12)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from skillweek.notifications.kinds import Kind, Urgency

_GROUP = _("方案与活动")
_ACTIVITY = {"activity": _("活动名称"), "organiser": _("主办单位")}
_SAMPLE = {"activity": "茶艺体验", "organiser": "示例第一职业学校"}

SESSION_CHANGED = Kind(
    code="activity.session_changed",
    label=_("活动时间地点有变化"),
    title=gettext_noop("「{activity}」{what}"),
    body=gettext_noop("{changes}\n说明：{reason}\n依据：{notice}\n操作人：{actor}\n已通知预约的市民 {booked} 位。"),
    variables={
        **_ACTIVITY,
        "what": _("变化的种类"),
        "changes": _("改动前后"),
        "reason": _("说明"),
        "notice": _("补充通知"),
        "actor": _("操作人"),
        "booked": _("已预约人数"),
    },
    sample={
        **_SAMPLE,
        "what": "时间地点调整",
        "changes": "时间：5月14日 周日 09:00–11:00 → 5月15日 周一 09:00–11:00",
        "reason": "场地检修",
        "notice": "",
        "actor": "王老师",
        "booked": "38",
    },
    group=_GROUP,
    urgency=Urgency.URGENT,
)
CANCELLED = Kind(
    code="activity.cancelled",
    label=_("活动取消"),
    title=gettext_noop("「{activity}」已取消"),
    body=gettext_noop("主办单位：{organiser}\n取消原因：{reason}\n操作人：{actor}\n已通知预约的市民 {booked} 位。"),
    variables={**_ACTIVITY, "reason": _("原因"), "actor": _("操作人"), "booked": _("已预约人数")},
    sample={**_SAMPLE, "reason": "台风预警", "actor": "王老师", "booked": "38"},
    group=_GROUP,
    urgency=Urgency.URGENT,
)
REINSTATED = Kind(
    code="activity.reinstated",
    label=_("活动恢复举行"),
    title=gettext_noop("「{activity}」恢复举行"),
    body=gettext_noop("主办单位：{organiser}\n{changes}\n说明：{reason}\n操作人：{actor}"),
    variables={**_ACTIVITY, "changes": _("恢复的场次"), "reason": _("说明"), "actor": _("操作人")},
    sample={**_SAMPLE, "changes": "5月14日 周日 09:00–11:00", "reason": "台风预警解除", "actor": "王老师"},
    group=_GROUP,
    urgency=Urgency.URGENT,
)
GAP = Kind(
    code="activity.coverage_gap",
    label=_("活动覆盖提醒"),
    title=gettext_noop("请补充活动安排：{what}"),
    body=gettext_noop("还没有活动的日子：{days}\n{highlight}\n请在「方案与活动」里补充后提交。"),
    variables={"what": _("缺什么"), "days": _("没有活动的日子"), "highlight": _("特色亮点提示")},
    sample={"what": "有 2 天没有活动", "days": "5月16日、5月17日", "highlight": "还没有特色亮点活动。"},
    group=_GROUP,
)
HIGHLIGHT = Kind(
    code="activity.highlight_chosen",
    label=_("活动被选为亮点"),
    title=gettext_noop("「{activity}」被选为亮点"),
    body=gettext_noop("「{activity}」将在门户首页优先展示。"),
    variables=_ACTIVITY,
    sample=_SAMPLE,
    group=_GROUP,
    urgency=Urgency.LOW,
)
PARTNER_INVITED = Kind(
    code="activity.partner_invited",
    label=_("邀请联合举办"),
    title=gettext_noop("{organiser}邀请你单位联合举办「{activity}」"),
    body=gettext_noop("承担的工作：{part}\n请确认或谢绝。"),
    variables={**_ACTIVITY, "part": _("承担的工作")},
    sample={**_SAMPLE, "part": "提供家电维修师傅 5 名"},
    group=_GROUP,
)
PARTNER_ANSWERED = Kind(
    code="activity.partner_answered",
    label=_("联合举办的答复"),
    title=gettext_noop("{partner}{answer}联合举办「{activity}」"),
    body=gettext_noop("承担的工作：{part}"),
    variables={**_ACTIVITY, "partner": _("合作单位"), "answer": _("答复"), "part": _("承担的工作")},
    sample={**_SAMPLE, "partner": "示例第二职业学校", "answer": "同意", "part": "提供家电维修师傅 5 名"},
    group=_GROUP,
)
PARTNER_REPORTED = Kind(
    code="activity.partner_reported",
    label=_("合作单位填报了完成情况"),
    title=gettext_noop("{partner}填报了「{activity}」的完成情况"),
    body=gettext_noop("{report}"),
    variables={**_ACTIVITY, "partner": _("合作单位"), "report": _("完成情况")},
    sample={**_SAMPLE, "partner": "示例第二职业学校", "report": "维修家电 46 件"},
    group=_GROUP,
    urgency=Urgency.LOW,
)

KINDS = (
    SESSION_CHANGED,
    CANCELLED,
    REINSTATED,
    GAP,
    HIGHLIGHT,
    PARTNER_INVITED,
    PARTNER_ANSWERED,
    PARTNER_REPORTED,
)
