"""Who may see, write, hand in and publish interviews (A5, E8). The default answer is no.

As with every reviewed text (``content.access_reviewed``); a series belongs to those who make its episodes.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from skillweek.content.access import is_open
from skillweek.content.access_reviewed import (
    can_hand_in,
    can_publish,
    can_take_back,
    can_withdraw,
    can_write,
    rights_of,
    visible_to,
)
from skillweek.interviews.models import Episode, Series
from skillweek.organisations import access

__all__ = [
    "can_change_series",
    "can_delete",
    "can_hand_in",
    "can_publish",
    "can_take_back",
    "can_withdraw",
    "can_write",
    "episodes_visible_to",
    "rights_of",
    "series_visible_to",
]


def series_visible_to(user: Any) -> QuerySet[Series]:
    """Series of the person's own units, and of those they review."""
    scope = access.scope_of(user)
    return Series.objects.filter(
        Q(organisation__in=list(scope.roles)) | access.subtree_q(scope.deciding_paths, "organisation__")
    )


def episodes_visible_to(user: Any) -> QuerySet[Episode]:
    """Interviews of the person's own units, and those handed in of the units they review."""
    return visible_to(user, Episode)


def can_change_series(user: Any, series: Series) -> bool:
    """Whether the person may change what the series is called and says of itself."""
    return is_open(series.edition) and access.can_write_for(user, series.organisation)


def can_delete(user: Any, episode: Episode) -> bool:
    """Whether the person deletes this draft: its own unit's people, before anybody saw it in public."""
    mine = access.can_write_for(user, episode.organisation) and not episode.is_waiting
    return mine and episode.published_at is None and is_open(episode.edition)
