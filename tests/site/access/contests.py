"""Who may reach the URLs of ``contests``, and the calls and works which the walk reaches for."""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import Any

from skillweek.contests.models import Call, Entry, EntryFile, Pass
from tests.contests import make
from tests.site.access.base import RoomWorld
from tests.site.access_rules import (
    EVERYBODY,
    NOBODY,
    REVIEWS,
    SEES,
    SIGNED_IN,
    TARGETS,
    WITH_ROLE,
    ByTarget,
    Names,
    Rule,
    get,
    of,
    post,
)

_OWN: ByTarget = {
    "school_a": of("liaison_a", "manager_a"),
    "school_b": of(),
    "tech": of(),
    "siming": of("reviewer_siming", "manager_siming"),
    "edu": of("reviewer_edu", "manager_edu"),
    "host": of("reviewer_host", "manager_host"),
}
#: Who decides on works: those who answer for the call, and the line above.
_DECIDES: ByTarget = {target: REVIEWS[target] | _OWN[target] for target in TARGETS}
_SCHOOLS_PEOPLE: Names = of("member_a", "liaison_a", "manager_a")
#: Who makes calls: everybody with a role but a school's members.
_CALLS: Names = WITH_ROLE - of("member_a")

TABLE: dict[str, Rule] = {
    "contests:index": get(SIGNED_IN, "any_call"),  # one's own and those below only: tests/contests
    "contests:contest": get(SIGNED_IN, "any_call"),
    "contests:collection": get(SIGNED_IN, "any_call"),
    "contests:relay": get(SIGNED_IN, "any_call"),
    "contests:add": get(_CALLS),
    "contests:call": get(SEES, "a_call"),
    "contests:edit": get(_OWN, "a_call"),
    "contests:preview": get(SEES, "a_call"),
    "contests:act": post(_DECIDES, "a_call", data={"do": "nothing"}),
    "contests:queue": get(_DECIDES, "a_call"),
    "contests:decide_many": post(_DECIDES, "a_call"),
    "contests:awards": get(_DECIDES, "a_call"),
    "contests:awards_act": post(_OWN, "a_call", data={"do": "nothing"}),
    "contests:table": get(_DECIDES, "a_call"),
    "contests:originals": get(_DECIDES, "a_call"),
    "contests:entry": get(_DECIDES, "a_work"),
    "contests:decide": post(_DECIDES, "a_work", data={"do": "approve"}),
    "contests_public:index": get(EVERYBODY),
    "contests_public:jury": get(NOBODY, "shown_work"),  # its jurors only: tests/contests
    "contests_public:call": get(EVERYBODY, "public_call"),
    "contests_public:works": get(EVERYBODY, "public_call"),
    # Sends whoever proved no contact to the page where one does: tests/contests.
    "contests_public:enter": post(EVERYBODY, "public_call", data={"client_id": str(uuid.uuid4())}),
    "contests_public:entry": get(EVERYBODY, "shown_work"),
    "contests_public:relay": get(EVERYBODY, "a_chain"),
    "contests_public:passed": get(EVERYBODY, "a_pass"),
    # A school's own work; a resident's belongs to whoever proved the contact: tests/contests.
    "contests_public:mine": get(_SCHOOLS_PEOPLE, "school_work"),
    "contests_public:act": post(_SCHOOLS_PEOPLE, "school_work", data={"do": "nothing"}),
    "contests_public:media": get(NOBODY, "media_of_draft"),
}


class ContestsWorld(RoomWorld):
    """Makes the arguments that ``TABLE`` names: a method ``_<make>(target)`` for each."""

    @cached_property
    def calls(self) -> dict[str, Call]:
        """A public call of every unit."""
        return {target: make.call(self.edition, self.unit_of(target)) for target in TARGETS}

    @cached_property
    def works(self) -> dict[str, Entry]:
        """A resident's work that waits, in each of them."""
        return {target: make.words_only(call, 1, state="waiting") for target, call in self.calls.items()}

    def _any_call(self, target: str) -> dict[str, Any]:
        assert self.calls
        return {}

    def _a_call(self, target: str) -> dict[str, Any]:
        assert self.works
        return {"pk": self.calls[target].pk}

    def _public_call(self, target: str) -> dict[str, Any]:
        return {"pk": self.calls["edu"].pk}

    def _a_work(self, target: str) -> dict[str, Any]:
        return {"pk": self.works[target].pk}

    @cached_property
    def shown(self) -> Entry:
        """A work that everybody sees, the first of a relay."""
        call = make.call(self.edition, self.tree.edu, face=Call.Face.RELAY)
        return make.words_only(call, 1)

    def _shown_work(self, target: str) -> dict[str, Any]:
        return {"pk": self.shown.pk}

    def _a_chain(self, target: str) -> dict[str, Any]:
        return {"pk": self.shown.pk}

    def _a_pass(self, target: str) -> dict[str, Any]:
        made, _is_new = Pass.objects.get_or_create(entry=self.shown, defaults={"to_name": "陈老师"})
        return {"token": made.token}

    @cached_property
    def school_draft(self) -> Entry:
        """A work of school A that is not handed in."""
        return make.draft(self.calls["edu"], school=self.tree.school_a)

    def _school_work(self, target: str) -> dict[str, Any]:
        return {"pk": self.school_draft.pk}

    def _media_of_draft(self, target: str) -> dict[str, Any]:
        file: EntryFile = self.school_draft.files.first() or make.film(self.school_draft)
        return {"pk": file.pk, "role": "thumb"}
