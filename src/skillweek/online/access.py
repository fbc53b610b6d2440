"""Who may see, write, publish and moderate what is online (A5, B11). The default answer is no.

As with every reviewed text (``content.access_reviewed``). What the public says is let through by whoever answers for
the place, and by the line above.
"""

from __future__ import annotations

from typing import Any

from skillweek.content.access_reviewed import (
    can_hand_in,
    can_publish,
    can_take_back,
    can_withdraw,
    can_write,
    reach_q,
    rights_of,
    spoken_for_q,
    visible_to,
)
from skillweek.online.models import Work
from skillweek.organisations import access

__all__ = [
    "can_hand_in",
    "can_moderate",
    "can_publish",
    "can_set_rules",
    "can_take_back",
    "can_withdraw",
    "can_write",
    "reach_q",
    "rights_of",
    "spoken_for_q",
    "visible_to",
]


def can_moderate(user: Any, work: Work) -> bool:
    """Whether the person lets through, hides and answers what the public says there; queues: ``spoken_for_q``."""
    return can_withdraw(user, work)


def can_set_rules(user: Any) -> bool:
    """Whether the person sets an edition's rules: managers of the host."""
    return access.can_manage_edition(user)
