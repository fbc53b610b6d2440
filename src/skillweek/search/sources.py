"""Which kinds of things exist, what they are called, and how a room lists all of them for a rebuild."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from skillweek.search.domain import Entry


@dataclass(frozen=True)
class Source:
    """``label`` is lazy and names the kind on the search page; ``entries`` gives everything public of the kind."""

    kind: str
    label: Any
    entries: Callable[[], Iterable[Entry]]
    position: int


_sources: dict[str, Source] = {}


def register(kind: str, label: Any, entries: Callable[[], Iterable[Entry]], *, position: int = 50) -> None:
    """Called by rooms in ``AppConfig.ready``; ``position`` orders the kinds on the search page. Safe to call again."""
    _sources[kind] = Source(kind, label, entries, position)


def all_sources() -> list[Source]:
    """Every registered kind, in the order of the search page."""
    return sorted(_sources.values(), key=lambda source: (source.position, source.kind))
