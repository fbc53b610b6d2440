"""Which schools a page of figures is about (C13)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from skillweek.organisations.models import Kind, Organisation, OrganisationQuerySet
from skillweek.reports.queries.scope import EVERY_SCHOOL, SchoolFilter
from skillweek.statistics.queries.rollup import schools_below


@dataclass(frozen=True)
class Reach:
    """The active schools at or below ``root``, narrowed by ``chosen``: exactly those that a roll-up sums."""

    root: Organisation
    chosen: SchoolFilter = EVERY_SCHOOL

    def schools(self) -> OrganisationQuerySet:
        """They themselves, in the tree's order."""
        return schools_below(self.root, self.chosen)

    def q(self, prefix: str = "organisation__") -> Q:
        """The same as a filter on rows that belong to an organisation, by a join."""
        active = {f"{prefix}kind": Kind.SCHOOL, f"{prefix}is_active": True, f"{prefix}path__startswith": self.root.path}
        return Q(**active) & self.chosen.q(prefix)
