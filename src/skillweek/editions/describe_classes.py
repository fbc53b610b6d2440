"""How the presets of classes are called and written on the edition's pages (E5, E6)."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from skillweek.editions.specs import ListSpec, Spec

_BOOKS: Final = (("families", _("家庭")), ("groups", _("中小学班级")), ("both", _("家庭和中小学班级")))

CLASSES: Final = ListSpec(
    _("课堂和亲子活动的预约"),
    _("预约方案"),
    "mortarboard",
    ("class_presets",),
    {
        "name": Spec(_("名称")),
        "teaser": Spec(_("一句话介绍"), required=False),
        "idea": Spec(_("参考活动的代码"), help=_("从这项参考活动新建的活动用这个方案。")),
        "books": Spec(_("谁来预约"), "choice", "", _BOOKS),
        "asks": Spec(
            _("预约时询问"),
            help=_(
                "grade 年级、school 学校和班级分开填、teacher 带队老师手机、arrival 到校方式、needs 过敏和特殊需要。"
            ),
            required=False,
        ),
        "times": Spec(_("每天的场次"), help=_("如 09:00-10:30 15:00-16:30。"), required=False),
        "capacity": Spec(_("每场名额"), "number"),
        "max_party": Spec(_("每个家庭最多人数"), "number"),
        "max_children": Spec(_("每个家庭最多带几个孩子"), "number"),
        "closes_hours": Spec(_("提前几小时截止预约"), "number", required=False),
        "consent_below_age": Spec(_("多少周岁以下要监护人同意"), "number", _("0：按预约规则。"), required=False),
        "consent": Spec(_("监护人同意书"), "text", _("家长预约时逐字同意，连同时间保存到清除之日。"), required=False),
        "group_consent": Spec(_("学校的声明"), "text", required=False),
        "grade_from": Spec(_("最低年级"), "number", _("1 到 12：小学一年级到高中三年级。")),
        "grade_to": Spec(_("最高年级"), "number"),
    },
    _("家长课堂、亲子活动从参考活动新建时的场次和预约要求。"),
)
