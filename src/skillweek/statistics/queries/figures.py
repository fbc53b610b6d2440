"""One organisation's form: its figures in the form's order, and the rows behind each (C12)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from itertools import groupby
from typing import Any

from skillweek.editions.models import Edition
from skillweek.editions.schema_closing import FormField
from skillweek.organisations.models import Organisation
from skillweek.participation.figures import FigureRow
from skillweek.statistics import sources
from skillweek.statistics.domain.counting import count_again, ensure_entry
from skillweek.statistics.models import FigureChange, FormComment, FormEntry, FormFigure

__all__ = ["FigureView", "Group", "count_again", "ensure_entry", "figures_of", "grouped", "rows_behind"]


@dataclass
class FigureView:
    """One field with what stands in it. ``number`` counts; ``counted`` and ``corrected`` say how it came about."""

    field: FormField
    number: int | None
    counted: int | None
    corrected: int | None
    text: str
    reason: str
    #: State of the form it stands in.
    state: str
    #: Whether the platform counts it at all.
    is_counted: bool
    findings: list[Any] = dataclass_field(default_factory=list)
    comments: list[FormComment] = dataclass_field(default_factory=list)
    changes: list[FigureChange] = dataclass_field(default_factory=list)

    @property
    def is_text(self) -> bool:
        """Whether it holds words instead of a number."""
        return self.field.kind == "text"

    @property
    def value(self) -> int | str | None:
        """What is reported."""
        return self.text if self.is_text else self.number


@dataclass(frozen=True)
class Group:
    """The fields under one heading of the form."""

    name: str
    figures: list[FigureView]


def figures_of(edition: Edition, organisation: Organisation) -> list[FigureView]:
    """Every field of the form in its order, as it stands now; nothing is made or counted. Two queries."""
    entry = FormEntry.objects.filter(edition=edition, organisation=organisation).first()
    return figures_in(edition, entry)


def figures_in(edition: Edition, entry: FormEntry | None) -> list[FigureView]:
    """The same for a form that was read already."""
    stored = {figure.code: figure for figure in entry.figures.all()} if entry is not None else {}
    state = str(entry.state) if entry is not None else str(FormEntry.State.COUNTED)
    return [_view(each, stored.get(each.code), state) for each in edition.doc.statistics_form.fields]


def _view(each: FormField, figure: FormFigure | None, state: str) -> FigureView:
    is_counted = bool(each.prefill) and sources.find(each.prefill) is not None
    if figure is None:
        return FigureView(each, None, None, None, "", "", state, is_counted)
    return FigureView(
        each, figure.number, figure.counted, figure.corrected, figure.text, figure.reason, state, is_counted
    )  # fmt: skip


def grouped(figures: list[FigureView]) -> Iterator[Group]:
    """Figures under their headings, in the form's order."""
    for name, members in groupby(figures, key=lambda view: view.field.group):
        yield Group(name, list(members))


def rows_behind(edition: Edition, organisation: Organisation, code: str) -> list[FigureRow]:
    """What the platform counted for one field; nothing for a field that nothing counts or that does not exist."""
    each = next((each for each in edition.doc.statistics_form.fields if each.code == code), None)
    source = sources.find(each.prefill) if each is not None and each.prefill else None
    return source.rows(edition, organisation) if source is not None else []
