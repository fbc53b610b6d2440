"""Whose tables hold personal data of people who took part: rooms tell, the erasure calls them all."""

from __future__ import annotations

from collections.abc import Callable

from skillweek.editions.models import Edition

#: Takes personal data of the edition out of one room's tables; returns how many rows; safe to repeat.
Eraser = Callable[[Edition], int]
_erasers: dict[str, Eraser] = {}


def register(eraser: Eraser) -> None:
    """Have a room's tables cleaned when the edition's day of erasure has come."""
    _erasers[f"{eraser.__module__}.{eraser.__qualname__}"] = eraser


def erase_rooms(edition: Edition) -> int:
    """Call every eraser; returns how many rows they changed."""
    return sum(eraser(edition) for eraser in _erasers.values())
