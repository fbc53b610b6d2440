"""Who may reach the URLs of ``press``, and the coverage which the walk reaches for."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from skillweek.organisations.models import User
from skillweek.press.domain.register import register
from skillweek.press.models import Coverage, CoverageUpload, MediaOutlet
from tests.site.access.base import RoomWorld
from tests.site.access_rules import (
    BUREAU_DECIDERS,
    REVIEWS,
    SEES,
    SIGNED_IN,
    TARGETS,
    WITH_ROLE,
    ByTarget,
    Rule,
    get,
    of,
    post,
)

_OWN: ByTarget = {
    **{target: of() for target in TARGETS},
    "siming": of("reviewer_siming", "manager_siming"),
    "edu": of("reviewer_edu", "manager_edu"),
    "host": of("reviewer_host", "manager_host"),
}
#: Who decides on coverage: the line above, a bureau on its own.
_DECIDES: ByTarget = {target: REVIEWS[target] | _OWN[target] for target in TARGETS}

TABLE: dict[str, Rule] = {
    "press:index": get(SIGNED_IN, "any_coverage"),  # one's own and those below only: tests/press
    "press:add": get(WITH_ROLE),
    "press:coverage": get(SEES, "coverage"),
    "press:act": post(_DECIDES, "coverage", data={"do": "confirm"}),
    "press:export": get(WITH_ROLE, "any_coverage"),
    "press:template": get(WITH_ROLE, "any_coverage"),
    "press:import": get(WITH_ROLE, "any_coverage"),
    "press:import_upload": get(of("manager_edu"), "coverage_upload"),
    "press:import_confirm": post(of("manager_edu"), "coverage_upload", data={"seen": "x"}),
    "press:outlets": get(BUREAU_DECIDERS),
    "press:outlet_add": get(BUREAU_DECIDERS),
    "press:outlet": get(BUREAU_DECIDERS, "outlet"),
    "press:outlet_join": post(BUREAU_DECIDERS, "outlet"),
}


class PressWorld(RoomWorld):
    """Makes the arguments that ``TABLE`` names: a method ``_<make>(target)`` for each."""

    @cached_property
    def coverage(self) -> dict[str, Coverage]:
        """A piece of coverage of every unit."""
        made = {}
        for target in TARGETS:
            values = {"title": f"{target}的报道", "outlet": "示例日报", "level": "municipal"}
            day = self.edition.days[0]
            made[target] = register(self.edition, self.unit_of(target), actor=None, published_on=day, **values)
        return made

    def _any_coverage(self, target: str) -> dict[str, Any]:
        assert self.coverage
        return {}

    def _coverage(self, target: str) -> dict[str, Any]:
        return {"pk": self.coverage[target].pk}

    def _coverage_upload(self, target: str) -> dict[str, Any]:
        """An upload of the city education bureau's manager, and of nobody else."""
        owner = User.objects.get(memberships__organisation=self.tree.edu, memberships__role="manager")
        kept, _made = CoverageUpload.objects.get_or_create(user=owner, edition=self.edition, home=self.tree.edu)
        return {"pk": kept.pk}

    def _outlet(self, target: str) -> dict[str, Any]:
        assert self.coverage
        return {"pk": MediaOutlet.objects.get().pk}
