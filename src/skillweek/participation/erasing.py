"""Whose tables hold personal data of people who took part: rooms tell, the erasure calls them all."""

from __future__ import annotations

import logging
from collections.abc import Callable

from skillweek.editions.models import Edition

log = logging.getLogger(__name__)

#: Takes personal data of the edition out of one room's tables; returns how many rows; safe to repeat.
Eraser = Callable[[Edition], int]
_erasers: dict[str, Eraser] = {}


def register(eraser: Eraser) -> None:
    """Have a room's tables cleaned when the edition's day of erasure has come."""
    _erasers[f"{eraser.__module__}.{eraser.__qualname__}"] = eraser


def erase_rooms(edition: Edition) -> tuple[int, list[str]]:
    """Call every eraser; returns how many rows they changed, and which broke: one must not hold up the others."""
    total, broken = 0, []
    for name, eraser in _erasers.items():
        try:
            total += eraser(edition)
        except Exception:
            log.exception("%s did not erase %s", name, edition.slug)
            broken.append(name)
    return total, broken
