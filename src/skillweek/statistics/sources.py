"""Where the form's figures come from: one source for each ``prefill`` code of the edition's form (C12).

A source counts for many organisations at once, and shows the rows behind one organisation's number. Both must agree:
``sum(row.amount for row in rows(…)) == numbers(…)[organisation]`` (for ``distinct``, the number of different
``row.key``). Rooms above may register theirs in ``AppConfig.ready``; statistics registers those of the rooms below it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, OrganisationQuerySet
from skillweek.participation import figures
from skillweek.participation.figures import FigureRow


@dataclass(frozen=True)
class Source:
    """``numbers(edition, organisations)`` → number by organisation id, absent meaning 0, in a constant number of
    queries; ``rows(edition, organisation)`` → what is behind one number.

    ``across`` says how the numbers of several organisations make one: ``"sum"``, or ``"distinct"``: then
    ``keys(edition, organisations)`` gives how many different keys they have together.
    """

    code: str
    numbers: Callable[[Edition, OrganisationQuerySet], dict[int, int]]
    rows: Callable[[Edition, Organisation], list[FigureRow]]
    across: str = "sum"
    keys: Callable[[Edition, OrganisationQuerySet], int] | None = None


_sources: dict[str, Source] = {}
#: prefix → what makes the source of a code that begins with it, for codes that the edition itself names.
_families: dict[str, Callable[[str], Source]] = {}


def register(*sources: Source) -> None:
    """Make sources known. Safe to call again; two sources of one code raise ValueError."""
    for source in sources:
        if _sources.get(source.code, source) != source:
            raise ValueError(f"two sources of figures are called {source.code}")
        _sources[source.code] = source


def register_family(prefix: str, make: Callable[[str], Source]) -> None:
    """Have ``make`` called with what follows ``prefix`` for codes that nobody registered."""
    _families[prefix] = make


def find(code: str) -> Source | None:
    """The source with this code, or None: then nobody counts the field and people fill it in."""
    if (found := _sources.get(code)) is not None:
        return found
    for prefix, make in _families.items():
        if code.startswith(prefix):
            return _sources.setdefault(code, make(code.removeprefix(prefix)))
    return _of_participation(code)


def _of_participation(code: str) -> Source | None:
    """A figure of one of the rooms in which the public takes part; they register with ``participation``."""
    if (figure := figures.find(code)) is None:
        return None
    return Source(code, figure.numbers, figure.rows)
