"""What becomes of each row of a table, and that exactly what was shown is entered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from skillweek.core.errors import Conflict
from skillweek.core.tables.kept import KeptTable
from skillweek.core.tables.reading import Layout, Row

K = TypeVar("K", bound=KeptTable)


@dataclass
class Outcome:
    """One row. ``action`` is ``new``, ``same``, ``error``, or another word of the room's."""

    layout: Layout = field(repr=False)
    row: int
    cells: dict[str, str]
    #: What the row is about: its first required cell.
    title: str = ""
    action: str = "new"
    #: (heading, what is wrong and what to do) of each bad cell.
    problems: list[tuple[str, str]] = field(default_factory=list)
    note: str = ""
    #: What the room's verb takes.
    values: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, layout: Layout, row: Row) -> Self:
        """The row as it was read, before anything was checked."""
        cells = row["cells"]
        return cls(layout, row["row"], cells, cells.get(layout.required[0], "")[:400])

    def get(self, key: str) -> str:
        """The cell's text, ``""`` where it is empty or the file has no such column."""
        return self.cells.get(key, "")

    def fail(self, key: str, text: str) -> None:
        """Say what is wrong in one cell; the row is not entered."""
        self.problems.append((self.layout.heading(key), text))
        self.action = "error"

    def need(self, *keys: str) -> None:
        """Fail each of these cells that is empty."""
        for key in keys:
            if not self.get(key):
                self.fail(key, _("请填写。"))

    def one_of(self, key: str, words: Mapping[str, str], *, default: str = "") -> str:
        """The value of the cell's word (of ``default`` where it is empty); fails and returns ``""`` for another."""
        word = self.cells.get(key, default)
        if word and word not in words:
            self.fail(key, _("请填：%(words)s。") % {"words": "、".join(words)})
        return words.get(word, "")


def digest(outcomes: Iterable[Outcome]) -> str:
    """A mark of exactly this plan: equal when, and only when, entering it does the same."""
    plain = [[row.row, row.action, row.values] for row in outcomes]
    return hashlib.sha256(json.dumps(plain, default=_plain, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else str(value)


def locked(rows: QuerySet[K], pk: int) -> K:
    """The table, locked until the transaction ends. Raises Conflict when it was entered already."""
    kept = rows.select_for_update(of=("self",)).get(pk=pk)
    if kept.confirmed_at is not None:
        raise Conflict(_("这份表格已经导入过了。"), code="done")
    return kept


def as_shown(outcomes: list[Outcome], seen: str, *, stale: str) -> list[Outcome]:
    """The same outcomes; raises Conflict with ``stale`` when they are not those with the digest ``seen``."""
    if digest(outcomes) != seen:
        raise Conflict(stale, code="changed")
    return outcomes
