"""Who may reach the URLs of ``careers``."""

from __future__ import annotations

from typing import Any

from skillweek.careers.models import Opening
from tests.site.access.base import RoomWorld
from tests.site.access_rules import EVERYBODY, SCHOOL, TARGETS, WITH_ROLE, ByTarget, Rule, get, of, post

_OWN: ByTarget = {
    **{target: of() for target in TARGETS},
    "school_a": SCHOOL,
    "siming": of("reviewer_siming", "manager_siming"),
    "edu": of("reviewer_edu", "manager_edu"),
    "host": of("reviewer_host", "manager_host"),
}

TABLE: dict[str, Rule] = {
    "careers_public:index": get(EVERYBODY),
    "careers_public:result": get(EVERYBODY, "career_result"),
    "careers:index": get(WITH_ROLE),
    "careers:switch": post({**_OWN, "school_a": of("liaison_a", "manager_a")}, "career_unit", data={"on": "1"}),
    "careers:poster": get(_OWN, "career_unit"),
}


class CareersWorld(RoomWorld):
    """Makes the arguments that ``TABLE`` names."""

    def _career_result(self, target: str) -> dict[str, Any]:
        return {"code": "12-0-0-0-0-0"}

    def _career_unit(self, target: str) -> dict[str, Any]:
        unit = self.unit_of(target)
        Opening.objects.get_or_create(edition=self.edition, organisation=unit)
        return {"pk": unit.pk}
