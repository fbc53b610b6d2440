"""How many people were ranked, and how often: the figures of this room (E2, C12)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, OrganisationQuerySet
from skillweek.participation.figures import Figure, FigureRow
from skillweek.quiz.models import Attempt


def _counted(edition: Edition) -> QuerySet[Attempt]:
    rows = Attempt.objects.filter(quiz__edition=edition, state=Attempt.State.FINISHED, hidden_at=None)
    return rows.order_by()


def _by_organisation(rows: Iterable[tuple[int, int]]) -> dict[int, int]:
    return dict(rows)


def people_numbers(edition: Edition, organisations: OrganisationQuerySet) -> dict[int, int]:
    """Different people in all quizzes of a unit together, each counted once."""
    rows = _counted(edition).filter(quiz__organisation__in=organisations.order_by().values("pk"))
    return _by_organisation(
        rows.values("quiz__organisation")
        .annotate(number=Count("participant", distinct=True))
        .values_list("quiz__organisation", "number")
    )


def people_rows(edition: Edition, organisation: Organisation) -> list[FigureRow]:
    """By the day on which each person was ranked first."""
    firsts = _counted(edition).filter(quiz__organisation=organisation).values("participant").annotate(first=Min("day"))
    days: dict[object, int] = {}
    for day in firsts.values_list("first", flat=True):
        days[day] = days.get(day, 0) + 1
    url = reverse("quiz:index")
    return [
        FigureRow(str(_("首次答题")), number, day=day, url=url, key=f"people:{day}")  # type: ignore[arg-type]
        for day, number in sorted(days.items(), key=lambda pair: str(pair[0]))
    ]


def attempt_numbers(edition: Edition, organisations: OrganisationQuerySet) -> dict[int, int]:
    """Finished ranked rounds."""
    rows = _counted(edition).filter(quiz__organisation__in=organisations.order_by().values("pk"))
    return _by_organisation(
        rows.values("quiz__organisation").annotate(number=Count("pk")).values_list("quiz__organisation", "number")
    )


def attempt_rows(edition: Edition, organisation: Organisation) -> list[FigureRow]:
    """By quiz and day."""
    rows = (
        _counted(edition)
        .filter(quiz__organisation=organisation)
        .values_list("quiz", "quiz__title", "day")
        .annotate(number=Count("pk"))
        .order_by("quiz__title", "quiz", "day")
    )
    return [
        FigureRow(title, number, day=day, url=reverse("quiz:results", args=[pk]), key=f"attempts:{pk}:{day}")
        for pk, title, day, number in rows
    ]


FIGURES = (
    Figure("quiz.people", _("知识竞答参与人数"), _("人"), people_numbers, people_rows),
    Figure("quiz.attempts", _("知识竞答答题人次"), _("人次"), attempt_numbers, attempt_rows),
)
