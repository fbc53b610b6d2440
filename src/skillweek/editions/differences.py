"""What differs between two states of an edition, in words: for history, conflicts and imports (A4)."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.translation import gettext as _

from skillweek.editions.describe import PARTS, reading_place, value_at
from skillweek.editions.describe_lists import LIST_SPECS, row_name
from skillweek.editions.showing import show
from skillweek.editions.specs import ListSpec

How = Literal["changed", "added", "removed", "moved", "text"]
Document = Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """One thing that differs. ``lines`` holds (sign, line) pairs of a long text, sign one of ``+``, ``-``."""

    where: str
    how: How
    what: str = ""
    old: str = ""
    new: str = ""
    lines: list[tuple[str, str]] = field(default_factory=list)


def differences(old: Document, new: Document) -> list[Difference]:
    """Everything that differs, single values first, in the order of the screens."""
    return [*_values(old, new), *_lists(old, new)]


def _values(old: Document, new: Document) -> Iterator[Difference]:
    for part in PARTS.values():
        for path, spec in part.fields.items():
            where = f"{part.title} · {spec.label}"
            before, after = value_at(old, path), value_at(new, path)
            if before != after and spec.kind == "notice":
                yield Difference(str(spec.label), "text", lines=_text_lines(str(before or ""), str(after or "")))
            elif before != after:
                yield Difference(where, "changed", old=show(spec, before), new=show(spec, after))
            yield from _reading(old, new, path, where)


def _reading(old: Document, new: Document, path: str, where: str) -> Iterator[Difference]:
    place, key = reading_place(path)
    before, after = ((value_at(one, place) or {}).get(key, "") for one in (old, new))
    if before != after:
        yield Difference(f"{where} · {_('对通知的理解')}", "changed", old=before or "—", new=after or "—")


def _text_lines(old: str, new: str) -> list[tuple[str, str]]:
    compared = difflib.ndiff(old.splitlines(), new.splitlines())
    return [(line[0], line[2:]) for line in compared if line[0] in "+-" and line[2:].strip()]


def _lists(old: Document, new: Document) -> Iterator[Difference]:
    for spec in LIST_SPECS.values():
        before = {row["code"]: row for row in value_at(old, spec.path) or []}
        after = {row["code"]: row for row in value_at(new, spec.path) or []}
        title = str(spec.title)
        for code, row in before.items():
            if code not in after:
                yield Difference(title, "removed", what=row_name(spec, row))
        for code, row in after.items():
            if code not in before:
                yield Difference(title, "added", what=row_name(spec, row))
            elif row != before[code]:
                yield from _row(spec, before[code], row)
        if _order(before, after) != _order(after, before):
            yield Difference(title, "moved")


def _row(spec: ListSpec, old: Document, new: Document) -> Iterator[Difference]:
    for column, how in spec.columns.items():
        if old.get(column) != new.get(column):
            where = f"{spec.title} · {row_name(spec, new)} · {how.label}"
            yield Difference(where, "changed", old=show(how, old.get(column)), new=show(how, new.get(column)))


def _order(rows: Mapping[str, Any], others: Mapping[str, Any]) -> list[str]:
    """The codes that stand in both, in the order of ``rows``."""
    return [code for code in rows if code in others]
