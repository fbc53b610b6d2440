"""A visitor's search among activities: the filter, its form with counts, the page of results (B7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from skillweek.activities.models import Activity, ActivityTag, Session
from skillweek.activities.queries.public import (
    FILTER_GROUPS,
    OPEN_DAY,
    ActivityFilter,
    Facets,
    facets,
    public_activities,
)
from skillweek.core.clock import now
from skillweek.core.coordinates import distance_km
from skillweek.core.templatetags.ui import day as day_words
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation

PER_PAGE: Final = 24


def free_places() -> Q:
    """Sessions that take people: without booking, or booked not yet full and not closed. For ``ActivityFilter``."""
    moment = now()
    unlimited = Q(capacity=None) | Q(seats=None) | Q(seats__taken__lt=F("capacity"))
    # As ``bookings.queries.places.closing_time`` has it: a session that has begun gives no places.
    not_closed = Q(booking_closes_at=None) | Q(booking_closes_at__gt=moment)
    not_closed &= Q(starts_at=None) | Q(starts_at__gt=moment)
    return Q(booking=Session.Booking.NONE) | (unlimited & not_closed)


@dataclass(frozen=True)
class Choice:
    """One choice of the filter form. ``key`` names its count for the script-free and the htmx page alike."""

    value: str
    label: str
    count: int
    is_chosen: bool
    key: str


@dataclass(frozen=True)
class Question:
    """One list of the filter form; ``group`` heads runs of choices such as 四开放, empty where there are none."""

    name: str
    label: str
    choices: list[tuple[str, list[Choice]]]

    @property
    def is_asked(self) -> bool:
        """Whether something is chosen, or could be."""
        return any(choice.count or choice.is_chosen for _group, choices in self.choices for choice in choices)


@dataclass(frozen=True)
class FilterForm:
    """The filter as a form: what is asked, with numbers. ``main`` stands open, ``more`` is folded away."""

    wanted: ActivityFilter
    days: list[Choice]
    districts: list[Choice]
    main: list[Question]
    more: list[Question]
    organisations: list[Organisation]

    @property
    def counted(self) -> Iterable[Choice]:
        """Every choice that shows a number."""
        yield from self.days
        yield from self.districts
        for question in (*self.main, *self.more):
            for _group, choices in question.choices:
                yield from choices

    @property
    def more_is_open(self) -> bool:
        """Whether something in the folded part is chosen."""
        folded = any(self.wanted.tags.get(question.name) for question in self.more)
        return folded or bool(self.wanted.organisation or self.wanted.is_highlight)


def form_of(wanted: ActivityFilter, edition: Edition) -> FilterForm:
    """The form for the present filter, with the number of activities behind each choice."""
    counted = facets(wanted, edition, free=free_places())
    document = edition.doc
    named = {row.code: row.name for row in document.districts}
    strange = [code for code in counted.districts if code and code not in named]
    districts = [
        Choice(
            code, named.get(code, code), counted.districts.get(code, 0), code in wanted.districts, f"n-district-{code}"
        )
        for code in (*named, *strange)
    ]
    questions = [_question(group, edition, counted, wanted) for group in FILTER_GROUPS]
    asked = [question for question in questions if question.is_asked]
    return FilterForm(
        wanted=wanted,
        days=_days(counted, wanted, edition),
        districts=[choice for choice in districts if choice.count or choice.is_chosen],
        main=[question for question in asked if question.name in _MAIN],
        more=[question for question in asked if question.name not in _MAIN],
        organisations=organisers(edition),
    )


_MAIN: Final = ("audience", "outreach")


def _days(counted: Facets, wanted: ActivityFilter, edition: Edition) -> list[Choice]:
    days = sorted({*edition.days, *(day for day in counted.days if day)})
    choices = [
        Choice(str(day), str(day_words(day)), counted.days.get(day, 0), day == wanted.day, f"n-day-{day}")
        for day in days
    ]
    if (later := counted.days.get(None, 0)) or wanted.is_day_open:
        choices.append(Choice(OPEN_DAY, _("时间另行通知"), later, wanted.is_day_open, "n-day-open"))
    return choices


def _question(group: str, edition: Edition, counted: Facets, wanted: ActivityFilter) -> Question:
    rows = getattr(edition.doc, ActivityTag.LISTS[group])
    numbers = counted.tags[group]
    chosen = wanted.tags.get(group, ())
    runs: dict[str, list[Choice]] = {}
    for row in rows:
        label = getattr(row, "name", None) or row.title
        choice = Choice(row.code, label, numbers.get(row.code, 0), row.code in chosen, f"n-{group}-{row.code}")
        if choice.count or choice.is_chosen:
            runs.setdefault(getattr(row, "group", "") or getattr(row, "department", ""), []).append(choice)
    return Question(group, LABELS[group](), list(runs.items()))


LABELS: Final = {
    "audience": lambda: _("适合谁"),
    "outreach": lambda: _("面向公众的方式"),
    "form": lambda: _("活动形式"),
    "service": lambda: _("便民服务"),
    "integration": lambda: _("融合主题"),
    "topic": lambda: _("宣传重点"),
    "online": lambda: _("线上活动"),
    "national": lambda: _("全国性活动"),
}


def organisers(edition: Edition) -> list[Organisation]:
    """Organisations with a public activity in the edition, in the tree's order."""
    ids = public_activities(edition).order_by().values("organisation")
    return list(Organisation.objects.filter(pk__in=ids))


def results(request: HttpRequest, wanted: ActivityFilter, edition: Edition) -> Page[Any]:
    """The page of activities asked for; a page beyond the last is the last. Loaded with what cards show."""
    free = free_places()
    found = wanted.activities(public_activities(edition), free=free)
    number = request.GET.get("page")
    if wanted.sort != "near" or wanted.near is None:
        return Paginator(with_cards(wanted.ordered(found, free=free)), PER_PAGE).get_page(number)
    page: Page[Any] = Paginator(_by_distance(wanted, found, free), PER_PAGE).get_page(number)
    loaded = with_cards(Activity.objects.all()).in_bulk([pk for pk, _distance in page.object_list])
    page.object_list = [_at_distance(loaded[pk], distance) for pk, distance in page.object_list]
    return page


def _at_distance(activity: Any, distance: float | None) -> Activity:
    activity.distance = distance
    found: Activity = activity
    return found


def _by_distance(wanted: ActivityFilter, found: QuerySet[Activity], free: Q) -> list[tuple[int, float | None]]:
    """Every activity with the kilometres to its nearest fitting place, nearest first; those without a point last."""
    assert wanted.near is not None
    sessions = wanted.sessions(Session.objects.filter(activity__in=found), free=free)
    points = sessions.order_by().values_list("activity", "latitude", "longitude").distinct()
    nearest: dict[int, float] = {}
    for pk, latitude, longitude in points:
        if latitude is not None and longitude is not None:
            distance = distance_km(wanted.near, (latitude, longitude))
            nearest[pk] = min(distance, nearest.get(pk, distance))
    rows = [(pk, nearest.get(pk)) for pk in found.order_by("pk").values_list("pk", flat=True)]
    return sorted(rows, key=lambda row: (row[1] is None, row[1] or 0.0))


def with_cards(activities: QuerySet[Activity]) -> QuerySet[Activity]:
    """The same, fetched with what cards show, in a fixed number of queries."""
    return activities.select_related("organisation", "cover", "cover__file").prefetch_related(
        "sessions", "tags", "cover__renditions", "cover__file__derivatives"
    )


def asked_words(wanted: ActivityFilter, form: FilterForm) -> list[tuple[str, str, str]]:
    """What is chosen, as (parameter, value, word), for the chips that take it off again."""
    words: list[tuple[str, str, str]] = [("q", wanted.text, f"“{wanted.text}”")] if wanted.text else []
    words += [("day", choice.value, choice.label) for choice in form.days if choice.is_chosen]
    words += [("district", choice.value, choice.label) for choice in form.districts if choice.is_chosen]
    for question in (*form.main, *form.more):
        for _group, choices in question.choices:
            words += [(question.name, choice.value, choice.label) for choice in choices if choice.is_chosen]
    if wanted.organisation:
        named = {one.code: str(one) for one in form.organisations}
        words.append(("organisation", wanted.organisation, named.get(wanted.organisation, wanted.organisation)))
    flags: list[tuple[bool, str, Any]] = [
        (wanted.has_places, "places", _("有名额")),
        (wanted.is_online, "online", _("线上")),
        (wanted.is_highlight, "highlight", _("亮点")),
    ]
    return words + [(name, "1", word) for flag, name, word in flags if flag]
