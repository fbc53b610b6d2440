"""Stories on the home page: those that wait for my decision, those that came back to me or were taken down (D2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from skillweek.editions.models import Edition
from skillweek.organisations.access import scope_of, writes_for
from skillweek.publicity.access import stories_visible_to
from skillweek.publicity.models import Story


@dataclass(frozen=True)
class StoriesToday:
    """``waiting``: how many wait for the person's decision; ``mine``: their own that need a hand, at most five."""

    waiting: int
    mine: list[Story]


def stories_today(user: Any, edition: Edition) -> StoriesToday | None:
    """What there is to do about stories, or None when there is nothing: two or three indexed reads."""
    units = list(writes_for(user))
    rows = stories_visible_to(user).filter(edition=edition)
    waiting = 0
    if scope_of(user).deciding_paths:
        waiting = rows.filter(review=Story.Review.WAITING).exclude(organisation__in=units).count()
    needed = Q(review=Story.Review.RETURNED) | ~Q(pulled="")
    mine = list(rows.filter(needed, organisation__in=units).order_by("-updated_at")[:5]) if units else []
    return StoriesToday(waiting, mine) if waiting or mine else None
