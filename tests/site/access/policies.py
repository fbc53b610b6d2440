"""Who may reach the URLs of ``policies``, and the policies which the walk reaches for."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from skillweek.content.editorial import publish, save_draft
from skillweek.policies.models import Policy
from tests.site.access.base import RoomWorld
from tests.site.access_rules import EVERYBODY, SIGNED_IN, TARGETS, ByTarget, Rule, get, of, post

_HOST = of("reviewer_host", "manager_host")
_EDU = of("reviewer_edu", "manager_edu")
_SIMING = of("reviewer_siming", "manager_siming")
#: Who enters policies: managers and reviewers of the bureau itself. Schools have none.
_WRITES: ByTarget = {"siming": _SIMING, "edu": _EDU, "host": _HOST}
#: Who finds them in the workspace: the host's editors find all.
_FINDS: ByTarget = {"siming": _SIMING | _HOST, "edu": _EDU | _HOST, "host": _HOST}

TABLE: dict[str, Rule] = {
    "policies:index": get(SIGNED_IN, "any_policy"),  # one's own and what is public: tests/policies
    "policies:add": get(_WRITES, "policy_owner"),
    "policies:load": post(_WRITES, "policy_owner"),
    "policies:edit": get(_FINDS, "policy"),
    "policies:preview": get(_FINDS, "policy"),
    "policies:publish": post(_WRITES, "policy"),
    "policies:unschedule": post(_WRITES, "policy"),
    "policies:withdraw": post(_FINDS, "policy"),
    "policies:check": post(_WRITES, "policy"),
    "policies:delete": post(_WRITES, "policy"),
    "policies:versions": get(_FINDS, "policy"),
    "policies:changes": get(_FINDS, "policy_version"),
    "policies:restore": post(_WRITES, "policy_version"),
    "policies_public:index": get(EVERYBODY, "any_policy"),
    "policies_public:policy": get(EVERYBODY, "public_policy"),
}


class PoliciesWorld(RoomWorld):
    """Makes the arguments that ``TABLE`` names: a method ``_<make>(target)`` for each."""

    @cached_property
    def policies(self) -> dict[str, Policy]:
        """A public policy of each unit. A school cannot have any; what is there in spite of that opens to none."""
        made = {}
        for target in TARGETS:
            policy = Policy(edition=self.edition, organisation=self.unit_of(target))
            save_draft(policy, {"title": "政策", "body": "<p>第一条 正文</p>", "issuer": "机关"}, actor=None)
            publish(policy, actor=None)
            made[target] = policy
        return made

    def _any_policy(self, target: str) -> dict[str, Any]:
        assert self.policies
        return {}

    def _policy_owner(self, target: str) -> dict[str, Any]:
        assert self.edition
        return {"organisation": self.unit_of(target).pk}

    def _policy(self, target: str) -> dict[str, Any]:
        return {"pk": self.policies[target].pk}

    def _public_policy(self, target: str) -> dict[str, Any]:
        return {"pk": self.policies["host"].pk}

    def _policy_version(self, target: str) -> dict[str, Any]:
        return {**self._policy(target), "number": 1}
