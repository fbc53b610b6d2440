"""Who may reach the URLs of ``activities``, and the things of that room which the walk reaches for."""

from __future__ import annotations

from tests.site.access.activities_planning import PLANNING, PlanningWorld
from tests.site.access.activities_running import RUNNING, RunningWorld
from tests.site.access_rules import Rule

TABLE: dict[str, Rule] = {**PLANNING, **RUNNING}


class ActivitiesWorld(PlanningWorld, RunningWorld):
    """Makes the arguments that ``TABLE`` names: a method ``_<make>(target)`` for each."""
