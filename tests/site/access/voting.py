"""Who may reach the URLs of ``voting``, and the ballots which the walk reaches for."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from skillweek.organisations.models import User
from skillweek.voting.models import Ballot, CandidateUpload, Hold, VoteSheet
from tests.site.access.base import RoomWorld
from tests.site.access_rules import (
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
from tests.voting import make

_OWN: ByTarget = {
    **{target: of() for target in TARGETS},
    "siming": of("reviewer_siming", "manager_siming"),
    "edu": of("reviewer_edu", "manager_edu"),
    "host": of("reviewer_host", "manager_host"),
}
#: A unit's own people write; those who hand in for it lead; the line above decides, the host on its own.
_WRITES: ByTarget = {**_OWN, "school_a": SCHOOL}
_LEADS: ByTarget = {**_OWN, "school_a": of("liaison_a", "manager_a")}
_DECIDES: ByTarget = {**REVIEWS, "host": _OWN["host"]}
_WATCHES: ByTarget = {target: _LEADS[target] | REVIEWS[target] for target in TARGETS}

TABLE: dict[str, Rule] = {
    "voting:index": get(SIGNED_IN, "any_ballot"),  # one's own and those below only: tests/voting
    "voting:add": get(WITH_ROLE),
    "voting:ballot": get(SEES, "ballot"),
    "voting:edit": get(_WRITES, "ballot"),
    "voting:act": post(_DECIDES, "ballot", data={"do": "take_down", "reason": "x"}),
    "voting:candidates": get(SEES, "ballot"),
    "voting:candidate_add": get(_WRITES, "ballot"),
    "voting:candidate": get(SEES, "candidate"),
    "voting:candidate_act": post(_WATCHES, "candidate", data={"reason": "x"}),
    "voting:template": get(_WRITES, "ballot"),
    "voting:import": get(_WRITES, "ballot"),
    "voting:import_upload": get(of("manager_edu"), "candidate_upload"),
    "voting:import_confirm": post(of("manager_edu"), "candidate_upload", data={"seen": "x"}),
    "voting:export": get(SEES, "ballot"),
    "voting:holds": get(_WATCHES, "ballot"),
    "voting:hold": get(_WATCHES, "a_hold"),
    "voting:hold_decide": post(_WATCHES, "a_hold", data={"do": "release", "reason": "x"}),
    "voting:results": get(SEES, "ballot"),
    "voting_public:index": get(EVERYBODY, "any_ballot"),
    "voting_public:ballot": get(EVERYBODY, "school_ballot"),
    "voting_public:candidate": get(EVERYBODY, "school_candidate"),
    "voting_public:sheet": get(EVERYBODY, "school_ballot"),
    "voting_public:receipt": get(EVERYBODY, "receipt"),
    "voting_public:results": get(EVERYBODY, "announced"),
    "voting_public:check": get(EVERYBODY, "announced"),
    "voting_public:audit_csv": get(EVERYBODY, "announced"),
    "voting_public:audit_json": get(EVERYBODY, "announced"),
}


class VotingWorld(RoomWorld):
    """Makes the arguments that ``TABLE`` names: a method ``_<make>(target)`` for each."""

    @cached_property
    def ballots(self) -> dict[str, Ballot]:
        """A public ballot of every unit."""
        return {target: make.ballot(self.edition, self.unit_of(target)) for target in TARGETS}

    def _any_ballot(self, target: str) -> dict[str, Any]:
        assert self.ballots
        return {}

    def _ballot(self, target: str) -> dict[str, Any]:
        return {"pk": self.ballots[target].pk}

    def _candidate(self, target: str) -> dict[str, Any]:
        return {"pk": self.ballots[target].candidates.get(number=1).pk}

    def _candidate_upload(self, target: str) -> dict[str, Any]:
        """An upload of the city education bureau's manager, and of nobody else."""
        owner = User.objects.filter(memberships__organisation=self.tree.edu, memberships__role="manager").earliest("pk")
        kept, _made = CandidateUpload.objects.get_or_create(user=owner, ballot=self.ballots["edu"])
        return {"pk": kept.pk}

    @cached_property
    def batches(self) -> dict[str, Hold]:
        """Held votes of every unit's ballot."""
        made = {}
        for target, voting in self.ballots.items():
            made[target] = Hold.objects.create(ballot=voting, candidate=voting.candidates.get(number=1), key="x")
        return made

    def _a_hold(self, target: str) -> dict[str, Any]:
        return {"pk": self.batches[target].pk}

    def _school_ballot(self, target: str) -> dict[str, Any]:
        return self._ballot("school_a")

    def _school_candidate(self, target: str) -> dict[str, Any]:
        return {**self._ballot("school_a"), "number": 1}

    def _receipt(self, target: str) -> dict[str, Any]:
        voting = self.ballots["school_a"]
        sheet = VoteSheet.objects.filter(ballot=voting).first() or make.vote(voting, 1)
        return {"pk": voting.pk, "receipt": sheet.receipt}

    def _announced(self, target: str) -> dict[str, Any]:
        voting = self.ballots["host"]
        Ballot.objects.filter(pk=voting.pk).update(state=Ballot.State.ANNOUNCED, audit_head="0" * 64)
        return {"pk": voting.pk}
