"""Who may reach the URLs of ``portal``, and the things of that room which the walk reaches for.

All of them are for everybody; what is not public is not there for anybody (``tests/portal``).
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from skillweek.activities.models import Session
from tests.portal import making
from tests.site.access.base import RoomWorld
from tests.site.access_rules import EVERYBODY, NOBODY, TARGETS, Rule, get, post

#: Everybody, whoever the activity belongs to.
_ALL = dict.fromkeys(TARGETS, EVERYBODY)

TABLE: dict[str, Rule] = {
    "portal:map": get(EVERYBODY),
    "portal:set_text_size": post(EVERYBODY),
    "portal:ical_week": get(EVERYBODY),
    "portal:ical_organisation": get(_ALL, "public_unit"),
    "portal:ical_activity": get(_ALL, "public_activity"),
    "portal:ical_session": get(_ALL, "public_session"),
    "portal:feed": get(EVERYBODY, "feed"),
    "portal:share_week": get(EVERYBODY),
    "portal:share_card": get(_ALL, "public_activity"),
    "portal:share_story": get(EVERYBODY, "public_story"),
    "portal:topics": get(EVERYBODY, "any_story"),
    "portal:topic": get(EVERYBODY, "story_topic"),
    "portal:sitemap": get(EVERYBODY),
    "portal:robots": get(EVERYBODY),
    "api_v1:openapi-json": get(EVERYBODY),
    "api_v1:api-root": get(NOBODY),
    "api_v1:edition": get(EVERYBODY),
    "api_v1:activities": get(EVERYBODY),
    "api_v1:activity": get(_ALL, "public_activity_id"),
    "api_v1:sessions": get(EVERYBODY),
    "api_v1:organisations": get(EVERYBODY),
    "api_v1:notices": get(EVERYBODY),
    "api_v1:notice": get(EVERYBODY, "public_notice_id"),
    # Activities, calendar, search and organisations.
    "portal:activities": get(EVERYBODY),
    "portal:national": get(EVERYBODY),
    "portal:city": get(EVERYBODY),
    "portal:activity": get(_ALL, "public_activity"),
    "portal:activity_qr": get(_ALL, "public_activity"),
    "portal:calendar": get(EVERYBODY),
    "portal:search": get(EVERYBODY),
    "portal:organisations": get(EVERYBODY),
    "portal:organisation": get(_ALL, "unit_code"),
}


class PortalWorld(RoomWorld):
    """Makes the arguments that ``TABLE`` names: a method ``_<make>(target)`` for each."""

    @cached_property
    def public_sessions(self) -> dict[str, Session]:
        """A session of a public activity of every unit."""
        return {target: making.session(making.activity(self.edition, self.unit_of(target))) for target in TARGETS}

    @cached_property
    def public_notice(self) -> int:
        """The id of a public notice."""
        return making.notice(self.edition, self.tree.host).pk

    def _public_session(self, target: str) -> dict[str, Any]:
        return {"uid": self.public_sessions[target].uid}

    def _public_activity(self, target: str) -> dict[str, Any]:
        return {"pk": self.public_sessions[target].activity_id}

    def _public_activity_id(self, target: str) -> dict[str, Any]:
        return {"id": self.public_sessions[target].activity_id}

    def _public_notice_id(self, target: str) -> dict[str, Any]:
        return {"id": self.public_notice}

    def _public_unit(self, target: str) -> dict[str, Any]:
        assert self.public_sessions
        return {"pk": self.unit_of(target).pk}

    def _unit_code(self, target: str) -> dict[str, Any]:
        assert self.public_sessions
        return {"code": self.unit_of(target).code}

    def _feed(self, target: str) -> dict[str, Any]:
        assert self.edition
        return {"kind": "activities", "form": "atom"}
