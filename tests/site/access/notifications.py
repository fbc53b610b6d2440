"""Who may reach the URLs of ``notifications``, and the things of that room which the walk reaches for."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from skillweek.notifications.domain import notify
from skillweek.notifications.domain.addresses import unsubscribe_token
from skillweek.notifications.models import GroupChannel, Message
from tests.site.access.base import RoomWorld
from tests.site.access_rules import (
    BUREAU_MANAGERS,
    EVERYBODY,
    HOST_MANAGER,
    MANAGES,
    NOBODY,
    SIGNED_IN,
    TARGETS,
    Rule,
    get,
    of,
    post,
)

#: Managers of a unit set up its robots, and so do those of the bureaus above.
ROBOTS = {**MANAGES, "school_a": MANAGES["school_a"] | of("manager_a")}
MANAGERS = BUREAU_MANAGERS | of("manager_a")

TABLE: dict[str, Rule] = {
    "notifications:inbox": get(SIGNED_IN),  # one's own messages only
    "notifications:read_all": post(SIGNED_IN),
    "notifications:open": get(dict.fromkeys(TARGETS, NOBODY), "message"),  # everybody's own: test_pages
    "notifications:deliveries": get(BUREAU_MANAGERS),
    "notifications:retry": post(MANAGES, "delivery"),
    "notifications:preferences": get(SIGNED_IN),
    "notifications:templates": get(HOST_MANAGER),
    "notifications:template": get(HOST_MANAGER, "message_kind"),
    "notifications:template_preview": post(HOST_MANAGER, "message_kind"),
    "notifications:template_reset": post(HOST_MANAGER, "message_kind"),
    "notifications:robots": get(MANAGERS),
    "notifications:robot_add": get(MANAGERS),
    "notifications:robot_change": get(ROBOTS, "robot"),
    "notifications:robot_test": post(ROBOTS, "robot"),
    "notifications:robot_remove": post(ROBOTS, "robot"),
    "notifications_public:leave": get(EVERYBODY, "leaving"),
}


class NotificationsWorld(RoomWorld):
    """Makes the arguments that ``TABLE`` names: a method ``_<make>(target)`` for each."""

    @cached_property
    def messages(self) -> dict[str, Message]:
        """A message with a mail to the colleague of every unit."""
        found = {}
        for target in TARGETS:
            [found[target]] = notify(
                [self.colleagues[target]],
                kind="test.told",
                title=f"{self.unit_of(target)}的消息",
                dedupe_key=f"walk:{target}",
                organisation=self.unit_of(target),
            )
        return found

    @cached_property
    def robots(self) -> dict[str, GroupChannel]:
        """A robot of every unit, at an address that nothing may call."""
        return {
            target: GroupChannel.objects.create(
                organisation=self.unit_of(target),
                kind=GroupChannel.Kind.WECOM,
                name="示例群",
                url="http://127.0.0.1:1/cgi-bin/webhook/send?key=x",
            )
            for target in TARGETS
        }

    def _message(self, target: str) -> dict[str, Any]:
        return {"pk": self.messages[target].pk}

    def _delivery(self, target: str) -> dict[str, Any]:
        return {"pk": self.messages[target].deliveries.get().pk}

    def _robot(self, target: str) -> dict[str, Any]:
        return {"pk": self.robots[target].pk}

    def _message_kind(self, target: str) -> dict[str, Any]:
        return {"code": "report.returned"}

    def _leaving(self, target: str) -> dict[str, Any]:
        return {"token": unsubscribe_token("visitor@example.org")}
