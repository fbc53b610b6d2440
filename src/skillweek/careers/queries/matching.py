"""Activities of this week that fit a result, and how the answers are counted."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Min, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from skillweek.activities.models import Activity
from skillweek.activities.queries.public import public_activities
from skillweek.careers.models import Opening, Tally
from skillweek.careers.questions import Field, kinds
from skillweek.careers.scoring import Result
from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, OrganisationQuerySet
from skillweek.participation.figures import FigureRow
from skillweek.participation.offers import Offer


def fields_of(result: Result, number: int = 2) -> list[Field]:
    """The 大类 of the first types, each once, in their order."""
    found: dict[str, Field] = {}
    for letter in result.order[:number]:
        for field in kinds()[letter].fields:
            found.setdefault(field.code, field)
    return list(found.values())


def activities_for(edition: Edition, result: Result, number: int = 8) -> QuerySet[Activity]:
    """Public activities still to come whose name, summary or text speaks of the result's fields, the soonest first."""
    words = {word for field in fields_of(result) for word in field.keywords}
    fits = Q(pk__in=[])
    for word in sorted(words):
        fits |= Q(title__icontains=word) | Q(summary__icontains=word) | Q(description__icontains=word)
    coming = Q(sessions__starts_at__gt=now()) | Q(sessions__starts_at=None)
    rows = public_activities(edition).filter(fits, cancelled_at=None).filter(coming)
    dated = rows.select_related("organisation").annotate(first=Min("sessions__starts_at")).distinct()
    return dated.order_by(F("first").asc(nulls_last=True), "pk")[:number]


def by_type(edition: Edition, organisations: OrganisationQuerySet) -> dict[str, int]:
    """Letter → how many answered with it first."""
    rows = Tally.objects.filter(edition=edition, organisation__in=organisations)
    return dict(rows.order_by().values_list("type").annotate(n=Sum("number")))


def by_day(edition: Edition, organisations: OrganisationQuerySet) -> list[tuple[date, int]]:
    """Day → how many answered."""
    rows = Tally.objects.filter(edition=edition, organisation__in=organisations)
    return list(rows.order_by("day").values_list("day").annotate(n=Sum("number")))


def numbers(edition: Edition, organisations: OrganisationQuerySet) -> dict[int, int]:
    """Answers by unit, in one query."""
    rows = Tally.objects.filter(edition=edition, organisation__in=organisations.order_by().values("pk")).order_by()
    return dict(rows.values_list("organisation").annotate(n=Sum("number")))


def rows_behind(edition: Edition, organisation: Organisation) -> list[FigureRow]:
    """Answers day by day and type by type."""
    rows = Tally.objects.filter(edition=edition, organisation=organisation, number__gt=0).order_by("day", "type")
    names = {letter: kind.name for letter, kind in kinds().items()}
    return [
        FigureRow(label=names.get(row.type, _("没有偏向")), amount=row.number, day=row.day, key=f"tally:{row.pk}")
        for row in rows
    ]


def count_openings(edition: Edition, organisations: OrganisationQuerySet) -> int:
    """How many of the units offer the questionnaire."""
    return Opening.objects.filter(edition=edition, is_open=True, organisation__in=organisations).count()


def offers_of(edition: Edition) -> list[Offer]:
    """The questionnaire, once, whoever offers it."""
    rows = Opening.objects.filter(edition=edition, is_open=True).order_by("pk")
    names = list(rows.values_list("organisation__name", flat=True)[:3])
    if not names:
        return []
    is_over = edition.state == Edition.State.CLOSED
    return [
        Offer(
            kind="careers", kind_label=_("兴趣测评"), icon="compass", title=_("职业兴趣小测评"),
            url=reverse("careers_public:index"), organisation_name="、".join(names), starts_on=edition.starts_on,
            ends_on=edition.ends_on, state="over" if is_over else "open",
            teaser=_("36 道小题，五分钟，看看您适合哪些专业大类。不用登录，不留姓名。"),
        )
    ]  # fmt: skip
