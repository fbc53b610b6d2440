"""How values of an edition's data are written and what there is to choose from: what descriptions are made of (A4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise
#: How a value is written: one line, several lines, a list with one entry a line, …
Kind = Literal[
    "line", "text", "lines", "date", "time", "times", "number", "words", "pixels", "days", "size", "share", "yes",
    "choice", "choices", "zone", "code", "notice", "degrees",
]  # fmt: skip
Choices = tuple[tuple[str, Words], ...]


@dataclass(frozen=True)
class Spec:
    """One value: its label, how it is written, what helps, what there is to choose."""

    label: Words
    kind: Kind = "line"
    help: Words = ""
    choices: Choices = ()
    required: bool = True
    #: Whether the form offers a place to say how the notice's wording was read.
    reading: bool = False


@dataclass(frozen=True)
class PartSpec:
    """Single values edited together: dotted path in the document → how."""

    title: Words
    icon: str
    fields: Mapping[str, Spec]
    lead: Words = ""


@dataclass(frozen=True)
class ListSpec:
    """A list edited row by row: column → how. ``path`` leads to it in the document."""

    title: Words
    one: Words
    icon: str
    path: tuple[str, ...]
    columns: Mapping[str, Spec]
    lead: Words = ""
    #: Columns that name a row in messages and in comparisons, the first that says something.
    named_by: tuple[str, ...] = ("name",)


ORIGINS: Choices = (("notice", _("通知原文")), ("ours", _("平台补充")))
LEVELS: Choices = (
    ("national", _("国家级")),
    ("provincial", _("省级")),
    ("municipal", _("市级")),
    ("district", _("区县级")),
    ("school", _("校级")),
)
PHOTO_FORMATS: Choices = (
    ("jpeg", "JPG"),
    ("png", "PNG"),
    ("webp", "WebP"),
    ("heic", "HEIC"),
    ("gif", "GIF"),
    ("bmp", "BMP"),
    ("tiff", "TIFF"),
)
SCAN_FORMATS: Choices = (*PHOTO_FORMATS[:3], ("pdf", "PDF"))
CODECS: Choices = (
    ("avc1", "H.264（avc1）"),
    ("avc3", "H.264（avc3）"),
    ("hvc1", "H.265（hvc1）"),
    ("hev1", "H.265（hev1）"),
    ("mp4v", "MPEG-4（mp4v）"),
    ("av01", "AV1（av01）"),
    ("vp09", "VP9（vp09）"),
)
SECTIONS: Choices = (
    ("case", _("典型案例")),
    ("manuscript", _("文字稿件")),
    ("photo", _("照片")),
    ("video", _("视频")),
    ("coverage", _("媒体报道")),
)
FIELD_KINDS: Choices = (
    ("count", _("计数")),
    ("sum", _("求和")),
    ("distinct", _("去重计数")),
    ("text", _("文字")),
)
RELATIONS: Choices = (("<=", _("不大于")), ("=", _("等于")), (">=", _("不小于")))
SEVERITIES: Choices = (("error", _("须改正")), ("warning", _("请留意")))
SUMMARY_UNITS: Choices = (("both", _("学校和主管部门")), ("school", _("学校")), ("bureau", _("主管部门")))
TOPIC_LIBRARIES: Choices = (("", _("没有")), ("policies", _("政策法规")))
SUMMARY_SOURCES: Choices = (
    ("text", _("固定文字和数字")),
    ("topics", _("每个宣传重点一段")),
    ("cases", _("典型案例")),
    ("coverage", _("媒体报道")),
    ("photos", _("照片")),
)
ONE_A_LINE = _("每行一个。")
