"""Who may reach the URLs of ``bookings``, and the things of that room which the walk reaches for."""

from __future__ import annotations

from tests.site.access.base import RoomWorld
from tests.site.access_rules import Rule

TABLE: dict[str, Rule] = {}


class BookingsWorld(RoomWorld):
    """Makes the arguments that ``TABLE`` names: a method ``_<make>(target)`` for each."""
