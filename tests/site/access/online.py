"""Who may reach the URLs of ``online``, and the works which the walk reaches for."""

from __future__ import annotations

import tempfile
import uuid
from functools import cached_property
from pathlib import Path
from typing import Any

from skillweek.online.domain.saying import sign
from skillweek.online.models import GuestEntry, Hall, LiveRoom, Question, Tour
from tests.online import make
from tests.site.access.base import RoomWorld
from tests.site.access_rules import (
    EVERYBODY,
    HOST_MANAGER,
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

_DECIDERS: ByTarget = {
    **{target: of() for target in TARGETS},
    "siming": of("reviewer_siming", "manager_siming"),
    "edu": of("reviewer_edu", "manager_edu"),
    "host": of("reviewer_host", "manager_host"),
}
#: Who writes: a unit's own people, in bureaus those who decide.
_WRITES: ByTarget = {**_DECIDERS, "school_a": SCHOOL}
#: Who answers for the unit, and the line above.
_ANSWERS: ByTarget = {
    target: REVIEWS[target] | _DECIDERS[target] | (of("liaison_a", "manager_a") if target == "school_a" else of())
    for target in TARGETS
}
_JSON = {"Accept": "application/json"}
_FROM_HERE = {"Sec-Fetch-Site": "same-origin"}

TABLE: dict[str, Rule] = {
    "online:index": get(SIGNED_IN, "any_work"),  # one's own and those below only: tests/online
    "online:rooms": get(EVERYBODY),  # leads to the list, which asks who one is
    "online:halls": get(EVERYBODY),
    "online:visits": get(SIGNED_IN),
    "online:rules": get(HOST_MANAGER),
    "online:moderation": get(SIGNED_IN, "any_work"),
    "online:moderate": post(_ANSWERS, "question", data={"do": "hide"}),
    "online:add": get(WITH_ROLE, "a_kind"),
    "online:work": get(SEES, "tour"),
    "online:act": post(_ANSWERS, "room", data={"do": "withdraw", "reason": "示例"}),
    "online:preview": get(SEES, "tour"),
    "online:scenes": get(SEES, "tour_alone"),
    "online:panorama_remove": post(_WRITES, "loose_panorama", headers=_JSON),
    "online:hang": post(_WRITES, "hall", data={"kind": "tour", "ref": ""}),
    "online:arrange": post(_WRITES, "hall", data={}),
    "online_public:index": get(EVERYBODY, "any_work"),
    "online_public:list": get(EVERYBODY, "a_kind"),
    "online_public:tour": get(EVERYBODY, "a_tour"),
    "online_public:panorama": get(EVERYBODY, "a_panorama"),
    "online_public:room": get(EVERYBODY, "a_room"),
    "online_public:room_part": get(EVERYBODY, "a_room"),
    "online_public:calendar": get(EVERYBODY, "a_room"),
    "online_public:ask": get(EVERYBODY, "a_room"),
    "online_public:remind": get(EVERYBODY, "a_room"),  # leads to the page where one proves a contact
    "online_public:room_thanks": get(EVERYBODY, "a_room"),
    "online_public:vote": post(EVERYBODY, "a_shown_question", headers=_FROM_HERE),
    "online_public:hall": get(EVERYBODY, "a_hall"),
    "online_public:sign": get(EVERYBODY, "a_hall"),
    "online_public:hall_thanks": get(EVERYBODY, "a_hall"),
    "online_public:seen": post(EVERYBODY, "a_subject", headers=_FROM_HERE),
    "online_public:seen_pixel": get(EVERYBODY, "a_subject", headers=_FROM_HERE),
}


class OnlineWorld(RoomWorld):
    """Makes the arguments that ``TABLE`` names: a method ``_<make>(target)`` for each."""

    @cached_property
    def tours(self) -> dict[str, Tour]:
        """A public tour of every unit."""
        with tempfile.TemporaryDirectory() as folder:
            return {target: make.public_tour(self.edition, self.unit_of(target), Path(folder)) for target in TARGETS}

    @cached_property
    def live_rooms(self) -> dict[str, LiveRoom]:
        """A public live room of every unit."""
        return {target: make.publish(make.room(self.edition, self.unit_of(target))) for target in TARGETS}

    @cached_property
    def halls(self) -> dict[str, Hall]:
        """A public hall of every unit, with a tour in it."""
        made = {}
        for target in TARGETS:
            exhibits = [{"kind": "tour", "ref": str(self.tours[target].pk), "caption": ""}]
            made[target] = make.publish(make.hall(self.edition, self.unit_of(target), exhibits=exhibits))
            sign(made[target], nickname="", text="示例留言", client_id=uuid.uuid4())
        return made

    @cached_property
    def questions(self) -> dict[str, Question]:
        """A shown question in every room."""
        return {target: make.question(room, shown=True) for target, room in self.live_rooms.items()}

    def _any_work(self, target: str) -> dict[str, Any]:
        assert self.tours and self.questions and self.halls and GuestEntry.objects.exists()
        return {}

    def _a_kind(self, target: str) -> dict[str, Any]:
        return {"kind": "tour"}

    def _tour(self, target: str) -> dict[str, Any]:
        return {"kind": "tour", "pk": self.tours[target].pk}

    def _tour_alone(self, target: str) -> dict[str, Any]:
        return {"pk": self.tours[target].pk}

    def _loose_panorama(self, target: str) -> dict[str, Any]:
        with tempfile.TemporaryDirectory() as folder:
            row = make.panorama(self.tours[target], Path(folder))
        return {"pk": self.tours[target].pk, "panorama": row.pk}

    def _room(self, target: str) -> dict[str, Any]:
        return {"kind": "room", "pk": self.live_rooms[target].pk}

    def _question(self, target: str) -> dict[str, Any]:
        return {"what": "question", "pk": self.questions[target].pk}

    def _hall(self, target: str) -> dict[str, Any]:
        return {"pk": self.halls[target].pk}

    def _a_tour(self, target: str) -> dict[str, Any]:
        return self._tour_alone("school_a")

    def _a_panorama(self, target: str) -> dict[str, Any]:
        copy = self.tours["school_a"].panoramas.earliest("created_at").copies.earliest("width")
        return {"pk": copy.panorama_id, "width": copy.width}

    def _a_room(self, target: str) -> dict[str, Any]:
        return {"pk": self.live_rooms["school_a"].pk}

    def _a_shown_question(self, target: str) -> dict[str, Any]:
        return {"pk": self.questions["school_a"].pk}

    def _a_hall(self, target: str) -> dict[str, Any]:
        return self._hall("school_a")

    def _a_subject(self, target: str) -> dict[str, Any]:
        return {"kind": "tour", "pk": self.tours["school_a"].pk}
