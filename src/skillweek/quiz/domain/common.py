"""What the verbs of this room share."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Model
from django.utils.translation import gettext as _

from skillweek.core.errors import Conflict


def must_be_version(row: Model, expected: int | None) -> None:
    """Raise Conflict when somebody changed the row since it was read."""
    if expected is not None and getattr(row, "version", expected) != expected:
        raise Conflict(_("这里刚刚被同事改过。请刷新，看过最新内容再保存。"), code="changed")


def tidy_line(text: str, length: int) -> str:
    """One line without stray blanks and control characters."""
    return " ".join(text.replace("\0", "").split())[:length]


def in_order(letters: Iterable[str]) -> str:
    """Letters sorted, each once: ``CAA`` → ``AC``."""
    return "".join(sorted(set(letters)))
