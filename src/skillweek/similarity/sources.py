"""Which kinds of texts are compared, what they are called, and who may see them. Rooms above register theirs.

    sources.register_text("coverage", _("媒体报道"), places=visible_places, texts=all_texts, is_coverage=True)

and then call ``domain.put_text`` and ``domain.remove_texts`` whenever one of them changes or goes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Place:
    """Where a person may read a text: its page (empty when there is none for them), and whose it is."""

    url: str = ""
    name: str = ""


@dataclass(frozen=True)
class TextKind:
    """``places(user, ids)`` maps the ids of those texts that the person may read to their places, in a constant number
    of queries; who is not let in learns of the others only that there is one, and the day. ``texts()`` puts every text
    of the kind again and returns their ids, for a rebuild. ``is_coverage``: published by a medium, so its title, outlet
    and address are anybody's to know.
    """

    kind: str
    label: Any
    places: Callable[[Any, Collection[int]], dict[int, Place]]
    texts: Callable[[], Iterable[int]]
    is_coverage: bool = False


_kinds: dict[str, TextKind] = {}


def register_text(
    kind: str,
    label: Any,
    *,
    places: Callable[[Any, Collection[int]], dict[int, Place]],
    texts: Callable[[], Iterable[int]],
    is_coverage: bool = False,
) -> None:
    """Called by rooms in ``AppConfig.ready``. Safe to call again."""
    _kinds[kind] = TextKind(kind, label, places, texts, is_coverage)


def kind_of(kind: str) -> TextKind:
    """The registered kind. Raises KeyError."""
    return _kinds[kind]


def all_kinds() -> list[TextKind]:
    """Every registered kind."""
    return list(_kinds.values())


def coverage_kinds() -> list[str]:
    """The names of the kinds that media published."""
    return [kind.kind for kind in _kinds.values() if kind.is_coverage]
