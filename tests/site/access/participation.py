"""Who may reach the URLs of ``participation``, and the certificates which the walk reaches for."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from skillweek.participation.domain.certificates import issue, revoke
from skillweek.participation.models import Certificate
from tests.site.access.base import RoomWorld
from tests.site.access_rules import EVERYBODY, REVIEWS, SIGNED_IN, TARGETS, ByTarget, Rule, get, of, post

_OWN: ByTarget = {
    "school_a": of("liaison_a", "manager_a"),
    "school_b": of(),
    "tech": of(),
    "siming": of("reviewer_siming", "manager_siming"),
    "edu": of("reviewer_edu", "manager_edu"),
    "host": of("reviewer_host", "manager_host"),
}
#: Who takes a certificate back: the line above, and whoever answers for the unit.
_REVOKES: ByTarget = {target: REVIEWS[target] | _OWN[target] for target in TARGETS}

TABLE: dict[str, Rule] = {
    "participation_public:index": get(EVERYBODY),
    "participation_public:who": get(EVERYBODY),
    "participation_public:code": get(EVERYBODY),
    "participation_public:leave": post(EVERYBODY),
    # Sends whoever proved no contact to the page where one does: tests/participation.
    "participation_public:mine": get(EVERYBODY),
    "participation_public:check": get(EVERYBODY),
    "participation_public:certificate": get(EVERYBODY, "certificate_code"),
    "participation_public:certificate_pdf": get(EVERYBODY, "revoked_code"),
    "participation:index": get(SIGNED_IN),
    "participation:waiting": get(SIGNED_IN),  # a number of what waits for oneself
    "participation:certificates": get(SIGNED_IN, "any_certificate"),  # one's own and those below: tests/participation
    "participation:revoke": post(_REVOKES, "certificate", data={"reason": "示例"}),
}


class ParticipationWorld(RoomWorld):
    """Makes the arguments that ``TABLE`` names: a method ``_<make>(target)`` for each."""

    @cached_property
    def papers(self) -> dict[str, Certificate]:
        """A certificate of every unit."""
        return {
            target: issue(
                self.edition, self.unit_of(target), kind="quiz", key=f"walk:{target}", holder="示例", title="示例证书"
            )
            for target in TARGETS
        }

    def _any_certificate(self, target: str) -> dict[str, Any]:
        assert self.papers
        return {}

    def _certificate(self, target: str) -> dict[str, Any]:
        return {"pk": self.papers[target].pk}

    def _certificate_code(self, target: str) -> dict[str, Any]:
        return {"code": self.papers["school_a"].code}

    def _revoked_code(self, target: str) -> dict[str, Any]:
        """One whose PDF is refused: setting it for everybody would take long."""
        paper = self.papers["school_a"]
        if paper.revoked_at is None:
            revoke(paper, actor=None, reason="示例", by_rule=True)
            paper.refresh_from_db()
        return {"code": paper.code}
