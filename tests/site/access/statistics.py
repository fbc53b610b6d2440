"""Who may reach the URLs of ``statistics``, and the things of that room which the walk reaches for."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from skillweek.core.clock import now
from skillweek.organisations.models import User
from skillweek.statistics.domain.counting import ensure_entry
from skillweek.statistics.domain.open_data import open_data_of
from skillweek.statistics.domain.wall_links import make_link, token_of
from skillweek.statistics.models import FormComment, FormEntry, OpenData, WallLink
from tests.site.access.base import RoomWorld
from tests.site.access_rules import (
    BUREAU_DECIDERS,
    EVERYBODY,
    FILES,
    HOST_MANAGER,
    NOBODY,
    REVIEWS,
    SCHOOL_REVIEWS,
    SCHOOL_SEES,
    SEES,
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
#: Who makes links for screens: managers of a bureau at or above it; a school has no screen.
MAKES_LINKS = {
    target: of(*(name for name in names if name.startswith("manager")))
    if target in ("siming", "edu", "host")
    else NOBODY
    for target, names in ROLLS_UP.items()
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
    "statistics:taking_part": get(SIGNED_IN),  # one's own units and those below only: tests/statistics
    "statistics:taking_part_excel": get(SIGNED_IN),
    "statistics:taking_part_rows": get(SEES, "figure_of_rooms"),
    "statistics:rollup": get(ROLLS_UP, "rolled"),
    "statistics:rollup_figure": get(ROLLS_UP, "rolled_figure"),
    "statistics:rollup_excel": get(ROLLS_UP, "rolled"),
    "statistics:dashboards": get(BUREAU_DECIDERS),
    "statistics:dashboard": get(ROLLS_UP, "rolled"),
    "statistics:wall": get(ROLLS_UP, "rolled"),
    "statistics:wall_live": get(ROLLS_UP, "rolled"),
    "statistics:wall_links": get(MAKES_LINKS, "rolled"),
    "statistics:wall_revoke": post(MAKES_LINKS, "wall_link"),
    "statistics:open_data": get(HOST_MANAGER),
    "statistics:open_data_publish": post(HOST_MANAGER, data={"version": "0", "licence": "请注明来源"}),
    "statistics:open_data_withdraw": post(HOST_MANAGER, data={"version": "1"}),
    "statistics_public:index": get(EVERYBODY, "any_data"),
    "statistics_public:edition": get(EVERYBODY, "given_data"),
    "statistics_public:csv": get(EVERYBODY, "given_data"),
    "statistics_public:json": get(EVERYBODY, "given_data"),
    # Whoever holds the link sees the screen.
    "statistics_public:wall": get(EVERYBODY, "wall_token"),
    "statistics_public:wall_live": get(EVERYBODY, "wall_token"),
}


class StatisticsWorld(RoomWorld):
    """Makes the arguments that ``TABLE`` names: a method ``_<make>(target)`` for each."""

    def _figure_of_rooms(self, target: str) -> dict[str, Any]:
        return {"organisation_id": self.unit_of(target).pk, "code": "participation.certificates"}

    def _entry(self, target: str) -> FormEntry:
        return ensure_entry(self.edition, self.unit_of(target))

    def _form(self, target: str) -> dict[str, Any]:
        entry = self._entry(target)
        FormEntry.objects.filter(pk=entry.pk).update(state=FormEntry.State.COUNTED)
        return {"organisation_id": entry.organisation_id}

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

    def _given_data(self, target: str) -> dict[str, Any]:
        row = open_data_of(self.edition)
        OpenData.objects.filter(pk=row.pk).update(published_at=now())
        return {"slug": self.edition.slug}

    def _any_data(self, target: str) -> dict[str, Any]:
        assert self._given_data(target)
        return {}

    def _wall_link(self, target: str) -> dict[str, Any]:
        token = secrets.token_hex(16)
        unit = self.unit_of(target)
        made = WallLink.objects.create(
            organisation=unit, name="大厅", nonce=token, token_hash=token, expires_at=now() + timedelta(days=1)
        )
        return {"pk": made.pk}

    def _wall_token(self, target: str) -> dict[str, Any]:
        manager = User.objects.filter(memberships__organisation=self.tree.host, memberships__role="manager").earliest(
            "pk"
        )
        return {"token": token_of(make_link(self.tree.host, by=manager, name="大厅"))}
