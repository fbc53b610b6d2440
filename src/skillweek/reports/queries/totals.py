"""Roll-up of reports by unit, district, line or school type and day, counted by the database (C9, C13)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, F, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.organisations.access import scope_of
from skillweek.organisations.models import Line, Organisation, SchoolType
from skillweek.reports.queries.board import COUNTED, DayCount, counts
from skillweek.reports.queries.scope import STEP, SchoolFilter, reports_below, schools_below

#: The ways to roll up: by the units directly below one's own, or by a property of the school.
GROUPS = ("unit", "district", "line", "school_type")


@dataclass(frozen=True)
class Total:
    """One group's days and their sum. ``key`` is the group's value, ``label`` what people read."""

    key: str
    label: str
    schools: int
    days: list[DayCount]
    week: DayCount


def totals(user: Any, edition: Edition, chosen: SchoolFilter, *, group: str) -> list[Total]:
    """Count the person's filtered schools by ``group`` and day: at most three queries, whatever the numbers.

    The week's sum counts only days whose deadline has passed or on which a school has reported, so that the
    coming days do not look like failures.
    """
    schools = schools_below(user).filter(chosen.q())
    expected: dict[str, int] = dict(
        schools.annotate(group_key=_key(user, group, "")).order_by().values_list("group_key").annotate(n=Count("pk"))
    )
    rows: Iterable[Mapping[str, Any]] = (
        reports_below(user, edition, chosen)
        .annotate(group_key=_key(user, group, "organisation__"))
        .values("group_key", "day")
        .annotate(**counts())
    )
    counted = {(row["group_key"], row["day"]): {name: row[name] for name in COUNTED} for row in rows}
    labels = _labels(group, list(expected))
    moment = now()
    deadlines = {day: edition.report_deadline(day) for day in edition.days}
    result = []
    order = {"line": Line.values, "school_type": SchoolType.values}.get(group, [])
    for key, number in sorted(expected.items(), key=lambda pair: _rank(order, pair[0])):
        days = [
            DayCount(day, deadline, moment > deadline, number, **counted.get((key, day), {}))
            for day, deadline in deadlines.items()
        ]
        result.append(Total(key, labels.get(key) or _("未填写"), number, days, week_of(days)))
    return result


def week_of(days: list[DayCount]) -> DayCount:
    """The sum over the days that are due or reported; ``expected`` is school-days."""
    counting = [day for day in days if day.is_due or day.handed_in]
    return replace(
        days[-1],
        is_due=True,
        expected=sum(day.expected if day.is_due else day.handed_in for day in counting),
        **{name: sum(getattr(day, name) for day in counting) for name in COUNTED},
    )


def sum_of(parts: list[Total]) -> Total | None:
    """All groups together, or None when there is none."""
    if not parts:
        return None
    summed = ("expected", *COUNTED)
    days = [
        replace(column[0], **{name: sum(getattr(each, name) for each in column) for name in summed})
        for column in zip(*(part.days for part in parts), strict=True)
    ]
    return Total("", _("合计"), sum(part.schools for part in parts), days, week_of(days))


def _key(user: Any, group: str, prefix: str) -> Combinable:
    if group == "unit":
        depth = min((len(path) for path in scope_of(user).deciding_paths), default=0)
        return Substr(f"{prefix}path", Value(1), Value(depth + STEP))
    return F(f"{prefix}{group}")


def _labels(group: str, keys: list[str]) -> dict[str, str]:
    if group == "unit":
        units: QuerySet[Organisation] = Organisation.objects.filter(path__in=keys)
        return {unit.path: str(unit) for unit in units}
    if group == "line":
        return {str(line.value): str(line.label) for line in Line}
    if group == "school_type":
        return {str(each.value): str(each.label) for each in SchoolType}
    return {key: key for key in keys}


def _rank(order: list[str], key: str) -> tuple[int, str]:
    return (order.index(key) if key in order else len(order), key)
