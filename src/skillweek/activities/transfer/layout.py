"""The table's columns. They are a file format, so they stay Chinese in every language of the interface.

What may be chosen in a column comes from the edition's own lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils import translation
from django.utils.translation import gettext_lazy

from skillweek.activities.models import Activity, ActivityTag, Session
from skillweek.core.tables import reading as tables
from skillweek.core.tables.reading import Layout
from skillweek.editions.schema import EditionDocument


@dataclass(frozen=True)
class Column:
    """One column. ``field`` is what it fills: a field's name, ``tags:<group>``, or ``session:<field>``."""

    key: str
    heading: str
    field: str
    width: int = 16
    help: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def is_session(self) -> bool:
        """Whether it is about one session, and so may differ between the rows of one activity."""
        return self.field.startswith("session:")

    @property
    def group(self) -> str:
        """The group of tags it fills, ``""`` for none."""
        return self.field.removeprefix("tags:") if self.field.startswith("tags:") else ""


_MANY: Final = "可填多项，用顿号隔开，可填内容见「选项」表。"
COLUMNS: Final = (
    Column("unit", "单位代码", "unit", 14, "只为一个单位填报时可留空。", ("代码",)),
    Column(
        "title", "活动名称", "title", 30, "必填。同一活动有几场的，另起一行，名称相同，其余活动信息可留空。", ("名称",)
    ),
    Column("kind", "活动类别", "kind", 14, "从下拉列表选，留空为常规性活动。", ("类别",)),
    Column("summary", "一句话介绍", "summary", 30, "在列表里显示，最多 200 字。"),
    Column(
        "description", "活动介绍", "description", 50, "给市民看的介绍。换行分段；图片请导入后在网页上加。", ("介绍",)
    ),
    Column("outreach", "面向公众的方式", "tags:outreach", 22, _MANY),
    Column("form", "活动形式", "tags:form", 20, _MANY, ("形式",)),
    Column("integration", "融合主题", "tags:integration", 16, _MANY),
    Column("service", "便民服务", "tags:service", 16, _MANY),
    Column("audience", "面向人群", "tags:audience", 20, _MANY, ("人群",)),
    Column("topic", "宣传重点", "tags:topic", 20, _MANY),
    Column("idea", "参考的特色活动", "idea_code", 24, "选填，从下拉列表选。"),
    Column("expected", "预计参加人数", "expected_people", 12, "整数。", ("预计人数",)),
    Column("enquiry", "咨询电话", "enquiry_phone", 16, "公开给市民的电话。"),
    Column("how", "参加办法和注意事项", "how_to_join", 30, "选填。", ("参加办法",)),
    Column("person", "活动负责人", "person_in_charge", 12, "只给主办单位和上级看。", ("负责人",)),
    Column("phone", "负责人电话", "phone_in_charge", 16, "只给主办单位和上级看。"),
    Column("safety", "安全预案", "safety_plan", 40, "只给主办单位和上级看。"),
    Column("fee", "是否收费", "is_free", 10, "填 不收费 或 收费。"),
    Column("funding", "经费来源", "funding_source", 20, "例如 学校专项经费。"),
    Column("benefit", "公益承诺", "public_benefit", 10, "填 是 或 否。"),
    Column("label", "场次名称", "session:label", 14, "选填，例如 上午场。"),
    Column("day", "日期", "session:day", 12, "例如 2023-05-14；时间未定可留空。", ("活动日期",)),
    Column("from", "开始时间", "session:from", 10, "例如 09:00，也可写 09:00-11:00。", ("时间",)),
    Column("to", "结束时间", "session:to", 10, "例如 11:00。"),
    Column("online", "是否线上", "session:is_online", 10, "填 是 或 否，留空为否。", ("线上",)),
    Column("url", "线上链接", "session:online_url", 24, "以 http:// 或 https:// 开头。"),
    Column("place", "地点名称", "session:place", 20, "留空为另行通知。", ("地点",)),
    Column("address", "详细地址", "session:address", 26, "选填。", ("地址",)),
    Column("room", "教室或场地", "session:room", 14, "选填，用来提醒同一场地同一时间有两场。", ("场地",)),
    Column("district", "所在区", "session:district", 12, "从下拉列表选。", ("区",)),
    Column("booking", "预约方式", "session:booking", 18, "从下拉列表选，留空为无需预约。"),
    Column("capacity", "名额", "session:capacity", 8, "整数，留空为不限。", ("人数上限",)),
)
BY_KEY: Final = {column.key: column for column in COLUMNS}
#: What the template's example row begins with; such rows are not imported.
EXAMPLE_MARK: Final = "示例："
#: Texts in which a line break means something.
_LONG: Final = ("description", "how", "safety")
#: How the file is read; what is in it is judged by ``planning``, which also passes over the example.
LAYOUT: Final = Layout(
    columns=tuple(
        tables.Column(row.key, row.heading, row.aliases, row.width, is_long=row.key in _LONG) for row in COLUMNS
    ),
    required=("title",),
    missing=gettext_lazy("没有找到表头。请使用下载的模板，表头要有「活动名称」，以及「日期」或「活动类别」等列。"),
    longest=6000,
    example="",
    least=2,
    is_strict=True,
)
YES: Final = frozenset({"是", "对", "√", "y", "yes", "true", "1", "线上"})
NO: Final = frozenset({"否", "不是", "×", "x", "n", "no", "false", "0", "线下"})
FREE: Final = frozenset({"不收费", "免费", "无", *NO})
PAID: Final = frozenset({"收费", *YES})
_FIXED: Final = {"fee": ["不收费", "收费"], "benefit": ["是", "否"], "online": ["否", "是"]}


def words_of(doc: EditionDocument) -> dict[str, dict[str, str]]:
    """Column key → word in the file → stored value, for columns that are chosen from a list."""
    with translation.override("zh-hans"):
        found: dict[str, dict[str, str]] = {
            "kind": {str(label): value for value, label in Activity.Kind.choices},
            "booking": {str(label): value for value, label in Session.Booking.choices},
        }
    found["idea"] = {row.name: row.code for row in doc.ideas}
    found["district"] = {row.name: row.code for row in doc.districts}
    for column in COLUMNS:
        if column.group:
            rows = getattr(doc, ActivityTag.LISTS[column.group])
            found[column.key] = {row.name: row.code for row in rows}
    return found


def choices_of(words: Mapping[str, Mapping[str, str]]) -> dict[str, list[str]]:
    """Column key → what the drop-down list and the sheet 「选项」 offer."""
    return {**{key: list(entries) for key, entries in words.items()}, **_FIXED}
