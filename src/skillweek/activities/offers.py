"""What rooms above tell this one when it asks: who booked, who came, what visitors said (A3, B6).

Imports run upwards only, so bookings hands in functions here from its ``AppConfig.ready`` and activities calls them.
Without them the answers are empty and pages say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from skillweek.activities.models import Activity


@dataclass(frozen=True)
class Reached:
    """What became of one organisation's activities: people booked, people who came, feedback and its mean of stars."""

    booked: int = 0
    attended: int = 0
    feedback: int = 0
    stars: float | None = None


#: Session ids → how many people hold a place or wait for one, and so will be told.
BookedPeople = Callable[[Iterable[int]], int]
#: Activities → organisation id → what was reached; a constant number of queries whatever their number.
ReachedByUnit = Callable[["QuerySet[Activity]"], Mapping[int, Reached]]

_booked: Final[list[BookedPeople]] = []
_reached: Final[list[ReachedByUnit]] = []


def offer_booked_people(function: BookedPeople) -> None:
    """Hand in the count of people who will be told when sessions change. Later calls replace earlier ones."""
    _booked[:] = [function]


def offer_reached(function: ReachedByUnit) -> None:
    """Hand in the figures of take-part and feedback. Later calls replace earlier ones."""
    _reached[:] = [function]


def booked_people(session_ids: Iterable[int]) -> int:
    """How many people booked these sessions; 0 while nobody keeps bookings."""
    ids = list(session_ids)
    return _booked[0](ids) if _booked and ids else 0


def reached_by_unit(activities: QuerySet[Activity]) -> Mapping[int, Reached]:
    """Organisation id → what was reached; empty while nobody keeps bookings."""
    return _reached[0](activities) if _reached else {}


def counts_people() -> bool:
    """Whether take-part is known at all."""
    return bool(_reached)
