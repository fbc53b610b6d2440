"""The accepted figures of an edition for everybody: by district and by school type, never by school (C13).

A group of fewer than ``FEWEST`` accepted schools would say what one school reported; such groups become one, and while
that is still too small it takes in the next smallest. Fields of the kind "distinct" are left out: their groups do not
add up. See ADR 0181.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from skillweek.editions.models import Edition
from skillweek.editions.schema_closing import FormField
from skillweek.organisations.models import Kind, Organisation
from skillweek.statistics.models import OpenData
from skillweek.statistics.queries.rollup import Group, rollup

FEWEST: Final = 3
#: Column of the CSV → name in the JSON, what it means. The names stay in Chinese: programs rely on them.
COLUMNS: Final = (
    ("届次", "edition", gettext_noop("届次代码，同一届的各行相同")),
    ("维度", "dimension", gettext_noop("合计、按区、按学校类型")),
    ("分组", "group", gettext_noop("区或学校类型的名称；学校太少的组合并为“其他”")),
    ("已审核学校数", "schools", gettext_noop("这一组里统计表已通过审核的学校数")),
    ("指标代码", "code", gettext_noop("统计表项目的代码")),
    ("指标", "name", gettext_noop("统计表项目的名称")),
    ("单位", "unit", gettext_noop("数值的计量单位")),
    ("数值", "value", gettext_noop("这一组里已审核的数相加")),
)
_ALL, _DISTRICT, _TYPE = "合计", gettext_noop("按区"), gettext_noop("按学校类型")
_OTHERS: Final = "其他"
_UNSAFE: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass
class Part:
    """One group: its accepted schools and the sums of their figures by code."""

    dimension: str
    name: str
    schools: int
    numbers: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """Everything that is given out about one edition."""

    edition: Edition
    fields: list[FormField]
    parts: list[Part]

    def of(self, dimension: str) -> list[Part]:
        """The groups of one way to divide."""
        return [part for part in self.parts if part.dimension == dimension]

    @property
    def tables(self) -> list[tuple[str, list[Part]]]:
        """What stands on the page: a title and its groups, everything together last."""
        return [(_(dimension), self.of(dimension) + self.of(_ALL)) for dimension in (_DISTRICT, _TYPE)]


def published() -> Any:
    """The switches of the editions whose data everybody may have, the latest edition first."""
    shown = OpenData.objects.filter(published_at__isnull=False).exclude(edition__state=Edition.State.DRAFT)
    return shown.select_related("edition").order_by("-edition__starts_on", "-pk")


def table_of(edition: Edition) -> Table:
    """The accepted figures as they stand; nothing at all while fewer than ``FEWEST`` schools are accepted."""
    fields = [each for each in edition.doc.statistics_form.fields if each.kind not in ("text", "distinct")]
    host = Organisation.objects.filter(kind=Kind.HOST).first()
    if host is None:
        return Table(edition, fields, [])
    with translation.override("zh-hans"):  # the same names for everybody: programs rely on them
        districts, types = (rollup(edition, host, group=group) for group in ("district", "school_type"))
    if districts.accepted_forms < FEWEST:
        return Table(edition, fields, [])
    parts = [_part(_ALL, _ALL, districts, fields)]
    for dimension, found in ((_DISTRICT, districts), (_TYPE, types)):
        parts += _safe(dimension, [_part(dimension, each.label, each, fields) for each in found.groups])
    return Table(edition, fields, parts)


def _part(dimension: str, name: str, group: Group, fields: list[FormField]) -> Part:
    numbers = {each.code: group.accepted.get(each.code, 0) for each in fields}
    return Part(dimension, name or _OTHERS, group.accepted_forms, numbers)


def _safe(dimension: str, parts: list[Part]) -> list[Part]:
    """The same sums without a group that is too small to be told."""
    parts = sorted((part for part in parts if part.schools), key=lambda part: part.schools)
    hidden = [part for part in parts if part.schools < FEWEST or part.name == _OTHERS]
    kept = [part for part in parts if part not in hidden]
    while hidden and sum(part.schools for part in hidden) < FEWEST and kept:
        hidden.append(kept.pop(0))
    if hidden:
        others = Part(dimension, _OTHERS, sum(part.schools for part in hidden))
        for part in hidden:
            for code, number in part.numbers.items():
                others.numbers[code] = others.numbers.get(code, 0) + number
        kept.append(others)
    return sorted(kept, key=lambda part: (part.name == _OTHERS, part.name))


def rows_of(table: Table) -> Iterator[tuple[str, str, str, int, str, str, str, int]]:
    """One row a group and figure, in the order of ``COLUMNS``."""
    for part in table.parts:
        for each in table.fields:
            number = part.numbers.get(each.code, 0)
            slug = table.edition.slug
            yield slug, part.dimension, part.name, part.schools, each.code, each.name, each.unit, number


def as_csv(table: Table) -> bytes:
    """The rows as CSV in UTF-8 with the mark by which Excel knows it. No cell can become a formula."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow([name for name, _key, _meaning in COLUMNS])
    for row in rows_of(table):
        writer.writerow([safe_cell(value) for value in row])
    return b"\xef\xbb\xbf" + target.getvalue().encode()


def safe_cell(value: str | int) -> str | int:
    """A text that a spreadsheet does not calculate: what begins like a formula gets an apostrophe before it."""
    if isinstance(value, str) and value.lstrip(" ").startswith(_UNSAFE):
        return f"'{value}"
    return value


def as_json(table: Table, switch: OpenData) -> dict[str, Any]:
    """The same rows for programs, with the terms of use."""
    keys = [key for _name, key, _meaning in COLUMNS]
    return {
        "edition": {"slug": table.edition.slug, "title": table.edition.title},
        "licence": switch.licence,
        "columns": [{"name": name, "key": key, "meaning": _(meaning)} for name, key, meaning in COLUMNS],
        "rows": [dict(zip(keys, row, strict=True)) for row in rows_of(table)],
    }
