"""Feature activities with their marks, for those who decide (B5)."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Avg, Count, F, FloatField, Q, QuerySet, Value
from django.db.models.expressions import ExpressionWrapper

from skillweek.activities.access_running import can_choose_highlights
from skillweek.activities.models import Activity, Assessment
from skillweek.editions.models import Edition
from skillweek.organisations.access import scope_of, subtree_q
from skillweek.organisations.models import Kind

_S = Activity.State
#: Name → order; activities without marks come last in every one.
SORTS: Final = ("marks", "substance", "distinction", "influence", "unit")


def reviewed_features(user: Any, edition: Edition) -> QuerySet[Activity]:
    """Feature activities and highlights, handed in, that the person decides on, with marks: ``substance``,
    ``distinction``, ``influence`` (averages), ``mark`` (their mean) and ``marks`` (how many gave any).
    """
    # Strictly below a bureau in which they decide; the host's own for the host's people.
    scope = scope_of(user)
    below = subtree_q(scope.deciding_paths, "organisation__") & ~Q(organisation__path__in=scope.deciding_paths)
    reach = below | Q(organisation__kind=Kind.HOST) if can_choose_highlights(user) else below
    rows = Activity.objects.filter(
        reach,
        Q(kind=Activity.Kind.FEATURE) | Q(is_highlight=True),
        edition=edition,
        state__in=(_S.SUBMITTED, _S.APPROVED),
        withdrawn_at=None,
    )
    return with_marks(rows)


def with_marks(rows: QuerySet[Activity]) -> QuerySet[Activity]:
    """These activities with the averages of their marks, the mean of the three and how many gave any."""
    averages = {name: Avg(f"assessments__{name}") for name in ("substance", "distinction", "influence")}
    mean = ExpressionWrapper(
        (F("substance") + F("distinction") + F("influence")) / Value(3.0), output_field=FloatField()
    )
    return rows.annotate(marks=Count("assessments"), **averages).annotate(mark=mean)


def in_order(rows: QuerySet[Activity], sort: str) -> QuerySet[Activity]:
    """Candidates in one of ``SORTS``; the best first."""
    if sort == "unit":
        return rows.order_by("organisation__path", "pk")
    name = "mark" if sort not in SORTS or sort == "marks" else sort
    return rows.order_by(F(name).desc(nulls_last=True), F("marks").desc(), "pk")


def highlights(edition: Edition) -> QuerySet[Activity]:
    """The city's highlights in their order."""
    rows = Activity.objects.filter(edition=edition, is_highlight=True).select_related("organisation")
    return rows.order_by("highlight_rank", "pk")


def marks_of(activity: Activity) -> list[Assessment]:
    """Everybody's marks for one activity, newest first. Only for those who decide."""
    return list(activity.assessments.select_related("reviewer").order_by("-updated_at"))
