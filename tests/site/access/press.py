"""Who may reach the URLs of ``press``, and the coverage which the walk reaches for."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from skillweek.organisations.models import User
from skillweek.press.domain.journalists import sign_up, token_of
from skillweek.press.domain.register import register
from skillweek.press.models import Coverage, CoverageUpload, Journalist, Lead, MediaOutlet, SchoolVisit, VisitOffer
from tests.press import make
from tests.site.access.base import RoomWorld
from tests.site.access_rules import (
    BUREAU_DECIDERS,
    EVERYBODY,
    REVIEWS,
    SCHOOL,
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
#: Who writes leads: a unit's own people.
_WRITES: ByTarget = {**_OWN, "school_a": SCHOOL}
#: Who opens a unit for visits and answers them: whoever hands in for a school.
_OPENS: ByTarget = {**_OWN, "school_a": of("liaison_a", "manager_a")}

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
    "press:leads": get(SIGNED_IN, "lead_of_all"),  # one's own and those below only: tests/press
    "press:lead_add": get(WITH_ROLE),
    "press:lead": get(SEES, "lead"),
    "press:lead_edit": get(_WRITES, "lead"),
    "press:lead_act": post(_DECIDES, "lead", data={"do": "take_down", "reason": "x"}),
    "press:journalists": get(of("reviewer_host", "manager_host"), "applicant_of_all"),
    "press:journalist_decide": post(of("reviewer_host", "manager_host"), "applicant", data={"do": "accredit"}),
    "press_public:index": get(EVERYBODY, "lead_of_all"),
    "press_public:signup": get(EVERYBODY),
    "press_public:confirm": get(EVERYBODY, "application"),
    "press_public:mine": get(of("journalist"), "lead_of_all"),
    "press_public:lead": get(of("journalist"), "a_lead"),
    "press_public:act": post(of("journalist"), "a_lead", data={"do": "claim"}),
    "press:visits": get(WITH_ROLE, "school_visit_of_all"),  # one's own and those below only: tests/press
    "press:visit_offer": get(_OPENS, "visited_unit"),
    "press:visit": get(SEES, "school_visit"),
    "press:visit_act": post(_OPENS, "school_visit", data={"do": "refuse", "words": "x"}),
    "press_public:visits": get(EVERYBODY, "school_visit_of_all"),
    "press_public:visit_apply": get(EVERYBODY, "visit_offer"),
    "press_public:visit": get(of("journalist"), "own_visit"),
    "press_public:visit_act": post(of("journalist"), "own_visit", data={"do": "cancel"}),
    "press_public:visit_calendar": get(of("journalist"), "own_visit"),
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
        owner = User.objects.filter(memberships__organisation=self.tree.edu, memberships__role="manager").earliest("pk")
        kept, _made = CoverageUpload.objects.get_or_create(user=owner, edition=self.edition, home=self.tree.edu)
        return {"pk": kept.pk}

    @cached_property
    def leads(self) -> dict[str, Lead]:
        """An offered lead of every unit."""
        return {target: make.lead(self.edition, self.unit_of(target)) for target in TARGETS}

    def _lead_of_all(self, target: str) -> dict[str, Any]:
        assert self.leads
        return {}

    def _lead(self, target: str) -> dict[str, Any]:
        return {"pk": self.leads[target].pk}

    def _a_lead(self, target: str) -> dict[str, Any]:
        return self._lead("school_a")

    @cached_property
    def applicant(self) -> Journalist:
        """Somebody who waits to be accredited."""
        return make.journalist(self.edition, state=Journalist.State.APPLIED)

    def _applicant_of_all(self, target: str) -> dict[str, Any]:
        assert self.applicant
        return {}

    def _applicant(self, target: str) -> dict[str, Any]:
        return {"pk": self.applicant.pk}

    def _application(self, target: str) -> dict[str, Any]:
        """The mailed link of somebody who signed up just now."""
        known = Journalist.objects.filter(email="new@example.org").first()
        made = known or sign_up(
            self.edition,
            name="新记者",
            outlet="示例日报",
            phone="13800138001",
            email="new@example.org",
            card_number="1",
        )
        return {"token": token_of(made)}

    @cached_property
    def school_visits(self) -> dict[str, SchoolVisit]:
        """An agreed visit to every unit, by somebody of the press."""
        by = make.journalist(self.edition)
        return {target: make.visit(self.edition, self.unit_of(target), journalist=by) for target in TARGETS}

    def _school_visit_of_all(self, target: str) -> dict[str, Any]:
        assert self.school_visits
        return {}

    def _school_visit(self, target: str) -> dict[str, Any]:
        return {"pk": self.school_visits[target].pk}

    def _visited_unit(self, target: str) -> dict[str, Any]:
        assert self.edition
        return {"pk": self.unit_of(target).pk}

    def _visit_offer(self, target: str) -> dict[str, Any]:
        values = {"edition": self.edition, "organisation": self.tree.school_a}
        row, _made = VisitOffer.objects.get_or_create(**values, defaults={"what": "看点"})
        return {"pk": row.pk}

    def _own_visit(self, target: str) -> dict[str, Any]:
        """A visit of the cast's journalist."""
        by = Journalist.objects.filter(edition=self.edition, state=Journalist.State.ACCREDITED).earliest("pk")
        return {"pk": make.visit(self.edition, self.tree.school_a, journalist=by).pk}

    def _outlet(self, target: str) -> dict[str, Any]:
        assert self.coverage
        return {"pk": MediaOutlet.objects.get().pk}
