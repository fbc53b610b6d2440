"""The week's plan on the home page: what my organisations still owe, and what waits for my decision (B3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from skillweek.activities.access import planning_organisations
from skillweek.activities.models import Plan
from skillweek.activities.queries.review import waiting_counts
from skillweek.core.clock import today_in
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation


@dataclass
class PlanningToday:
    """``owed``: (organisation, plan or None) with something to do; ``plans`` and ``activities`` wait for a decision.

    ``comes_first``: it stands above the daily reports, because the week has not begun or a plan was sent back.
    """

    owed: list[tuple[Organisation, Plan | None]] = field(default_factory=list)
    plans: int = 0
    activities: int = 0
    comes_first: bool = False

    @property
    def returned(self) -> list[tuple[Organisation, Plan]]:
        """Plans that were sent back and wait to be mended."""
        return [(unit, plan) for unit, plan in self.owed if plan is not None and plan.state == Plan.State.RETURNED]


def planning_today(user: Any, edition: Edition) -> PlanningToday | None:
    """What there is to do about plans, or None when there is nothing: a few indexed reads."""
    counts = waiting_counts(user, edition)
    owed: list[tuple[Organisation, Plan | None]] = []
    today = today_in(edition.zone)
    if today <= edition.ends_on:
        units = planning_organisations(user)
        plans = {plan.organisation_id: plan for plan in Plan.objects.filter(edition=edition, organisation__in=units)}
        for unit in units:
            plan = plans.get(unit.pk)
            # Bureaus plan only when they want to; a school's week is expected.
            if (plan is not None and plan.is_editable) or (plan is None and unit.is_school):
                owed.append((unit, plan))
    if not owed and not any(counts.values()):
        return None
    found = PlanningToday(owed, plans=counts["plans"], activities=counts["activities"])
    found.comes_first = today < edition.starts_on or bool(found.returned)
    return found
