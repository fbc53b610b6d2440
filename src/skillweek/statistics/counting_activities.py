"""Figures counted from activities, their sessions and the people at the door (B4, B5, B9, C12).

An activity counts once, for its organiser: joint organisers report their share elsewhere (B12), so that the figures of
several units add up. It counts when it was approved and neither cancelled nor taken down.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from skillweek.activities.models import Activity, ActivityTag, Partner, Session
from skillweek.bookings.models import CheckIn
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, OrganisationQuerySet
from skillweek.participation.figures import FigureRow
from skillweek.statistics.sources import Source

_Condition = Callable[[], Q]


def counted(edition: Edition) -> QuerySet[Activity]:
    """The activities of the edition that count."""
    return Activity.objects.filter(
        edition=edition, state=Activity.State.APPROVED, cancelled_at=None, withdrawn_at=None
    )  # fmt: skip


def _tagged(group: str, **codes: object) -> Q:
    tags = ActivityTag.objects.filter(group=group, **{f"code__{how}": value for how, value in codes.items()})
    return Q(pk__in=tags.values("activity"))


def _of_kind(code: str, condition: _Condition) -> Source:
    """A source that counts the activities which fulfil ``condition``."""

    def numbers(edition: Edition, organisations: OrganisationQuerySet) -> dict[int, int]:
        rows = counted(edition).filter(condition(), organisation__in=organisations)
        return dict(rows.order_by().values_list("organisation_id").annotate(number=Count("pk", distinct=True)))

    def rows(edition: Edition, organisation: Organisation) -> list[FigureRow]:
        found = counted(edition).filter(condition(), organisation=organisation).order_by("pk")
        days = _first_days(found)
        return [
            FigureRow(row.title, 1, days.get(row.pk), str(row.get_kind_display()), _url(row.pk), str(row.pk))
            for row in found
        ]

    return Source(code, numbers, rows)


def _first_days(activities: QuerySet[Activity]) -> dict[int, date]:
    sessions = _held().filter(activity__in=activities).order_by("-day").values_list("activity_id", "day")
    return {activity_id: day for activity_id, day in sessions if day is not None}


def _held() -> QuerySet[Session]:
    return Session.objects.filter(state=Session.State.PLANNED, day__isnull=False)


def _url(activity_id: int) -> str:
    return reverse("activities:activity", args=[activity_id])


# --- Days with an activity (天天有活动) -----------------------------------------------------------


def _days(edition: Edition, organisations: OrganisationQuerySet) -> QuerySet[Session]:
    return _held().filter(
        activity__in=counted(edition).filter(organisation__in=organisations),
        day__range=(edition.starts_on, edition.ends_on),
    )  # fmt: skip


def _day_numbers(edition: Edition, organisations: OrganisationQuerySet) -> dict[int, int]:
    rows = _days(edition, organisations).order_by().values_list("activity__organisation_id")
    return dict(rows.annotate(number=Count("day", distinct=True)))


def _day_keys(edition: Edition, organisations: OrganisationQuerySet) -> int:
    return _days(edition, organisations).order_by().values("day").distinct().count()


def _day_rows(edition: Edition, organisation: Organisation) -> list[FigureRow]:
    sessions = _days(edition, Organisation.objects.filter(pk=organisation.pk)).select_related("activity")
    by_day: dict[date, list[Session]] = {}
    for session in sessions.order_by("day", "starts_at", "pk"):
        assert session.day is not None
        by_day.setdefault(session.day, []).append(session)
    return [
        FigureRow(
            held[0].activity.title, 1, day,
            ngettext("当天共 %(number)d 场", "当天共 %(number)d 场", len(held)) % {"number": len(held)},
            _url(held[0].activity_id), day.isoformat(),
        )
        for day, held in by_day.items()
    ]  # fmt: skip


# --- People served (便民服务) -----------------------------------------------------------------------


def _served(edition: Edition, organisations: OrganisationQuerySet) -> QuerySet[CheckIn]:
    services = counted(edition).filter(_tagged("service", gt=""), organisation__in=organisations)
    return CheckIn.objects.filter(session__activity__in=services, undone_at=None)


def _served_numbers(edition: Edition, organisations: OrganisationQuerySet) -> dict[int, int]:
    rows = _served(edition, organisations).order_by().values_list("session__activity__organisation_id")
    return dict(rows.annotate(number=Sum("people")))


def _served_rows(edition: Edition, organisation: Organisation) -> list[FigureRow]:
    people = _served(edition, Organisation.objects.filter(pk=organisation.pk)).order_by()
    by_session = dict(people.values_list("session_id").annotate(number=Sum("people")))
    sessions = Session.objects.filter(pk__in=by_session).select_related("activity").order_by("starts_at", "pk")
    return [
        FigureRow(
            row.activity.title, by_session[row.pk], row.day, _("签到人次"), _url(row.activity_id), str(row.pk)
        )
        for row in sessions
    ]  # fmt: skip


# --- Ordinary schools that joined (职普融通) --------------------------------------------------------


def _ordinary(edition: Edition, organisations: OrganisationQuerySet) -> QuerySet[Partner]:
    form = edition.doc.statistics_form
    partners = Partner.objects.filter(
        _named(form.ordinary_school_words),
        organisation=None,
        activity__in=counted(edition).filter(organisation__in=organisations),
    )
    return partners.exclude(_named(form.other_school_words)).exclude(state=Partner.State.DECLINED)


def _named(words: tuple[str, ...]) -> Q:
    """A name with any of ``words`` in it; without words, no name."""
    named = Q(pk__in=[])
    for word in words:
        named |= Q(name__contains=word)
    return named


def _ordinary_numbers(edition: Edition, organisations: OrganisationQuerySet) -> dict[int, int]:
    rows = _ordinary(edition, organisations).order_by().values_list("activity__organisation_id")
    return dict(rows.annotate(number=Count("name", distinct=True)))


def _ordinary_keys(edition: Edition, organisations: OrganisationQuerySet) -> int:
    return _ordinary(edition, organisations).order_by().values("name").distinct().count()


def _ordinary_rows(edition: Edition, organisation: Organisation) -> list[FigureRow]:
    partners = _ordinary(edition, Organisation.objects.filter(pk=organisation.pk)).select_related("activity")
    once: dict[str, FigureRow] = {}
    for row in partners.order_by("name", "pk"):
        once.setdefault(row.name, FigureRow(row.name, 1, None, row.activity.title, _url(row.activity_id), row.name))
    return list(once.values())


def _linked() -> Q:
    return _tagged("national", gt="") | Q(kind=Activity.Kind.CITY) | ~Q(city_code="")


def _online() -> Q:
    return _tagged("online", gt="") | Q(pk__in=_held().filter(is_online=True).values("activity"))


def outreach_source(code: str) -> Source:
    """Activities of one way of the edition's 四开放六走进: ``near``, or with all its members: ``near-…``."""

    def condition() -> Q:
        return _tagged("outreach", exact=code) | _tagged("outreach", startswith=f"{code}-")

    return _of_kind(f"activities.outreach.{code}", condition)


def sources() -> list[Source]:
    """The sources of this file."""
    return [
        _of_kind("activities.count", Q),
        _of_kind("activities.feature", lambda: Q(kind=Activity.Kind.FEATURE)),
        _of_kind("activities.linked", _linked),
        _of_kind("activities.online", _online),
        Source("activities.days", _day_numbers, _day_rows, "distinct", _day_keys),
        Source("activities.services", _served_numbers, _served_rows),
        Source("activities.partners.schools", _ordinary_numbers, _ordinary_rows, "distinct", _ordinary_keys),
    ]
