"""Counting and showing visits (E9)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from skillweek.content.queries import absolute
from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, OrganisationQuerySet
from skillweek.participation.figures import FigureRow
from skillweek.participation.mine import Mine
from skillweek.participation.models import Participant
from skillweek.participation.offers import Offer
from skillweek.press.access_visits import can_answer, public_offers, visits_visible_to
from skillweek.press.models import SchoolVisit, VisitOffer


def took_place(edition: Edition) -> QuerySet[SchoolVisit]:
    """Agreed visits that have begun."""
    return SchoolVisit.objects.filter(edition=edition, state=SchoolVisit.State.APPROVED, starts_at__lte=now())


def numbers(edition: Edition, organisations: OrganisationQuerySet) -> dict[int, int]:
    """Visits by the unit that was visited, in one query."""
    rows = took_place(edition).filter(organisation__in=organisations.order_by().values("pk")).order_by()
    return dict(rows.values_list("organisation").annotate(n=Count("pk")))


def rows_behind(edition: Edition, organisation: Organisation) -> list[FigureRow]:
    """Each visit as one row, without a name of the public."""
    found = took_place(edition).filter(organisation=organisation).select_related("journalist", "edition")
    rows = found.annotate(came=Count("coverage")).order_by("starts_at", "pk")
    return [
        FigureRow(
            label=visit.journalist.outlet if visit.journalist is not None else str(visit.get_platform_display()),
            amount=1,
            day=_day(visit),
            note=_("%(people)d 人，交回报道 %(n)d 篇") % {"people": visit.people, "n": visit.came},
            url=reverse("press:visit", args=[visit.pk]),
            key=f"visit:{visit.pk}",
        )
        for visit in rows
    ]


def _day(visit: SchoolVisit) -> date:
    return visit.starts_at.astimezone(ZoneInfo(visit.edition.zone)).date()


def offers_of(edition: Edition) -> list[Offer]:
    """Open schools as one offer of the week: journalists and creators look for the page, not for each school."""
    schools = list(public_offers(edition)[:3])
    if not schools:
        return []
    is_over = edition.state == Edition.State.CLOSED
    names = "、".join(row.organisation.name for row in schools)
    return [
        Offer(
            kind="visits", kind_label=_("媒体探校"), icon="camera-video", title=_("媒体和达人探校"),
            url=reverse("press_public:visits"), organisation_name=names, starts_on=edition.starts_on,
            ends_on=edition.ends_on, state="over" if is_over else "open",
            teaser=_("记者和内容创作者申请进校，看实训、拍课堂、采访师生。"),
        )
    ]  # fmt: skip


def count_offers(edition: Edition, organisations: OrganisationQuerySet) -> int:
    """How many of the units welcome visits."""
    return VisitOffer.objects.filter(edition=edition, is_open=True, organisation__in=organisations).count()


def same_hours(visit: SchoolVisit) -> list[SchoolVisit]:
    """Other agreed visits to the unit that overlap with this one: a warning, since a school may receive two."""
    rows = SchoolVisit.objects.filter(
        organisation=visit.organisation, state=SchoolVisit.State.APPROVED, starts_at__lt=visit.ends_at,
        ends_at__gt=visit.starts_at,
    )  # fmt: skip
    return list(rows.exclude(pk=visit.pk).select_related("edition", "journalist", "participant")[:5])


def count_waiting(edition: Edition, user: Any) -> int:
    """Applications to the person's units that nobody answered, where the person may."""
    rows = visits_visible_to(user).filter(edition=edition, state=SchoolVisit.State.WAITING)
    return sum(can_answer(user, visit) for visit in rows.select_related("edition", "organisation")[:200])


def things_of(participant: Participant) -> list[Mine]:
    """A creator's applications, for their own page."""
    rows = SchoolVisit.objects.filter(participant=participant).select_related("organisation")
    return [
        Mine(
            kind_label=_("媒体探校"), icon="camera-video", title=visit.organisation.name, at=visit.created_at,
            url=reverse("press_public:visit", args=[visit.pk]), state=str(visit.get_state_display()),
        )
        for visit in rows
    ]  # fmt: skip


def calendar_of(visit: SchoolVisit) -> bytes:
    """The visit as an iCalendar file with its stops and a reminder two hours before."""
    zone = ZoneInfo(visit.edition.zone)
    event = Event()
    event.add("uid", f"visit-{visit.client_id}@skillweek")
    event.add("dtstamp", now())
    event.add("sequence", visit.version)
    event.add("dtstart", visit.starts_at)
    event.add("dtend", visit.ends_at)
    event.add("summary", _("探校：%(name)s") % {"name": visit.organisation.name})
    event.add("location", visit.organisation.name)
    lines = [
        " ".join(word for word in (f"{stop.at.astimezone(zone):%H:%M}", stop.place, stop.person, stop.what) if word)
        for stop in visit.stops.all()
    ]
    event.add("description", "\n".join([*lines, visit.guide, absolute(reverse("press_public:visit", args=[visit.pk]))]))
    event.add("status", "CONFIRMED" if visit.state == SchoolVisit.State.APPROVED else "TENTATIVE")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", visit.organisation.name)
    alarm.add("trigger", timedelta(hours=-2))
    event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//Skillweek//Visits//ZH")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    made: bytes = calendar.to_ical()
    return made
