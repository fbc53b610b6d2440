"""What can hang in a hall, and who finds it: other rooms register their kinds (B11).

    exhibits.register(ExhibitKind("entry", _("参赛作品"), "camera", finder))

A finder answers two questions in a constant number of queries. Refs are short texts that never change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation


@dataclass(frozen=True)
class Exhibit:
    """One thing as a hall shows it. ``picture`` is an asset for ``{% picture %}``; else ``image_url`` may be one."""

    ref: str
    title: str
    url: str = ""
    text: str = ""
    credit: str = ""
    picture: Any = None
    image_url: str = ""
    image_alt: str = ""


class Finder(Protocol):
    """How a kind is found."""

    def offer(self, edition: Edition, organisation: Organisation, text: str) -> list[Exhibit]:
        """What this unit may hang, the newest first, a few dozen at most; ``text`` narrows it."""
        ...

    def find(self, edition: Edition, refs: Iterable[str]) -> Mapping[str, Exhibit]:
        """Those of ``refs`` that the public may see now."""
        ...


@dataclass(frozen=True)
class ExhibitKind:
    """A kind of exhibit. ``convert`` turns a ref between here and an archive: ``(ref, translator) -> ref | None``."""

    code: str
    label: Any
    icon: str
    finder: Finder
    convert: Callable[[str, Any], str | None] | None = None


_KINDS: dict[str, ExhibitKind] = {}


def register(kind: ExhibitKind) -> None:
    """Let halls show this kind; called in ``apps.ready``. The same code again replaces it."""
    _KINDS[kind.code] = kind


def kinds() -> list[ExhibitKind]:
    """All kinds in the order they were registered."""
    return list(_KINDS.values())


def kind_of(code: str) -> ExhibitKind | None:
    """One kind by its code."""
    return _KINDS.get(code)


@dataclass(frozen=True)
class Hung:
    """One place on the wall: what a hall names, and what is there now (None: no longer public)."""

    kind: ExhibitKind
    ref: str
    caption: str
    exhibit: Exhibit | None


def hung(edition: Edition, rows: Iterable[Mapping[str, Any]]) -> list[Hung]:
    """The exhibits of a hall in order, those gone too; one look-up for each kind. Unknown kinds are passed over."""
    wanted = [(kind, row) for row in rows if (kind := kind_of(str(row.get("kind")))) is not None]
    found: dict[str, Mapping[str, Exhibit]] = {}
    for code in {kind.code for kind, _row in wanted}:
        refs = [str(row.get("ref")) for kind, row in wanted if kind.code == code]
        found[code] = _KINDS[code].finder.find(edition, refs)
    return [
        Hung(kind, str(row["ref"]), str(row.get("caption") or ""), found[kind.code].get(str(row["ref"])))
        for kind, row in wanted
    ]
