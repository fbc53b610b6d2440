"""What the map and the list beside it show: where activities take place (B7)."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from django.conf import settings
from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext as _

from skillweek.activities.models import Session
from skillweek.activities.queries.public import ActivityFilter, public_activities
from skillweek.core.clock import now, today_in
from skillweek.core.coordinates import distance_km, wgs84_to_gcj02
from skillweek.core.templatetags import ui
from skillweek.editions.models import Edition
from skillweek.editions.sketch import Sketch, sketch_of
from skillweek.portal import links

#: More places than a person reads; who has more narrows the choice.
MOST: Final = 300
_GROUPED: Final = (
    "activity_id",
    "activity__title",
    "activity__is_highlight",
    "activity__organisation__name",
    "place",
    "district",
    "latitude",
    "longitude",
)
#: Points closer than this many units of the drawing share one mark.
_CELL: Final = 14


@dataclass(frozen=True)
class Place:
    """One activity at one place. Coordinates are WGS-84, None where nobody gave any."""

    activity_id: int
    title: str
    is_highlight: bool
    organisation: str
    place: str
    district: str
    latitude: float | None
    longitude: float | None
    first_day: date | None
    first_at: datetime | None
    sessions: int
    #: Kilometres from where the visitor says they are.
    distance: float | None = None

    @cached_property
    def url(self) -> str:
        """The activity's page."""
        return links.activity(self.activity_id)

    @property
    def when(self) -> str:
        """The first day it is on, and how many sessions there are."""
        if self.first_day is None:
            return _("时间待定，另行通知")
        day = ui.day(self.first_day)
        return _("%(day)s起 %(number)d 场") % {"day": day, "number": self.sessions} if self.sessions > 1 else day


@dataclass(frozen=True)
class Mark:
    """A dot of the sketch map; it grows with what lies there."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Map:
    """The page's content. ``is_cut``: there are more than ``MOST``."""

    places: list[Place]
    is_cut: bool
    sketch: Sketch
    marks: list[Mark]

    @property
    def known(self) -> int:
        """How many are somewhere already."""
        return sum(bool(place.place) for place in self.places)

    @property
    def unknown(self) -> int:
        """How many activities are still to be given a place."""
        return len({place.activity_id for place in self.places if not place.place})

    def points(self) -> list[dict[str, Any]]:
        """The places with coordinates for the script, as the configured tiles count them."""
        return [
            {"id": number, "at": _as_tiles_count(place), "wgs": [place.latitude, place.longitude]}
            for number, place in enumerate(self.places)
            if place.latitude is not None and place.longitude is not None
        ]


def map_of(edition: Edition, wanted: ActivityFilter) -> Map:
    """Everything that fits ``wanted`` and takes place somewhere: what is not over yet, else all of it."""
    sessions = Session.objects.filter(is_online=False, state=Session.State.PLANNED)
    if not wanted.day and today_in(edition.zone) <= edition.ends_on:
        moment = now()
        sessions = sessions.filter(Q(ends_at=None) | Q(ends_at__gt=moment))
    counts = _by_district(edition, wanted.without("districts"), sessions)
    places = _places(edition, wanted, sessions)
    sketch = sketch_of(edition.doc.districts, counts)
    shown = places[:MOST]
    if wanted.near:
        shown = _nearest_first(shown, wanted.near)
    return Map(shown, len(places) > MOST, sketch, _marks(sketch, shown))


def _places(edition: Edition, wanted: ActivityFilter, sessions: QuerySet[Session]) -> list[Place]:
    rows = (
        _fitting(edition, wanted, sessions)
        .order_by()
        .values_list(*_GROUPED)
        .annotate(first_day=Min("day"), first_at=Min("starts_at"), number=Count("pk"))
        .order_by("-activity__is_highlight", "first_at", "activity_id")
    )
    return [Place(*row) for row in rows[: MOST + 1]]


def _by_district(edition: Edition, wanted: ActivityFilter, sessions: QuerySet[Session]) -> dict[str, int]:
    counted = _fitting(edition, wanted, sessions).exclude(district="").order_by().values_list("district")
    return dict(counted.annotate(number=Count("activity_id", distinct=True)))


def _fitting(edition: Edition, wanted: ActivityFilter, sessions: QuerySet[Session]) -> QuerySet[Session]:
    """Those of ``sessions`` that fit, of public activities that fit and go ahead: asked once, for PostgreSQL reads a
    condition that stands there twice as two, and may choose a plan of seconds."""
    going_ahead = public_activities(edition).filter(cancelled_at=None)
    return wanted.sessions(sessions).filter(activity__in=wanted.activities(going_ahead))


def _nearest_first(places: list[Place], near: tuple[float, float]) -> list[Place]:
    measured = [
        replace(place, distance=round(distance_km(near, (place.latitude, place.longitude)), 1))
        if place.latitude is not None and place.longitude is not None
        else place
        for place in places
    ]
    return sorted(measured, key=lambda place: math.inf if place.distance is None else place.distance)


def _marks(sketch: Sketch, places: list[Place]) -> list[Mark]:
    found: Counter[tuple[int, int]] = Counter()
    for place in places:
        if spot := sketch.mark(place.longitude, place.latitude):
            found[round(spot[0] / _CELL), round(spot[1] / _CELL)] += 1
    return [
        Mark(x * _CELL, y * _CELL, round(4 + 2.2 * math.sqrt(number), 1)) for (x, y), number in sorted(found.items())
    ]


def _as_tiles_count(place: Place) -> list[float]:
    assert place.latitude is not None and place.longitude is not None
    if settings.MAP_TILES_DATUM == "gcj02":
        latitude, longitude = wgs84_to_gcj02(place.latitude, place.longitude)
        return [round(latitude, 6), round(longitude, 6)]
    return [place.latitude, place.longitude]


def tiles() -> dict[str, Any] | None:
    """What the map's script needs of the operator's tiles; None without any: then the sketch map stands alone."""
    if not settings.MAP_TILES_URLS:
        return None
    return {
        "urls": settings.MAP_TILES_URLS,
        "subdomains": settings.MAP_TILES_SUBDOMAINS,
        "attribution": settings.MAP_TILES_ATTRIBUTION,
        "maxZoom": settings.MAP_TILES_MAX_ZOOM,
        "datum": settings.MAP_TILES_DATUM,
    }
