"""Who may reach the URLs of ``archive``, and the things of that room which the walk reaches for."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from skillweek.editions.models import Edition
from tests import factories
from tests.site.access.base import RoomWorld
from tests.site.access_rules import (
    EVERYBODY,
    FILES,
    HOST_MANAGER,
    SEES,
    WITH_ROLE,
    Rule,
    get,
    of,
    post,
)

#: A unit's own people who write its plans.
RENEWS = {**FILES, "siming": of("manager_siming"), "edu": of("manager_edu"), "host": of("manager_host")}

TABLE: dict[str, Rule] = {
    "archive:index": get(WITH_ROLE),
    "archive:leave": post(WITH_ROLE),
    "archive:look": post(WITH_ROLE, "past_pk"),
    "archive:close": get(HOST_MANAGER, "edition_pk"),
    "archive:reopen": get(HOST_MANAGER, "past_pk"),
    "archive:export": get(HOST_MANAGER, "past_pk"),
    "archive:download": get(HOST_MANAGER, "past_pk"),
    "archive:copy": get(HOST_MANAGER, "past_pk"),
    "archive:copy_undo": post(HOST_MANAGER, "past_pk", body="copy_target"),
    "archive:years_own": get(WITH_ROLE),
    "archive:years": get(SEES, "archived_unit"),
    "archive:years_excel": get(SEES, "archived_unit"),
    "archive:renew": get(RENEWS, "archived_unit"),
    "archive:renew_undo": post(RENEWS, "archived_unit", body="renew_source"),
    "archive_public:index": get(EVERYBODY),
    "archive_public:edition": get(EVERYBODY, "past_slug"),
}


class ArchiveWorld(RoomWorld):
    """Makes the arguments that ``TABLE`` names: a method ``_<make>(target)`` for each."""

    @cached_property
    def past(self) -> Edition:
        """An edition that has ended, of another city."""
        folder = factories.REPOSITORY / "tests" / "editions" / "yunshan-2031"
        made = factories.edition("yunshan-2031", folder=folder)
        Edition.objects.filter(pk=made.pk).update(state=Edition.State.CLOSED)
        return made

    def _past_pk(self, target: str) -> dict[str, Any]:
        return {"pk": self.past.pk}

    def _past_slug(self, target: str) -> dict[str, Any]:
        return {"slug": self.past.slug}

    def _copy_target(self, target: str) -> dict[str, Any]:
        return {"data": {"target": self.edition.pk}}

    def _renew_source(self, target: str) -> dict[str, Any]:
        return {"data": {"source": self.past.pk}}

    def _archived_unit(self, target: str) -> dict[str, Any]:
        return {"organisation_id": self.unit_of(target).pk}
