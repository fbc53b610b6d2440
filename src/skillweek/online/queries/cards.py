"""Tours, rooms and halls as cards, for lists here and on other rooms' pages (B11)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse

from skillweek.activities.models import Session
from skillweek.activities.queries.public import public_sessions
from skillweek.core.clock import end_of, now, today_in
from skillweek.editions.models import Edition
from skillweek.online.models import Hall, LiveRoom, Tour, Work
from skillweek.online.queries.halls import public_halls
from skillweek.online.queries.rooms import Stage, in_order, public_rooms
from skillweek.online.queries.tours import cover_urls, public_tours
from skillweek.organisations.models import Organisation
from skillweek.publicity.queries.stories import assets_by_id


@dataclass(frozen=True)
class Card:
    """One work as lists show it."""

    work: Work
    url: str
    icon: str
    intro: str
    picture: Any = None
    image_url: str = ""
    stage: Stage | None = None


def cards_of(works: Iterable[Work]) -> list[Card]:
    """Cards in the same order; two queries for all pictures."""
    rows = list(works)
    panoramas = cover_urls(row for row in rows if isinstance(row, Tour))
    assets = assets_by_id(str(row.live.get("cover") or "") for row in rows)
    icons = {Tour: "badge-vr", LiveRoom: "broadcast", Hall: "easel"}
    return [
        Card(
            row,
            reverse(f"online_public:{row.kind}", args=[row.pk]),
            icons[type(row)],
            str(row.live.get("intro") or ""),
            assets.get(str(row.live.get("cover") or "")),
            panoramas.get(row.pk, "") if isinstance(row, Tour) else "",
            Stage.of(row) if isinstance(row, LiveRoom) else None,
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Gathered:
    """Everything online of an edition, or of one unit in it."""

    tours: list[Card]
    rooms: list[Card]
    halls: list[Card]
    sessions: list[Session]

    def __bool__(self) -> bool:
        return bool(self.tours or self.rooms or self.halls or self.sessions)


def gather(
    edition: Edition, organisation: Organisation | None = None, *, most: int = 12, has_sessions: bool = True
) -> Gathered:
    """At most so many of each; a unit's own only, where one is given."""
    of = Q(organisation=organisation) if organisation is not None else Q()
    rooms = in_order(list(public_rooms(edition).filter(of)))[:most]
    return Gathered(
        cards_of(public_tours(edition).filter(of)[:most]),
        cards_of(rooms),
        cards_of(public_halls(edition).filter(of)[:most]),
        online_sessions(edition, organisation, most=most) if has_sessions else [],
    )


def online_sessions(edition: Edition, organisation: Organisation | None = None, *, most: int = 12) -> list[Session]:
    """Online sessions of activities that are not over, the next first."""
    rows = public_sessions(edition).filter(
        is_online=True, state=Session.State.PLANNED, activity__cancelled_at=None, starts_at__isnull=False
    )
    if organisation is not None:
        rows = rows.filter(activity__organisation=organisation)
    coming = Q(ends_at__gt=now()) | Q(ends_at=None, starts_at__gte=_midnight(edition))
    rows = rows.filter(coming).select_related("activity__organisation").order_by("starts_at", "pk")
    return list(rows[:most])


def _midnight(edition: Edition) -> datetime:
    """When today began there."""
    return end_of(today_in(edition.zone) - timedelta(days=1), edition.zone)
