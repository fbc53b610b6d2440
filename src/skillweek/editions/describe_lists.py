"""The lists of an edition, row by row: what each column is called and how it is written (A4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from skillweek.editions.describe_calls import CALLS
from skillweek.editions.describe_classes import CLASSES
from skillweek.editions.describe_names import NAMES
from skillweek.editions.specs import (
    FIELD_KINDS,
    LEVELS,
    ORIGINS,
    RELATIONS,
    SECTIONS,
    SEVERITIES,
    SUMMARY_SOURCES,
    SUMMARY_UNITS,
    TOPIC_LIBRARIES,
    ListSpec,
    Spec,
    Words,
)


def _named(title: Words, one: Words, icon: str, path: str, lead: Words = "") -> ListSpec:
    columns = {"name": Spec(_("名称")), "origin": Spec(_("来源"), "choice", "", ORIGINS)}
    return ListSpec(title, one, icon, (path,), columns, lead)


_NAME_AND_TEXT = {"name": Spec(_("名称")), "text": Spec(_("内容"), "text")}

LIST_SPECS: dict[str, ListSpec] = {
    "sections": ListSpec(
        _("一日一报的栏目"),
        _("栏目"),
        "layout-text-sidebar",
        ("sections",),
        {
            "code": Spec(_("种类"), "choice", "", SECTIONS),
            "name": Spec(_("名称")),
            "help": Spec(_("填写提示"), "text", required=False),
        },
    ),
    "report_figures": ListSpec(
        _("参与数据"),
        _("数据"),
        "123",
        ("report_figures",),
        {
            "name": Spec(_("名称")),
            "name_en": Spec(_("英文名称")),
            "unit": Spec(_("单位"), help=_("如 人次、场、家。")),
            "help": Spec(_("填写提示"), required=False),
            "maximum": Spec(_("最大值"), "number", _("防止多打一个零。")),
            "counts": Spec(
                _("建议值来自"),
                help=_(
                    "可不填。sessions：当天的场次；check-ins：当天签到的人；check-ins:parents+pupils：其中某几类对象，"
                    "另有 groups（团体预约）和 unknown（未区分）。"
                ),
                required=False,
            ),
            "origin": Spec(_("来源"), "choice", "", ORIGINS),
        },
        _("学校在一日一报里填写的数字。"),
    ),
    "statistics_fields": ListSpec(
        _("统计表字段"),
        _("字段"),
        "table",
        ("statistics_form", "fields"),
        {
            "group": Spec(_("分组")),
            "name": Spec(_("名称")),
            "unit": Spec(_("单位"), required=False),
            "kind": Spec(_("算法"), "choice", "", FIELD_KINDS),
            "prefill": Spec(_("自动取数"), help=_("平台数据的代码，留空由学校填写。"), required=False),
            "help": Spec(_("填写提示"), required=False),
            "required": Spec(_("必填"), "yes", required=False),
            "maximum": Spec(_("最大值"), "number", _("防止多打一个零。")),
            "max_words": Spec(_("文字最多字数"), "words", _("0 为不限。")),
        },
    ),
    "statistics_checks": ListSpec(
        _("统计表的核对"),
        _("核对"),
        "check2-square",
        ("statistics_form", "checks"),
        {
            "left": Spec(_("左边的字段"), help=_("字段代码，几个相加用 + 连接。")),
            "relation": Spec(_("关系"), "choice", "", RELATIONS),
            "right": Spec(_("右边的字段"), help=_("字段代码，几个相加用 + 连接。")),
            "severity": Spec(_("不符时"), "choice", "", SEVERITIES),
            "text": Spec(_("提示怎么办"), "text"),
        },
        _("学校提交统计表前核对这些数字的关系。"),
    ),
    "summary_sections": ListSpec(
        _("情况总结的章节"),
        _("章节"),
        "list-ol",
        ("summary_template", "sections"),
        {
            "heading": Spec(_("标题"), required=False),
            "unit": Spec(_("用于"), "choice", "", SUMMARY_UNITS),
            "source": Spec(_("内容来自"), "choice", "", SUMMARY_SOURCES),
            "text": Spec(
                _("写法"), "text", _("花括号里的名称由平台填上数据；一行里有填不出的，整行不写。"), required=False
            ),
            "limit": Spec(_("最多条数"), "number"),
        },
        _("学校和主管部门的总结初稿按这些章节生成。"),
    ),
    "contacts": ListSpec(
        _("联系人"),
        _("联系人"),
        "telephone",
        ("contacts",),
        {"department": Spec(_("部门")), "name": Spec(_("姓名")), "phone": Spec(_("联系方式"))},
    ),
    "topics": ListSpec(
        _("宣传重点"),
        _("宣传重点"),
        "megaphone",
        ("topics",),
        {**_NAME_AND_TEXT, "library": Spec(_("依据的资料"), "choice", "", TOPIC_LIBRARIES, required=False)},
    ),
    "principles": ListSpec(_("基本原则"), _("原则"), "compass", ("principles",), _NAME_AND_TEXT),
    "national_activities": ListSpec(
        _("全国性活动（附件1）"),
        _("活动"),
        "flag",
        ("national_activities",),
        {"department": Spec(_("部门")), "title": Spec(_("活动"), "text")},
        named_by=("title",),
    ),
    "city_activities": ListSpec(
        _("市级活动"),
        _("活动"),
        "building",
        ("city_activities",),
        {"name": Spec(_("活动")), "time_and_place": Spec(_("时间地点"), required=False)},
    ),
    "ideas": ListSpec(
        _("特色活动参考（附件2）"),
        _("活动"),
        "lightbulb",
        ("ideas",),
        {
            **_NAME_AND_TEXT,
            "presets": Spec(
                _("预选项"),
                help=_("从这条参考新建活动时自动勾选，如 audience:parents form:promotion。"),
                required=False,
            ),
        },
    ),
    "class_presets": CLASSES,
    "call_presets": CALLS,
    "own_names": NAMES,
    "outreach": ListSpec(
        _("面向公众的方式"),
        _("方式"),
        "door-open",
        ("outreach",),
        {"group": Spec(_("分组"), help=_("如 四开放。")), "name": Spec(_("名称"))},
    ),
    "forms": _named(_("活动形式"), _("形式"), "easel", "forms"),
    "services": _named(_("便民服务"), _("服务"), "heart", "services"),
    "online": _named(_("线上活动"), _("线上活动"), "cloud", "online"),
    "integration": _named(_("融合主题"), _("主题"), "intersect", "integration"),
    "audiences": _named(_("面向人群"), _("人群"), "people", "audiences"),
    "districts": ListSpec(
        _("区"),
        _("区"),
        "map",
        ("districts",),
        {
            "name": Spec(_("名称")),
            "origin": Spec(_("来源"), "choice", "", ORIGINS),
            "latitude": Spec(_("中心纬度"), "degrees", _("WGS-84，如 24.48。"), required=False),
            "longitude": Spec(_("中心经度"), "degrees", _("WGS-84，如 118.09。"), required=False),
            "outline": Spec(_("示意轮廓"), "text", _("“经度,纬度”用空格隔开；只用于示意图。"), required=False),
        },
    ),
    "outlets": ListSpec(
        _("媒体名单"),
        _("媒体"),
        "newspaper",
        ("outlets",),
        {
            "name": Spec(_("名称")),
            "level": Spec(_("级别"), "choice", "", LEVELS),
            "origin": Spec(_("来源"), "choice", "", ORIGINS),
        },
        _("填写媒体报道时可以选用，没有列出的也可以直接填写。"),
    ),
}


def row_name(spec: ListSpec, row: Mapping[str, Any]) -> str:
    """What a row is called in sentences."""
    return next((str(row[name]) for name in spec.named_by if row.get(name)), str(row.get("code", "")))
