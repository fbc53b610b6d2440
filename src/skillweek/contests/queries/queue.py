"""What was entered, for whoever decides on it (E1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from skillweek.contests.intake import problem_of
from skillweek.contests.models import Call, Entry, EntryFile

PER_PAGE: Final = 30
_S = Entry.State
STATES: Final[tuple[tuple[str, Any], ...]] = (
    (_S.WAITING, _("待审核")), (_S.APPROVED, _("已通过")), (_S.RETURNED, _("已退回修改")), (_S.REFUSED, _("未采用")),
    (_S.WITHDRAWN, _("已撤回")),
)  # fmt: skip


@dataclass(frozen=True)
class QueueFilter:
    """What somebody looks for in the queue."""

    state: str = _S.WAITING
    text: str = ""
    group: str = ""

    @classmethod
    def from_query(cls, data: Mapping[str, str], call: Call) -> QueueFilter:
        """Read ``state``, ``q``, ``group``."""
        state, group = data.get("state", ""), data.get("group", "")
        text = data.get("q", "").replace("\0", "").strip()[:40]
        known = [value for value, _label in STATES]
        return cls(state if state in known else _S.WAITING, text, group if group in call.groups else "")

    def apply(self, rows: QuerySet[Entry]) -> QuerySet[Entry]:
        """Those of ``rows`` that fit: what waits longest first, else the latest."""
        rows = rows.filter(state=self.state)
        if self.text:
            words = Q(title__icontains=self.text) | Q(author__icontains=self.text)
            if self.text.isascii() and self.text.isdigit():
                words |= Q(number=int(self.text[:9]))
            rows = rows.filter(words)
        if self.group:
            rows = rows.filter(group=self.group)
        return rows.order_by("submitted_at", "pk") if self.state == _S.WAITING else rows.order_by("-pk")


def entered(call: Call) -> QuerySet[Entry]:
    """Everything but drafts."""
    found: QuerySet[Entry] = call.entries.exclude(state=_S.DRAFT)
    return found


def state_counts(call: Call) -> list[tuple[str, Any, int]]:
    """(state, label, number) for the tabs."""
    counted = dict(entered(call).order_by().values_list("state").annotate(number=Count("pk")))
    return [(value, label, counted.get(value, 0)) for value, label in STATES]


def next_waiting(entry: Entry) -> Entry | None:
    """The work that waits after this one, round to the first."""
    waiting = entry.call.entries.filter(state=_S.WAITING).exclude(pk=entry.pk).order_by("submitted_at", "pk")
    found: Entry | None = waiting.filter(submitted_at__gte=entry.submitted_at).first() if entry.submitted_at else None
    return found or waiting.first()


def files_of(entry: Entry) -> list[tuple[EntryFile, str]]:
    """Its files with what is wrong with each, if anything."""
    rows = entry.files.select_related("file").prefetch_related("file__derivatives")
    return [(row, problem_of(row.file, row.kind, entry.call)) for row in rows]
