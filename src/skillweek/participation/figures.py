"""Numbers of the rooms in which the public takes part, for the statistics form and the dashboards (C12, E1–E11)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, OrganisationQuerySet


@dataclass(frozen=True)
class FigureRow:
    """One thing behind a figure. ``amount`` is its share of the number; ``url`` leads to it, ``""`` where none does."""

    label: str
    amount: int
    day: date | None = None
    #: More about it: state, place, who said so.
    note: str = ""
    url: str = ""
    #: What makes it different for "distinct" figures; rows of the same key count once.
    key: str = ""


@dataclass(frozen=True)
class Figure:
    """``numbers(edition, organisations)`` → number by organisation id, absent meaning 0, in a constant number of
    queries; ``rows(edition, organisation)`` → what is behind one number; both agree. ``label``, ``unit``: lazy texts.
    """

    code: str
    label: object
    unit: object
    numbers: Callable[[Edition, OrganisationQuerySet], dict[int, int]]
    rows: Callable[[Edition, Organisation], list[FigureRow]]


_figures: dict[str, Figure] = {}


def register(*figures: Figure) -> None:
    """Make figures known. Safe to call again; two of one code raise ValueError."""
    for figure in figures:
        if _figures.get(figure.code, figure).numbers is not figure.numbers:
            raise ValueError(f"two figures are called {figure.code}")
        _figures[figure.code] = figure


def find(code: str) -> Figure | None:
    """The figure with this code, or None."""
    return _figures.get(code)


def all_figures() -> list[Figure]:
    """Every figure, by code: rooms stay together."""
    return [_figures[code] for code in sorted(_figures)]
