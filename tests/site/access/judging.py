"""Who may reach the URLs of ``judging``, and the panels which the walk reaches for."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from skillweek.bookings.tokens import token_from
from skillweek.judging.models import Juror, Panel
from skillweek.organisations.models import User
from tests.judging import make
from tests.site.access.base import RoomWorld
from tests.site.access_rules import (
    EVERYBODY,
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

_RUNS: ByTarget = {
    **{target: of() for target in TARGETS},
    "school_a": of("liaison_a", "manager_a"),
    "siming": of("reviewer_siming", "manager_siming"),
    "edu": of("reviewer_edu", "manager_edu"),
    "host": of("reviewer_host", "manager_host"),
}
_SCORES: ByTarget = {target: _RUNS[target] | REVIEWS[target] for target in TARGETS}

TABLE: dict[str, Rule] = {
    "judging:index": get(SIGNED_IN, "any_panel"),  # one's own and those below only: tests/judging
    "judging:add": get(WITH_ROLE - of("member_a")),
    "judging:panel": get(SEES, "panel"),
    "judging:edit": get(_RUNS, "panel"),
    "judging:act": post(SEES, "panel", data={"do": "none"}),  # what it may do is the verbs' matter: tests/judging
    "judging:works": get(SEES, "panel"),
    "judging:work_add": get(_RUNS, "panel"),
    "judging:work": get(SEES, "work"),
    "judging:work_withdraw": post(_RUNS, "work"),
    "judging:jurors": get(_SCORES, "panel"),
    "judging:juror_act": post(_RUNS, "juror", data={"do": "remove"}),
    "judging:ranking": get(_SCORES, "panel"),
    "judging:export": get(_SCORES, "panel"),
    "judging_public:index": get(EVERYBODY),
    "judging_public:enter": get(EVERYBODY, "jury_link"),
    "judging_public:panel": get(of("journalist"), "my_panel"),  # whom the walk makes a juror
    "judging_public:work": get(of("journalist"), "my_work"),
    "judging_public:picture": get(of(), "my_work"),  # the work has none: tests/judging
    "judging_public:conflict": post(of("journalist"), "my_work"),
}


class JudgingWorld(RoomWorld):
    """Makes the arguments that ``TABLE`` names: a method ``_<make>(target)`` for each."""

    @cached_property
    def panels(self) -> dict[str, Panel]:
        """An open panel of every unit."""
        return {target: make.panel(self.edition, self.unit_of(target)) for target in TARGETS}

    def _any_panel(self, target: str) -> dict[str, Any]:
        assert self.panels
        return {}

    def _panel(self, target: str) -> dict[str, Any]:
        return {"pk": self.panels[target].pk}

    def _work(self, target: str) -> dict[str, Any]:
        return {"pk": self.panels[target].works.get(number=1).pk}

    def _juror(self, target: str) -> dict[str, Any]:
        panel = self.panels[target]
        return {"pk": (panel.jurors.first() or make.juror(panel)).pk}

    def _jury_link(self, target: str) -> dict[str, Any]:
        panel = self.panels["edu"]
        return {"token": token_from((panel.jurors.filter(user=None).first() or make.juror(panel)).nonce)}

    def _my_panel(self, target: str) -> dict[str, Any]:
        panel = self.panels["edu"]
        accredited = User.objects.filter(journalists__isnull=False, memberships=None).first()
        if accredited is not None and not Juror.objects.filter(panel=panel, user=accredited).exists():
            make.juror(panel, accredited)
        return {"pk": panel.pk}

    def _my_work(self, target: str) -> dict[str, Any]:
        return {**self._my_panel(target), "number": 1}
