"""All bookings of an organiser's classes as one timetable, and what they count as (E5, E6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, F, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import ngettext

from skillweek.activities.models import Activity, Session
from skillweek.bookings.models import Booking
from skillweek.classes.queries.offers import ideas_of
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, OrganisationQuerySet
from skillweek.participation.figures import FigureRow

_S = Booking.State


@dataclass
class Lesson:
    """One session with who comes."""

    session: Session
    groups: list[Booking] = field(default_factory=list)
    families: list[Booking] = field(default_factory=list)
    waiting: int = 0

    @property
    def people(self) -> int:
        """How many people hold a place."""
        return sum(row.party_size for row in (*self.groups, *self.families))


@dataclass
class Day:
    """One day of the timetable; ``day`` None where the time is to be announced."""

    day: date | None
    lessons: list[Lesson] = field(default_factory=list)

    @property
    def people(self) -> int:
        """How many people come on that day."""
        return sum(lesson.people for lesson in self.lessons)


def timetable(sessions: QuerySet[Session]) -> list[Day]:
    """The sessions day by day with their living bookings; two queries."""
    ordered = list(sessions.order_by(F("starts_at").asc(nulls_last=True), "pk"))
    lessons = {session.pk: Lesson(session) for session in ordered}
    for row in Booking.objects.filter(session__in=list(lessons), state__in=Booking.LIVE).order_by("pk"):
        lesson = lessons[row.session_id]
        if row.state == _S.WAITING:
            lesson.waiting += row.party_size
        elif row.kind == Booking.Kind.GROUP:
            lesson.groups.append(row)
        else:
            lesson.families.append(row)
    days: dict[date | None, Day] = {}
    for lesson in lessons.values():
        days.setdefault(lesson.session.day, Day(lesson.session.day)).lessons.append(lesson)
    return list(days.values())


def _booked(edition: Edition, kind: str) -> QuerySet[Booking]:
    """Bookings of classes that hold a place for certain."""
    return Booking.objects.filter(
        kind=kind, state=_S.CONFIRMED, session__activity__edition=edition,
        session__activity__idea_code__in=ideas_of(edition), session__state=Session.State.PLANNED,
    )  # fmt: skip


def _numbers(edition: Edition, organisations: OrganisationQuerySet, kind: str) -> dict[int, int]:
    rows = _booked(edition, kind).filter(session__activity__organisation__in=organisations.order_by().values("pk"))
    return dict(rows.order_by().values_list("session__activity__organisation").annotate(n=Count("pk")))


def families(edition: Edition, organisations: OrganisationQuerySet) -> dict[int, int]:
    """Families that booked classes, by organiser."""
    return _numbers(edition, organisations, Booking.Kind.PERSON)


def groups(edition: Edition, organisations: OrganisationQuerySet) -> dict[int, int]:
    """School classes that booked, by organiser."""
    return _numbers(edition, organisations, Booking.Kind.GROUP)


def family_rows(edition: Edition, organisation: Organisation) -> list[FigureRow]:
    """Families by session."""
    return _rows(edition, organisation, Booking.Kind.PERSON)


def group_rows(edition: Edition, organisation: Organisation) -> list[FigureRow]:
    """School classes by session."""
    return _rows(edition, organisation, Booking.Kind.GROUP)


def _rows(edition: Edition, organisation: Organisation, kind: str) -> list[FigureRow]:
    booked = _booked(edition, kind).filter(session__activity__organisation=organisation).order_by()
    counted = dict[int, Any](
        (pk, (number, people))
        for pk, number, people in booked.values_list("session").annotate(n=Count("pk"), people=Sum("party_size"))
    )
    sessions = Session.objects.filter(pk__in=counted).select_related("activity")
    found = []
    for session in sessions.order_by(F("day").asc(nulls_last=True), "starts_at", "pk"):
        number, people = counted[session.pk]
        note = ngettext("%(n)d 人", "%(n)d 人", people) % {"n": people}
        found.append(
            FigureRow(
                label=" · ".join(part for part in (session.activity.title, session.label) if part), amount=number,
                day=session.day, note=note, url=reverse("bookings:session", args=[session.pk]),
                key=f"session:{session.pk}",
            )
        )  # fmt: skip
    return found


def count_classes(edition: Edition, organisations: OrganisationQuerySet, *, are_groups: bool) -> int:
    """How many classes of one sort the units plan."""
    ideas = ideas_of(edition, groups=are_groups)
    return Activity.objects.filter(edition=edition, organisation__in=organisations, idea_code__in=ideas).count()
