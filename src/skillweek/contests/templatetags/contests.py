"""What templates of this room ask of works."""

from __future__ import annotations

from typing import Any

from django import template

from skillweek.contests.models import Call, Entry, EntryFile
from skillweek.contests.queries.gallery import cover_of
from skillweek.core.clock import now

register = template.Library()
_TONES = {
    "draft": "draft", "submitted": "submitted", "returned": "returned", "published": "open", "closed": "closed",
    "down": "late", "waiting": "submitted", "approved": "accepted", "refused": "failed", "withdrawn": "draft",
}  # fmt: skip


@register.filter
def cover(entry: Entry) -> EntryFile | None:
    """The file that stands for the work in lists."""
    return cover_of(entry)


@register.filter
def tone(row: Call | Entry) -> str:
    """The state as ``state_badge`` knows it."""
    return _TONES.get(str(row.state), "draft")


@register.filter
def of_kind(files: Any, kind: str) -> list[EntryFile]:
    """Those files of one kind."""
    return [each for each in files.all() if each.kind == kind]


@register.filter
def minutes(seconds: int) -> str:
    """``1:05``."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


@register.filter
def dimension(value: int, usual: int) -> int:
    """A picture's width or height, or something usual while nobody has measured it."""
    return value or usual


@register.simple_tag
def passed_deadline(call: Call) -> bool:
    """Whether entering is over."""
    return now() >= call.enter_until
