"""Every day, everywhere, everyone: organisation × day with its gaps, in a constant number of queries (B6).

A day counts for a unit when an activity of its own, or one that it jointly holds, has a session on it that was not
called off. Page rows are counted in full; for all units together the database returns one row each, the best state of
every day, so that totals, the filter and the order cost the same on page one and on page two hundred.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import Case, Count, IntegerField, Max, Q, QuerySet, Sum, Value, When

from skillweek.activities import offers
from skillweek.activities.access_running import covered_q, covered_units
from skillweek.activities.models import Activity, Partner, Session
from skillweek.activities.offers import Reached
from skillweek.activities.queries.units import UnitFilter
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation

PAGE_SIZE: Final = 60
_S = Activity.State
#: How far the best activity of a day is. Below PENDING the day is a gap.
NOTHING, DRAFT, PENDING, APPROVED = range(4)
_LEVELS: Final = {_S.DRAFT: DRAFT, _S.RETURNED: DRAFT, _S.SUBMITTED: PENDING, _S.APPROVED: APPROVED}
#: What happens at all: neither the activity nor the session was called off or taken down.
_HAPPENS: Final = {"cancelled_at": None, "withdrawn_at": None}


@dataclass
class Cell:
    """One unit on one day: its activities by state."""

    day: date
    approved: int = 0
    submitted: int = 0
    draft: int = 0

    @property
    def level(self) -> int:
        """NOTHING, DRAFT, PENDING or APPROVED."""
        if self.approved:
            return APPROVED
        return PENDING if self.submitted else DRAFT if self.draft else NOTHING

    @property
    def is_gap(self) -> bool:
        """Whether nothing is approved or waits for approval."""
        return self.level < PENDING


@dataclass
class Row:
    """One unit's week. ``features`` counts feature activities handed in, ``highlights`` those the city chose."""

    unit: Organisation
    cells: list[Cell]
    activities: int = 0
    features: int = 0
    highlights: int = 0
    joint: int = 0
    expected: int = 0
    reached: Reached = field(default_factory=Reached)

    @property
    def gaps(self) -> list[date]:
        """Days without an activity that is approved or waits."""
        return [cell.day for cell in self.cells if cell.is_gap]

    @property
    def is_plain(self) -> bool:
        """Whether it has neither a feature activity nor a highlight (处处有看点)."""
        return not self.features and not self.highlights


@dataclass(frozen=True)
class DayTotal:
    """One day over all filtered units."""

    day: date
    units: int
    approved: int
    pending: int

    @property
    def gaps(self) -> int:
        """Units without an activity that day."""
        return self.units - self.approved - self.pending


@dataclass(frozen=True)
class Standing:
    """One unit in the roll of all: the best level of each day, and whether it has something to show."""

    levels: tuple[int, ...]
    is_plain: bool
    expected: int

    @property
    def gaps(self) -> int:
        """How many days are gaps."""
        return sum(level < PENDING for level in self.levels)


@dataclass(frozen=True)
class Roll:
    """All filtered units in their order, with their standings; ``shown`` are those that the page is narrowed to."""

    shown: list[int]
    standings: Mapping[int, Standing]
    days: list[DayTotal]

    @property
    def units(self) -> int:
        """All filtered units, whatever is shown."""
        return len(self.standings)

    @property
    def with_gaps(self) -> int:
        """Units with at least one day without an activity."""
        return sum(bool(standing.gaps) for standing in self.standings.values())

    @property
    def plain(self) -> int:
        """Units without a highlight or feature activity."""
        return sum(standing.is_plain for standing in self.standings.values())

    @property
    def expected(self) -> int:
        """People expected at all activities together."""
        return sum(standing.expected for standing in self.standings.values())


def roll_of(user: Any, edition: Edition, chosen: UnitFilter) -> Roll:
    """Every filtered unit's standing: four queries, whatever the numbers."""
    ids = list(covered_units(user).filter(chosen.q()).order_by("path").values_list("pk", flat=True))
    days = edition.days
    levels = _levels(user, edition, chosen, days)
    facts = _facts(user, edition, chosen)
    blank = (NOTHING,) * len(days)
    standings = {}
    for unit in ids:
        shown, expected = facts.get(unit, (0, 0))
        standings[unit] = Standing(levels.get(unit, blank), not shown, expected)
    totals = []
    for number, day in enumerate(days):
        column = [standing.levels[number] for standing in standings.values()]
        totals.append(DayTotal(day, len(column), column.count(APPROVED), column.count(PENDING)))
    return Roll(_shown(ids, standings, chosen), standings, totals)


def _shown(ids: list[int], standings: Mapping[int, Standing], chosen: UnitFilter) -> list[int]:
    if chosen.show == "gaps":
        ids = [unit for unit in ids if standings[unit].gaps]
    elif chosen.show == "plain":
        ids = [unit for unit in ids if standings[unit].is_plain]
    if chosen.sort == "gaps":
        # Stable: units with as many gaps stay in the tree's order.
        ids = sorted(ids, key=lambda unit: -standings[unit].gaps)
    return ids


def own_activities(user: Any, edition: Edition, chosen: UnitFilter) -> QuerySet[Activity]:
    """Activities organised by the filtered units that take place as far as is known, by one join."""
    reach = covered_q(user, "organisation__") & chosen.q("organisation__")
    return Activity.objects.filter(reach, edition=edition, **_HAPPENS).order_by()


def _best(days: Sequence[date], prefix: str, day_name: str) -> dict[str, Max]:
    """Aggregates ``d0`` … : the best level of each day."""
    whens = [When(**{f"{prefix}state": state}, then=Value(level)) for state, level in _LEVELS.items()]
    level = Case(*whens, default=Value(NOTHING), output_field=IntegerField())
    return {f"d{number}": Max(level, filter=Q(**{day_name: day})) for number, day in enumerate(days)}


def _levels(user: Any, edition: Edition, chosen: UnitFilter, days: list[date]) -> dict[int, tuple[int, ...]]:
    """Unit → best level of each day, from its own activities and those it jointly holds."""
    reach = covered_q(user, "activity__organisation__") & chosen.q("activity__organisation__")
    own = _own_sessions(edition, days).filter(reach).values_list("activity__organisation")
    joint = _joint_parts(edition, days).filter(covered_q(user, "organisation__") & chosen.q("organisation__"))
    names = [f"d{number}" for number in range(len(days))]
    found: dict[int, tuple[int, ...]] = {}
    for query in (
        own.annotate(**_best(days, "activity__", "day")).values_list("activity__organisation", *names),
        joint.values_list("organisation")
        .annotate(**_best(days, "activity__", "activity__sessions__day"))
        .values_list("organisation", *names),
    ):
        for unit, *best in query:
            levels = tuple(level or NOTHING for level in best)
            before = found.get(unit)
            found[unit] = tuple(map(max, before, levels)) if before else levels
    return found


def _own_sessions(edition: Edition, days: Sequence[date]) -> QuerySet[Session]:
    happens = {f"activity__{name}": value for name, value in _HAPPENS.items()}
    rows = Session.objects.filter(activity__edition=edition, day__in=days, **happens)
    return rows.exclude(state=Session.State.CANCELLED).order_by()


def _joint_parts(edition: Edition, days: Sequence[date]) -> QuerySet[Partner]:
    """Accepted joint parts with a session on one of the days; one row for each session."""
    return Partner.objects.filter(
        Q(activity__sessions__state__in=(Session.State.PLANNED, Session.State.POSTPONED)),
        state=Partner.State.ACCEPTED,
        organisation__isnull=False,
        activity__edition=edition,
        activity__cancelled_at=None,
        activity__withdrawn_at=None,
        activity__sessions__day__in=days,
    ).order_by()


def _facts(user: Any, edition: Edition, chosen: UnitFilter) -> dict[int, tuple[int, int]]:
    """Unit → (feature activities and highlights, people expected) among what was handed in."""
    rows = (
        own_activities(user, edition, chosen)
        .filter(state__in=(_S.SUBMITTED, _S.APPROVED))
        .values_list("organisation")
        .annotate(shown=Count("pk", filter=_SHOWN), people=Sum("expected_people"))
    )
    return {unit: (shown, people or 0) for unit, shown, people in rows}


_SHOWN: Final = Q(kind=Activity.Kind.FEATURE) | Q(is_highlight=True)


def rows_of(edition: Edition, units: Iterable[Organisation]) -> list[Row]:
    """Fill one page of units with their cells and figures: four queries, and those of take-part."""
    page = list(units)
    ids = [unit.pk for unit in page]
    rows = {unit.pk: Row(unit, [Cell(day) for day in edition.days]) for unit in page}
    places = {day: number for number, day in enumerate(edition.days)}
    for unit, day, state, number in _counted(edition, ids):
        cell = rows[unit].cells[places[day]]
        name = {PENDING: "submitted", APPROVED: "approved"}.get(_LEVELS[_S(state)], "draft")
        setattr(cell, name, getattr(cell, name) + number)
    own = Activity.objects.filter(edition=edition, organisation__in=ids, **_HAPPENS).order_by()
    handed_in = own.filter(state__in=(_S.SUBMITTED, _S.APPROVED))
    counts = handed_in.values_list("organisation").annotate(
        number=Count("pk"),
        features=Count("pk", filter=Q(kind=Activity.Kind.FEATURE)),
        highlights=Count("pk", filter=Q(is_highlight=True)),
        people=Sum("expected_people"),
    )
    for unit, number, features, highlights, people in counts:
        row = rows[unit]
        row.activities, row.features, row.highlights, row.expected = number, features, highlights, people or 0
    accepted = Partner.objects.filter(activity__edition=edition, organisation__in=ids, state=Partner.State.ACCEPTED)
    for unit, number in accepted.order_by().values_list("organisation").annotate(number=Count("pk")):
        rows[unit].joint = number
    for unit, reached in offers.reached_by_unit(own).items():
        if unit in rows:
            rows[unit].reached = reached
    return [rows[unit.pk] for unit in page]


def _counted(edition: Edition, ids: list[int]) -> Iterable[tuple[int, date, str, int]]:
    """(unit, day, state, number of activities) of own and of jointly held activities."""
    days = edition.days
    own = _own_sessions(edition, days).filter(activity__organisation__in=ids)
    yield from own.values_list("activity__organisation", "day", "activity__state").annotate(
        number=Count("activity", distinct=True)
    )
    joint = _joint_parts(edition, days).filter(organisation__in=ids)
    yield from joint.values_list("organisation", "activity__sessions__day", "activity__state").annotate(
        number=Count("activity", distinct=True)
    )


def reached_by_all(user: Any, edition: Edition, chosen: UnitFilter) -> Reached:
    """Take-part and feedback of all filtered units together (人人有收获)."""
    parts = list(offers.reached_by_unit(own_activities(user, edition, chosen)).values())
    feedback = sum(part.feedback for part in parts)
    stars = sum((part.stars or 0) * part.feedback for part in parts)
    return Reached(
        booked=sum(part.booked for part in parts),
        attended=sum(part.attended for part in parts),
        feedback=feedback,
        stars=stars / feedback if feedback else None,
    )
