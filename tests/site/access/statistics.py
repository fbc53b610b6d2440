"""Who may reach the URLs of ``statistics``, and the things of that room which the walk reaches for."""

from __future__ import annotations

from typing import Any

from skillweek.statistics.domain.counting import ensure_entry
from skillweek.statistics.models import FormComment, FormEntry
from tests.site.access.base import RoomWorld
from tests.site.access_rules import (
    BUREAU_DECIDERS,
    FILES,
    REVIEWS,
    SCHOOL_REVIEWS,
    SCHOOL_SEES,
    SIGNED_IN,
    SUBMITS,
    Rule,
    get,
    of,
    post,
)

#: Who reads roll-ups of a unit: reviewers at or above it; a school has its form.
ROLLS_UP = {
    **{target: SCHOOL_REVIEWS[target] for target in SCHOOL_REVIEWS},
    "siming": REVIEWS["siming"] | of("reviewer_siming", "manager_siming"),
    "edu": REVIEWS["edu"] | of("reviewer_edu", "manager_edu"),
    "host": of("reviewer_host", "manager_host"),
}
_TEXT = {"text": "请核对"}

TABLE: dict[str, Rule] = {
    "statistics:index": get(SIGNED_IN),
    "statistics:queue": get(BUREAU_DECIDERS),
    "statistics:remind": post(BUREAU_DECIDERS),
    "statistics:report": get(SCHOOL_SEES, "report"),
    "statistics:comment_resolve": post(SCHOOL_SEES, "form_comment"),
    "statistics:form": get(SCHOOL_SEES, "form"),
    "statistics:history": get(SCHOOL_SEES, "form"),
    "statistics:note": post(FILES, "form"),
    "statistics:recount": post(FILES, "form"),
    "statistics:submit": post(SUBMITS, "form", data={"version": "1"}),
    "statistics:withdraw": post(SUBMITS, "sent_form"),
    "statistics:decide": post(SCHOOL_REVIEWS, "sent_form", data={"what": "return", "version": "1", "reason": "请核对"}),
    "statistics:comment": post(SCHOOL_REVIEWS, "form", data=_TEXT),
    "statistics:word": get(SCHOOL_SEES, "form"),
    "statistics:excel": get(SCHOOL_SEES, "form"),
    "statistics:figure": get(SCHOOL_SEES, "figure"),
    "statistics:save": post(FILES, "figure", data={"value": "1", "reason": "实际"}),
    "statistics:rollup": get(ROLLS_UP, "rolled"),
    "statistics:rollup_figure": get(ROLLS_UP, "rolled_figure"),
    "statistics:rollup_excel": get(ROLLS_UP, "rolled"),
}


class StatisticsWorld(RoomWorld):
    """Makes the arguments that ``TABLE`` names: a method ``_<make>(target)`` for each."""

    def _entry(self, target: str) -> FormEntry:
        return ensure_entry(self.edition, self.unit_of(target))

    def _form(self, target: str) -> dict[str, Any]:
        return {"organisation_id": self._entry(target).organisation_id}

    def _sent_form(self, target: str) -> dict[str, Any]:
        entry = self._entry(target)
        FormEntry.objects.filter(pk=entry.pk).update(state=FormEntry.State.SUBMITTED, version=1)
        return {"organisation_id": entry.organisation_id}

    def _figure(self, target: str) -> dict[str, Any]:
        return {**self._form(target), "code": "activities_total"}

    def _form_comment(self, target: str) -> dict[str, Any]:
        return {"pk": FormComment.objects.create(entry=self._entry(target), text="请核对").pk}

    def _rolled(self, target: str) -> dict[str, Any]:
        return {"organisation_id": self.unit_of(target).pk}

    def _rolled_figure(self, target: str) -> dict[str, Any]:
        return {**self._rolled(target), "code": "activities_total"}
