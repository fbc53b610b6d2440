"""What an organisation can switch on for its week (附件2): rooms tell, one workspace page shows (E1–E11, B11)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from skillweek.editions.models import Edition
from skillweek.organisations.models import OrganisationQuerySet

Label = object


@dataclass(frozen=True)
class Switch:
    """``label`` and ``teaser`` are lazy texts, ``url_name`` the room's page in the workspace, ``count`` how many of it
    the given organisations have."""

    code: str
    label: Label
    teaser: Label
    icon: str
    url_name: str
    row_ids: tuple[str, ...]
    count: Callable[[Edition, OrganisationQuerySet], int]
    #: How many things of it wait for this person's decision.
    waiting: Callable[[Edition, Any], int] | None = None
    #: What an edition calls it, where its data may say so.
    label_of: Callable[[Edition], str] | None = None

    def label_in(self, edition: Edition) -> str:
        """What it is called in this edition."""
        return self.label_of(edition) if self.label_of is not None else str(self.label)


_switches: dict[str, Switch] = {}


def register(*switches: Switch) -> None:
    """Make switches known. Safe to call again; two of one code raise ValueError."""
    for switch in switches:
        if _switches.get(switch.code, switch).url_name != switch.url_name:
            raise ValueError(f"two switches are called {switch.code}")
        _switches[switch.code] = switch


def all_switches() -> list[Switch]:
    """Every switch in the order of the notice's ideas: by row id."""
    return sorted(_switches.values(), key=lambda switch: [_number(row) for row in switch.row_ids])


def waiting_for(user: Any, edition: Edition) -> int:
    """How many things of all rooms wait for this person's decision."""
    return sum(switch.waiting(edition, user) for switch in _switches.values() if switch.waiting is not None)


def _number(row: str) -> tuple[bool, str, int]:
    return row[0] != "E", row[0], int(row[1:])
