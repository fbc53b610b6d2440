"""The roster's columns and words. They are a file format, so they stay Chinese in every language of the interface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from skillweek.organisations.models import Kind, Line, SchoolType


@dataclass(frozen=True)
class Column:
    """One column. ``aliases`` are headings that people use for the same; ``width`` is in characters."""

    key: str
    heading: str
    aliases: tuple[str, ...] = ()
    width: int = 16
    help: str = ""


COLUMNS: Final = (
    Column("code", "单位代码", ("代码", "单位编码", "编码"), 16, "必填，再次导入时按它找到单位。字母、数字、横线。"),
    Column("name", "单位名称", ("名称", "学校名称", "单位全称", "全称"), 30, "必填，写全称。"),
    Column("short_name", "简称", ("单位简称",), 16, "选填，界面上优先显示。"),
    Column("kind", "单位性质", ("性质", "单位类型"), 14, "新单位必填，从下拉列表选。"),
    Column("line", "条线", ("所属条线",), 14, "从下拉列表选；学校留空时随上级单位。"),
    Column("school_type", "学校类型", ("办学类型",), 14, "学校必填，其他单位留空。"),
    Column("district", "所在区", ("区", "所属区", "区县"), 12, "选填，例如 思明区。"),
    Column("parent", "上级单位代码", ("上级代码", "主管单位代码"), 16, "新单位必填，须是系统里或本表里的单位代码。"),
    Column("liaison", "联络员姓名", ("联络员", "姓名", "联系人"), 12, "选填；填了就要有手机或邮箱。"),
    Column("phone", "手机", ("手机号", "手机号码", "联系电话", "电话"), 16, "11 位手机号码。"),
    Column("email", "邮箱", ("电子邮箱", "电子邮件", "E-mail", "Email"), 26, "有邮箱的会收到邀请邮件。"),
)
BY_KEY: Final = {column.key: column for column in COLUMNS}
#: Columns without which a sheet is no roster.
REQUIRED: Final = ("code", "name")
#: The code of the template's example row; rows that begin with it are not imported.
EXAMPLE_MARK: Final = "示例"

KIND_WORDS: Final[dict[str, str]] = {
    "市级主办单位": Kind.HOST,
    "市级部门": Kind.CITY_BUREAU,
    "区级部门": Kind.DISTRICT_BUREAU,
    "学校": Kind.SCHOOL,
}
LINE_WORDS: Final[dict[str, str]] = {
    "教育": Line.EDUCATION,
    "人社": Line.HUMAN_RESOURCES,
    "中华职教社": Line.SOCIETY,
}
SCHOOL_TYPE_WORDS: Final[dict[str, str]] = {
    "中职学校": SchoolType.SECONDARY,
    "高职院校": SchoolType.HIGHER,
    "技工院校": SchoolType.TECHNICAL,
}
#: Column → words people may choose, and shorter ways to write them.
WORDS: Final = {"kind": KIND_WORDS, "line": LINE_WORDS, "school_type": SCHOOL_TYPE_WORDS}
SYNONYMS: Final[dict[str, dict[str, str]]] = {
    "kind": {"市局": Kind.CITY_BUREAU, "区局": Kind.DISTRICT_BUREAU},
    "line": {"教育局": Line.EDUCATION, "人社局": Line.HUMAN_RESOURCES, "职教社": Line.SOCIETY},
    "school_type": {
        "中职": SchoolType.SECONDARY,
        "高职": SchoolType.HIGHER,
        "技工": SchoolType.TECHNICAL,
        "技工学校": SchoolType.TECHNICAL,
    },
}


def word_of(key: str, value: str) -> str:
    """The word that stands in the file for a stored value, ``""`` for none."""
    return next((word for word, stored in WORDS[key].items() if stored == value), "")
