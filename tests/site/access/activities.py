"""Who may reach the URLs of ``activities``, and the things of that room which the walk reaches for."""

from __future__ import annotations

from tests.site.access.base import RoomWorld
from tests.site.access_rules import SIGNED_IN, Rule, get

TABLE: dict[str, Rule] = {
    "activities:index": get(SIGNED_IN),  # a person without a role finds an empty page
}


class ActivitiesWorld(RoomWorld):
    """Makes the arguments that ``TABLE`` names: a method ``_<make>(target)`` for each."""
