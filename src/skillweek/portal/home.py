"""What the portal's first page tells, before, during and after the week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Count, Min, Q, QuerySet

from skillweek.activities.models import Activity, Session
from skillweek.activities.queries.public import public_activities
from skillweek.content.models import Page
from skillweek.core.clock import today_in
from skillweek.editions.models import Edition
from skillweek.editions.sketch import Sketch, sketch_of
from skillweek.notices.models import Notice
from skillweek.participation.offers import Offer, offers_of
from skillweek.portal import reading
from skillweek.publicity.queries.stories import Card, cards_of, public_stories

_ON_THE_DAY: Final = 6
_HIGHLIGHTS: Final = 6
_NEWEST: Final = 4
_STORIES: Final = 3
_OFFERS: Final = 6


@dataclass(frozen=True)
class Leaf:
    """One day of the week as a calendar leaf."""

    day: date
    activities: int
    is_today: bool
    is_past: bool


@dataclass(frozen=True)
class Home:
    """Everything the template shows. ``phase`` is ``before``, ``during`` or ``after``."""

    edition: Edition
    phase: str
    #: Days left, number of the day, or days since.
    number: int
    days: int
    leaves: list[Leaf]
    #: The day that the list is about: today in the week, its first day before.
    day: date
    on_the_day: list[Activity]
    on_the_day_total: int
    highlights: list[Activity]
    total: int
    organisations: int
    sketch: Sketch
    districts: list[tuple[str, str, int]]
    notices: list[Notice]
    news: list[Page]
    stories: list[Card]
    #: What to take part in, open or coming.
    offers: list[Offer]


def home_of(edition: Edition) -> Home:
    """Collect the page of an edition: a fixed number of queries whatever its size."""
    today = today_in(edition.zone)
    phase, number = _phase(edition, today)
    day = min(max(today, edition.starts_on), edition.ends_on)
    visible = reading.public_activities(edition)
    on_days, by_district = _counts(edition)
    on_the_day = _on(visible, day) if phase != "after" else []
    totals = visible.prefetch_related(None).select_related(None).order_by()
    counted: dict[str, Any] = totals.aggregate(all=Count("pk"), units=Count("organisation_id", distinct=True))
    return Home(
        edition=edition,
        phase=phase,
        number=number,
        days=len(edition.days),
        leaves=[Leaf(each, on_days.get(each, 0), each == today, each < today) for each in edition.days],
        day=day,
        on_the_day=on_the_day,
        on_the_day_total=on_days.get(day, 0),
        highlights=list(visible.filter(is_highlight=True, cancelled_at=None)[:_HIGHLIGHTS]),
        total=counted["all"],
        organisations=counted["units"],
        sketch=sketch_of(edition.doc.districts, by_district),
        districts=[(row.code, row.name, by_district.get(row.code, 0)) for row in edition.doc.districts],
        notices=list(reading.public_notices(edition)[:_NEWEST]),
        news=list(reading.public_news(edition)[:_NEWEST]),
        stories=cards_of(public_stories(edition)[:_STORIES], edition),
        offers=[offer for offer in offers_of(edition) if offer.state != "over"][:_OFFERS],
    )


def _phase(edition: Edition, today: date) -> tuple[str, int]:
    if today < edition.starts_on:
        return "before", (edition.starts_on - today).days
    if today > edition.ends_on:
        return "after", (today - edition.ends_on).days
    return "during", (today - edition.starts_on).days + 1


def _counts(edition: Edition) -> tuple[dict[date, int], dict[str, int]]:
    """Activities that take place by day, and by district."""
    visible = public_activities(edition).filter(cancelled_at=None)
    sessions = Session.objects.filter(activity__in=visible, state=Session.State.PLANNED).order_by()
    number = Count("activity_id", distinct=True)
    by_day = sessions.exclude(day=None).values_list("day").annotate(number=number)
    by_district = sessions.exclude(district="").values_list("district").annotate(number=number)
    return dict(by_day), dict(by_district)


def _on(visible: QuerySet[Activity], day: date) -> list[Activity]:
    """What takes place on the day, in order of time; highlights come in first where not all fit. Each has
    ``first_at``."""
    taking_place = Q(sessions__day=day, sessions__state=Session.State.PLANNED)
    found = visible.filter(taking_place, cancelled_at=None).annotate(
        first_at=Min("sessions__starts_at", filter=taking_place)
    )
    chosen = found.order_by("-is_highlight", "highlight_rank", "first_at", "pk")[:_ON_THE_DAY]
    return sorted(chosen, key=_first_of)


def _first_of(activity: Activity) -> tuple[bool, float]:
    moment = getattr(activity, "first_at", None)
    return moment is None, moment.timestamp() if moment else 0.0
