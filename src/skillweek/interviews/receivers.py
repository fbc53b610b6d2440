"""What follows when an interview becomes public or leaves."""

from __future__ import annotations

from typing import Any

from skillweek.interviews.models import Episode
from skillweek.interviews.queries.finding import KIND, search_entry
from skillweek.interviews.tasks import make_sound
from skillweek.search.domain import put_all, remove


def published(*, obj: Any, **_more: Any) -> None:
    """Receiver of ``editorial_published``: the search knows it, its sound is made."""
    if isinstance(obj, Episode):
        put_all([search_entry(obj)])
        make_sound.enqueue(obj.pk)


def withdrawn(*, obj: Any, **_more: Any) -> None:
    """Receiver of ``editorial_withdrawn``."""
    if isinstance(obj, Episode):
        remove(KIND, obj.pk)
