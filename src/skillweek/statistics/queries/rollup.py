"""Figures of many schools together, at any moment: accepted and provisional apart, with who is missing (C12, C13).

Everything is summed by the database over the schools at or below one unit, so the cost grows with that subtree and not
with the country. Fields of the kind "distinct" are no sum: days and partners that several schools share count once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Count, F, Max, Q, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Substr

from skillweek.editions.models import Edition
from skillweek.editions.schema_closing import FormField
from skillweek.organisations.models import Line, Organisation, OrganisationQuerySet, SchoolType
from skillweek.reports.queries.scope import EVERY_SCHOOL, SchoolFilter
from skillweek.statistics import sources
from skillweek.statistics.models import FormEntry, FormFigure

GROUPS: Final = ("unit", "district", "line", "school_type")
_S = FormEntry.State


@dataclass
class Group:
    """Schools that belong together. ``total`` maps field codes to numbers, ``accepted`` those of accepted forms.

    ``organisation`` is the unit they stand below when they are grouped by unit.
    """

    key: str
    label: str
    schools: int = 0
    accepted_forms: int = 0
    submitted_forms: int = 0
    total: dict[str, int] = field(default_factory=dict)
    accepted: dict[str, int] = field(default_factory=dict)
    organisation: Organisation | None = None

    @property
    def missing_forms(self) -> int:
        """How many schools have not handed in."""
        return self.schools - self.accepted_forms - self.submitted_forms

    @property
    def provisional(self) -> dict[str, int]:
        """What is not accepted yet, by field code."""
        return {code: number - self.accepted.get(code, 0) for code, number in self.total.items()}


@dataclass
class Rollup(Group):
    """All schools below ``root`` together, and the groups they fall into."""

    root: Organisation | None = None
    fields: Sequence[FormField] = ()
    groups: list[Group] = field(default_factory=list)
    #: When the oldest of the counted forms was counted; None while none was.
    counted_at: Any = None


def schools_below(root: Organisation, chosen: SchoolFilter = EVERY_SCHOOL) -> OrganisationQuerySet:
    """The active schools at or below ``root``, narrowed by ``chosen``."""
    schools: OrganisationQuerySet = Organisation.objects.schools().filter(chosen.q(), path__startswith=root.path)
    return schools


def rollup(edition: Edition, root: Organisation, *, group: str = "unit", chosen: SchoolFilter = EVERY_SCHOOL) -> Rollup:
    """Sum every number field over the schools below ``root``, together and by ``group`` (one of ``GROUPS``).

    ``chosen`` narrows the schools. A constant number of queries, but one more for each field of the kind "distinct".
    """
    schools = schools_below(root, chosen)
    fields = [each for each in edition.doc.statistics_form.fields if each.kind != "text"]
    found = Rollup("", str(root), root=root, fields=fields)
    groups = {key: Group(key, label) for key, label in _labels(group, root)}
    _count_schools(found, groups, schools, root, group)
    for row in _sums(edition, schools, root, group):
        for target in (found, groups.get(row["group_key"])):
            if target is None or row["number"] is None:
                continue
            target.total[row["code"]] = target.total.get(row["code"], 0) + row["number"]
            if row["accepted"] is not None:
                target.accepted[row["code"]] = target.accepted.get(row["code"], 0) + row["accepted"]
    _count_forms(found, groups, edition, schools, root, group)
    _count_distinct(found, edition, schools)
    found.groups = [each for each in groups.values() if each.schools]
    if group == "unit":
        _name_units(found.groups)
    return found


def _sums(
    edition: Edition, schools: OrganisationQuerySet, root: Organisation, group: str
) -> Iterable[Mapping[str, Any]]:
    figures = FormFigure.objects.filter(entry__edition=edition, entry__organisation__in=schools, number__isnull=False)
    keyed = figures.annotate(group_key=_key(group, root, "entry__organisation__")).order_by()
    accepted = Sum("number", filter=Q(entry__state=_S.ACCEPTED))  # before "number" names the sum
    return keyed.values("group_key", "code").annotate(accepted=accepted).annotate(number=Sum("number"))


def _count_schools(
    found: Rollup, groups: dict[str, Group], schools: OrganisationQuerySet, root: Organisation, group: str
) -> None:
    rows = schools.annotate(group_key=_key(group, root, "")).order_by()
    for key, number in rows.values_list("group_key").annotate(number=Count("pk")):
        found.schools += number
        groups.setdefault(key, Group(key, key)).schools += number


def _count_forms(
    found: Rollup, groups: dict[str, Group], edition: Edition, schools: OrganisationQuerySet, root: Organisation,
    group: str,
) -> None:  # fmt: skip
    entries = FormEntry.objects.filter(edition=edition, organisation__in=schools)
    keyed = entries.annotate(group_key=_key(group, root, "organisation__")).order_by()
    rows = keyed.values("group_key").annotate(
        accepted=Count("pk", filter=Q(state=_S.ACCEPTED)),
        submitted=Count("pk", filter=Q(state=_S.SUBMITTED)),
        counted=Max("counted_at"),
    )
    for row in rows:
        for target in (found, groups.get(row["group_key"])):
            if target is not None:
                target.accepted_forms += row["accepted"]
                target.submitted_forms += row["submitted"]
        if row["counted"] is not None:
            found.counted_at = max(filter(None, (found.counted_at, row["counted"])))


def _count_distinct(found: Rollup, edition: Edition, schools: OrganisationQuerySet) -> None:
    """Replace sums of "distinct" fields by how many different things there are in all schools together.

    Where schools corrected their number, the larger of the two stands: what they say exceeds what the platform knows.
    """
    for each in found.fields:
        source = sources.find(each.prefill) if each.kind == "distinct" and each.prefill else None
        if source is None or source.keys is None:
            continue
        highest = FormFigure.objects.filter(
            entry__edition=edition, entry__organisation__in=schools, code=each.code
        ).aggregate(highest=Coalesce(Max("corrected"), 0))["highest"]
        found.total[each.code] = max(source.keys(edition, schools), highest)
        if each.code in found.accepted:
            found.accepted[each.code] = min(found.accepted[each.code], found.total[each.code])


def missing(edition: Edition, root: Organisation) -> OrganisationQuerySet:
    """The schools below ``root`` that have not handed in their form."""
    done = FormEntry.objects.filter(edition=edition, state__in=(_S.SUBMITTED, _S.ACCEPTED))
    schools: OrganisationQuerySet = schools_below(root).exclude(pk__in=done.values("organisation_id"))
    return schools


def figure_by_school(edition: Edition, root: Organisation, code: str) -> list[tuple[Organisation, FormFigure | None]]:
    """One field of every school below ``root``, in the tree's order: where a total comes from. Two queries."""
    figures = FormFigure.objects.filter(
        entry__edition=edition, entry__organisation__in=schools_below(root), code=code
    ).select_related("entry")
    by_school = {figure.entry.organisation_id: figure for figure in figures}
    return [(school, by_school.get(school.pk)) for school in schools_below(root)]


def _key(group: str, root: Organisation, prefix: str) -> Combinable:
    if group == "unit":
        return Substr(f"{prefix}path", Value(1), Value(len(root.path) + Organisation.steplen))
    return F(f"{prefix}{group}")


def _labels(group: str, root: Organisation) -> list[tuple[str, str]]:
    if group == "unit":
        below = Organisation.objects.filter(path__startswith=root.path, depth__lte=root.depth + 1)
        return [(unit.path, str(unit)) for unit in below.order_by("path")]
    if group == "line":
        return [(str(line.value), str(line.label)) for line in Line]
    if group == "school_type":
        return [(str(each.value), str(each.label)) for each in SchoolType]
    return []


def _name_units(groups: list[Group]) -> None:
    units = {unit.path: unit for unit in Organisation.objects.filter(path__in=[each.key for each in groups])}
    for each in groups:
        each.organisation = units.get(each.key)
