"""Who may reach the URLs of ``classes``."""

from __future__ import annotations

from typing import Any

from tests.classes import make
from tests.site.access.base import RoomWorld
from tests.site.access.bookings import RUNS
from tests.site.access_rules import EVERYBODY, SIGNED_IN, Rule, get, of

#: Of a bureau its managers plan.
_WRITES = {**RUNS, "siming": of("manager_siming"), "host": of("manager_host")}

TABLE: dict[str, Rule] = {
    "classes_public:preset": get(EVERYBODY, "class_preset"),
    "classes:index": get(SIGNED_IN),  # one's own classes only: tests/classes
    "classes:youth": get(SIGNED_IN),
    "classes:timetable": get(SIGNED_IN),
    "classes:settings": get(_WRITES, "run_class"),
}


class ClassesWorld(RoomWorld):
    """Makes the arguments that ``TABLE`` names."""

    def _class_preset(self, target: str) -> dict[str, Any]:
        return {"code": self.edition.doc.class_presets[0].code}

    def _run_class(self, target: str) -> dict[str, Any]:
        return {"pk": make.lesson(self.edition, self.unit_of(target)).activity_id}
