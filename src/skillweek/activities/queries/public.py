"""What strangers see of activities, and how they look for them (B5, B7)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Case, Count, Exists, F, IntegerField, Min, OuterRef, Q, QuerySet, Subquery, Value, When

from skillweek.activities.models import Activity, ActivityTag, Session
from skillweek.core.clock import now, today_in
from skillweek.editions.models import Edition
from skillweek.search.queries import matching_ids

#: Groups of tags that visitors filter by, in the order in which they are asked.
FILTER_GROUPS: Final = ("audience", "outreach", "form", "service", "integration", "topic", "online", "national")
#: What ``day`` may be beside a date: sessions whose time is to be announced (另行通知).
OPEN_DAY: Final = "open"
SORTS: Final = ("best", "time", "newest", "near")
_TEXT: Final = 100
_CHOICES: Final = 20
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_PLACE = re.compile(r"(-?\d{1,2}(?:\.\d{1,8})?),(-?\d{1,3}(?:\.\d{1,8})?)")


def public_activities(edition: Edition) -> QuerySet[Activity]:
    """Activities of the edition that strangers see today; cancelled ones too, marked as such. No order, no prefetch."""
    return Activity.objects.filter(edition=edition).published(today_in(edition.zone))


def public_sessions(edition: Edition) -> QuerySet[Session]:
    """Sessions of those activities, in order of time; those "to be announced" last."""
    return Session.objects.filter(activity__in=public_activities(edition)).order_by(
        F("starts_at").asc(nulls_last=True), "pk"
    )


@dataclass(frozen=True)
class ActivityFilter:
    """What a visitor looks for. Made by ``from_query`` from an address; nonsense in it is passed over.

    An activity fits when all of its own conditions hold and, if anything is asked of its sessions (day, district,
    online, free places), *one* session has it all. Several choices in one list mean any of them.
    """

    day: date | None = None
    #: Only sessions without a time yet.
    is_day_open: bool = False
    districts: tuple[str, ...] = ()
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    organisation: str = ""
    is_online: bool = False
    has_places: bool = False
    is_highlight: bool = False
    text: str = ""
    sort: str = "best"
    #: WGS-84 (latitude, longitude) for ``sort="near"``.
    near: tuple[float, float] | None = None

    @classmethod
    def from_query(cls, data: Any, edition: Edition) -> ActivityFilter:
        """Read a ``QueryDict``: ``day`` (ISO date, today, tomorrow, open), ``district``, the ``FILTER_GROUPS``,
        ``organisation`` (code), ``online`` (1: any online session), ``places``, ``highlight``, ``q``, ``sort``,
        ``near`` (latitude,longitude).
        """
        near = _place_in(data.get("near", ""))
        sort = data.get("sort", "")
        if sort not in SORTS or (sort == "near" and near is None):
            sort = "best"
        is_online = "1" in data.getlist("online")
        # "1" is the flag beside the codes of the edition's online events, which share its name.
        tags = {group: _codes_in([code for code in data.getlist(group) if code != "1"]) for group in FILTER_GROUPS}
        return cls(
            day=_day_in(data.get("day", ""), edition),
            is_day_open=data.get("day") == OPEN_DAY,
            districts=_codes_in(data.getlist("district")),
            tags={group: codes for group, codes in tags.items() if codes},
            organisation=data.get("organisation", "").replace("\0", "")[:40],
            is_online=is_online,
            has_places=data.get("places") == "1",
            is_highlight=data.get("highlight") == "1",
            text=" ".join(data.get("q", "").replace("\0", " ").split())[:_TEXT],
            sort=sort,
            near=near,
        )

    @property
    def count(self) -> int:
        """How many conditions are set: the number shown beside 「筛选」 on a phone."""
        single = (self.day or self.is_day_open, self.organisation, self.is_online, self.has_places, self.is_highlight)
        return sum(map(bool, single)) + len(self.districts) + sum(len(codes) for codes in self.tags.values())

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked: everything fits."""
        return not self.count and not self.text

    @property
    def _asks_sessions(self) -> bool:
        return bool(self.day or self.is_day_open or self.districts or self.is_online or self.has_places)

    def without(self, name: str) -> ActivityFilter:
        """The same without one question: ``day``, ``districts``, ``organisation`` or a group of tags."""
        if name == "day":
            return replace(self, day=None, is_day_open=False)
        if name == "districts":
            return replace(self, districts=())
        if name == "organisation":
            return replace(self, organisation="")
        return replace(self, tags={group: codes for group, codes in self.tags.items() if group != name})

    def sessions(self, sessions: QuerySet[Session], *, free: Q | None = None) -> QuerySet[Session]:
        """Those of ``sessions`` that have what is asked of sessions. ``free`` says which have places left: the room
        above knows, and gives it as a condition on sessions."""
        if self.day:
            sessions = sessions.filter(day=self.day)
        if self.is_day_open:
            sessions = sessions.filter(starts_at=None)
        if self.districts:
            sessions = sessions.filter(district__in=self.districts)
        if self.is_online:
            sessions = sessions.filter(is_online=True)
        if self.has_places:
            sessions = sessions.filter(_going_on(), free if free is not None else Q())
        return sessions

    def activities(self, activities: QuerySet[Activity], *, free: Q | None = None) -> QuerySet[Activity]:
        """Those of ``activities`` that fit. One query, no duplicates."""
        activities = self._own(activities)
        if self.has_places:
            activities = activities.filter(cancelled_at=None)
        if self._asks_sessions:
            fitting = self.sessions(Session.objects.filter(activity=OuterRef("pk")).order_by(), free=free)
            activities = activities.filter(Exists(fitting))
        return activities

    def _own(self, activities: QuerySet[Activity]) -> QuerySet[Activity]:
        """What is asked of the activity itself."""
        for group, codes in self.tags.items():
            tagged = ActivityTag.objects.filter(activity=OuterRef("pk"), group=group, code__in=codes).order_by()
            activities = activities.filter(Exists(tagged))
        if self.organisation:
            joint = Q(partners__organisation__code=self.organisation, partners__state="accepted")
            mine = Activity.objects.filter(Q(organisation__code=self.organisation) | joint)
            activities = activities.filter(pk__in=mine.values("pk"))
        if self.is_highlight:
            activities = activities.filter(is_highlight=True)
        if self.text:
            activities = activities.filter(pk__in=matching_ids(self.text, "activity"))
        return activities

    def ordered(self, activities: QuerySet[Activity], *, free: Q | None = None) -> QuerySet[Activity]:
        """In the order asked for (except ``near``, which is ``portal.nearby``'s): by the next fitting session, then
        those to be announced, then those that are over. Each carries ``next_start``.
        """
        if self.sort == "newest":
            return activities.order_by(F("published_at").desc(nulls_last=True), "-pk")
        fitting = self.sessions(Session.objects.filter(activity=OuterRef("pk")).order_by(), free=free)
        coming = fitting.filter(_going_on(), starts_at__isnull=False).values("activity")
        activities = activities.annotate(next_start=Subquery(coming.annotate(first=Min("starts_at")).values("first")))
        late = Case(
            When(cancelled_at__isnull=False, then=Value(3)),
            When(next_start__isnull=False, then=Value(0)),
            When(Exists(fitting.filter(starts_at=None)), then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        first = [] if self.sort == "time" else ["-is_highlight", "highlight_rank"]
        return activities.annotate(lateness=late).order_by(*first, "lateness", "next_start", "pk")


def _going_on() -> Q:
    """Sessions that take place and are not over."""
    moment = now()
    coming = Q(ends_at__gt=moment) | Q(ends_at=None, starts_at__gt=moment) | Q(starts_at=None)
    return coming & Q(state=Session.State.PLANNED)


def _day_in(word: str, edition: Edition) -> date | None:
    if word in ("today", "tomorrow"):
        return today_in(edition.zone) + timedelta(days=word == "tomorrow")
    try:
        return date.fromisoformat(word) if len(word) == len("2023-05-14") else None
    except ValueError:
        return None


def _codes_in(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if _CODE.fullmatch(word)))[:_CHOICES]


def _place_in(word: str) -> tuple[float, float] | None:
    if not (found := _PLACE.fullmatch(word)):
        return None
    latitude, longitude = float(found[1]), float(found[2])
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


@dataclass(frozen=True)
class Facets:
    """How many activities each choice would show, all the other conditions kept."""

    days: dict[date | None, int]
    districts: dict[str, int]
    #: group → code → number.
    tags: dict[str, dict[str, int]]


def facets(wanted: ActivityFilter, edition: Edition, *, free: Q | None = None) -> Facets:
    """Count for every choice of the filter form. Three queries, and one more for each list with something ticked.

    The key None of ``days`` stands for activities with a time to be announced.
    """
    everything = public_activities(edition)

    def by_session(name: str, column: str) -> dict[Any, int]:
        open_filter = wanted.without(name)
        sessions = open_filter.sessions(
            Session.objects.filter(activity__in=open_filter.activities(everything, free=free)).order_by(), free=free
        )
        rows = sessions.values_list(column).annotate(n=Count("activity", distinct=True))
        return dict(rows.values_list(column, "n"))

    def by_tag(name: str) -> list[tuple[str, str, int]]:
        fitting = wanted.without(name).activities(everything, free=free)
        tags = ActivityTag.objects.filter(activity__in=fitting).order_by()
        return list(tags.values_list("group", "code").annotate(n=Count("activity")))

    tags: dict[str, dict[str, int]] = {group: {} for group in FILTER_GROUPS}
    for group, code, number in by_tag(""):
        if group in tags and group not in wanted.tags:
            tags[group][code] = number
    for ticked in wanted.tags:
        tags[ticked] = {code: number for group, code, number in by_tag(ticked) if group == ticked}
    return Facets(by_session("day", "day"), by_session("districts", "district"), tags)
