"""How the public took part: numbers of the rooms of the ten ideas, by unit (E1–E11, B11, C12)."""

from __future__ import annotations

from dataclasses import dataclass

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, OrganisationQuerySet
from skillweek.participation import figures
from skillweek.participation.figures import Figure, FigureRow


@dataclass(frozen=True)
class UnitLine:
    """One unit with its numbers, in the order of the table's figures."""

    organisation: Organisation
    numbers: list[int]


@dataclass(frozen=True)
class TakingPart:
    """Figures that are not zero everywhere, their totals, and the units that have any."""

    figures: list[Figure]
    totals: list[int]
    units: list[UnitLine]


def taking_part(edition: Edition, organisations: OrganisationQuerySet) -> TakingPart:
    """The table over these organisations; one read for each figure and one for the units, whatever their number."""
    counted = [(figure, figure.numbers(edition, organisations)) for figure in figures.all_figures()]
    used = [(figure, numbers) for figure, numbers in counted if any(numbers.values())]
    having = {pk for _figure, numbers in used for pk, number in numbers.items() if number}
    units = Organisation.objects.filter(pk__in=having).order_by("path")
    lines = [UnitLine(unit, [numbers.get(unit.pk, 0) for _figure, numbers in used]) for unit in units]
    totals = [sum(line.numbers[at] for line in lines) for at in range(len(used))]
    return TakingPart([figure for figure, _numbers in used], totals, lines)


def rows_behind(edition: Edition, organisation: Organisation, code: str) -> tuple[Figure, list[FigureRow]] | None:
    """A figure and the rows behind one unit's number; None for a code that nobody registered."""
    figure = figures.find(code)
    return (figure, figure.rows(edition, organisation)) if figure is not None else None
