"""Topics × organisations: how much is told of what, and where it is thin (D1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Count, Q, QuerySet

from skillweek.content.editorial import public_q
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.publicity.models import Story

#: Column of stories whose topic is not chosen yet.
NO_TOPIC: Final = ""


@dataclass
class Cell:
    """Stories of one organisation (or of all) on one topic: those public now, and those being made."""

    published: int = 0
    in_work: int = 0

    @property
    def is_thin(self) -> bool:
        """Nothing public."""
        return not self.published


@dataclass
class Row:
    """One organisation's cells, by topic code."""

    organisation: Organisation
    cells: dict[str, Cell]

    @property
    def total(self) -> Cell:
        """All topics together, those without one included."""
        return Cell(sum(c.published for c in self.cells.values()), sum(c.in_work for c in self.cells.values()))


@dataclass
class Table:
    """The table. ``topics`` are (code, name) in the edition's order; ``sums`` maps code → all organisations."""

    topics: list[tuple[str, str]]
    rows: list[Row] = field(default_factory=list)
    sums: dict[str, Cell] = field(default_factory=dict)

    @property
    def total(self) -> Cell:
        """Every story in the table."""
        return Cell(sum(c.published for c in self.sums.values()), sum(c.in_work for c in self.sums.values()))

    @property
    def thin(self) -> list[str]:
        """Names of topics of which nothing is public."""
        return [name for code, name in self.topics if self.sums[code].is_thin]

    @property
    def has_untold(self) -> bool:
        """Whether any story has no topic yet."""
        return NO_TOPIC in self.sums


def table_of(edition: Edition, stories: QuerySet[Story], organisations: Sequence[Organisation]) -> Table:
    """Count ``stories`` (those the person sees) by the organisation that owns them, one query.

    ``organisations`` are the rows, in order; those without any story stand there with empty cells. A story counts once:
    as published while the public sees it, else as in work. Withdrawn ones that nobody works on count nowhere.
    """
    topics = [(topic.code, topic.name) for topic in edition.doc.topics]
    known = {code for code, _name in topics}
    shown = public_q()
    resting = Q(state=Story.State.WITHDRAWN, review="", pulled="")
    counted = (
        stories.filter(edition=edition)
        .order_by()
        .values_list("organisation_id", "topic")
        .annotate(published=Count("pk", filter=shown), in_work=Count("pk", filter=~shown & ~resting))
    )
    table = Table(topics, [Row(each, {code: Cell() for code in known}) for each in organisations])
    table.sums = {code: Cell() for code in known}
    by_id = {row.organisation.pk: row for row in table.rows}
    for organisation_id, topic, published, in_work in counted:
        row = by_id.get(organisation_id)
        if row is None or not (published or in_work):
            continue
        code = topic if topic in known else NO_TOPIC
        for cells in (row.cells, table.sums):
            cell = cells.setdefault(code, Cell())
            cell.published += published
            cell.in_work += in_work
    return table


def cells_in_order(table: Table, cells: dict[str, Cell]) -> list[tuple[str, str, Any]]:
    """(code, name, cell) for each column of a row, that of no topic last when the table has it."""
    found: list[tuple[str, str, Any]] = [(code, name, cells[code]) for code, name in table.topics]
    if table.has_untold:
        found.append((NO_TOPIC, "", cells.get(NO_TOPIC, Cell())))
    return found
