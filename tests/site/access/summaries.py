"""Who may reach the URLs of ``summaries``, and the things of that room which the walk reaches for."""

from __future__ import annotations

from typing import Any

from skillweek.core.clock import now
from skillweek.organisations.models import Organisation
from skillweek.summaries.models import Summary, SummaryVersion
from tests.site.access.base import RoomWorld
from tests.site.access_rules import BUREAU_DECIDERS, FILES, SCHOOL_REVIEWS, SCHOOL_SEES, SIGNED_IN, Rule, get, of, post

#: A unit's own writers: a school's staff, a bureau's reviewers and managers.
WRITES = {
    **FILES,
    "siming": of("reviewer_siming", "manager_siming"),
    "host": of("reviewer_host", "manager_host"),
}
#: Handed-in summaries are read by whoever sees the school.
TABLE: dict[str, Rule] = {
    "summaries:index": get(SIGNED_IN),
    "summaries:remind": post(BUREAU_DECIDERS),
    "summaries:begin": post(WRITES, "summary_unit"),
    "summaries:summary": get(SCHOOL_SEES, "sent_summary"),
    "summaries:act": post(SCHOOL_REVIEWS, "sent_summary", data={"what": "return", "version": "3", "reason": "请补充"}),
    "summaries:photos": get(FILES, "summary_draft"),
    "summaries:version": get(SCHOOL_SEES, "summary_version"),
    "summaries:word": get(SCHOOL_SEES, "sent_summary"),
    "summaries:pdf": get(SCHOOL_SEES, "sent_summary"),
}


class SummariesWorld(RoomWorld):
    """Makes the arguments that ``TABLE`` names: a method ``_<make>(target)`` for each."""

    def _made(self, target: str, state: str) -> Summary:
        unit: Organisation = self.unit_of(target)
        values = {"state": state, "title": "总结", "body": "<p>总结</p>", "version": 3}
        if state != Summary.State.DRAFT:
            values["first_submitted_at"] = now()
        made, _new = Summary.objects.update_or_create(edition=self.edition, organisation=unit, defaults=values)
        return made

    def _summary_unit(self, target: str) -> dict[str, Any]:
        return {"organisation_id": self.unit_of(target).pk}

    def _sent_summary(self, target: str) -> dict[str, Any]:
        return {"pk": self._made(target, Summary.State.SUBMITTED).pk}

    def _summary_draft(self, target: str) -> dict[str, Any]:
        return {"pk": self._made(target, Summary.State.DRAFT).pk}

    def _summary_version(self, target: str) -> dict[str, Any]:
        summary = self._made(target, Summary.State.SUBMITTED)
        SummaryVersion.objects.get_or_create(summary=summary, number=1, defaults={"why": "submitted", "title": "总结"})
        return {"pk": summary.pk, "number": 1}
