"""The activities that stand out: the city's highlights first, then what the reviewers marked best (B5, C13)."""

from __future__ import annotations

from django.db.models import F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from skillweek.activities.models import Activity
from skillweek.activities.queries.marks import with_marks
from skillweek.activities.queries.public import public_activities
from skillweek.bookings.models import CheckIn
from skillweek.editions.models import Edition
from skillweek.statistics.queries.days import activities_of
from skillweek.statistics.queries.reach import Reach


def _outstanding() -> Q:
    return Q(is_highlight=True) | Q(kind=Activity.Kind.FEATURE)


def top_highlights(edition: Edition, reach: Reach, limit: int = 10) -> list[Activity]:
    """The best of these schools' activities with ``mark`` (for those who decide only) and ``people`` at the door."""
    rows = with_marks(activities_of(edition, reach).filter(_outstanding()).select_related("organisation"))
    present = CheckIn.objects.filter(undone_at=None, session__activity=OuterRef("pk")).order_by()
    people = present.values("session__activity").annotate(number=Sum("people")).values("number")
    rows = rows.annotate(present=Coalesce(Subquery(people, output_field=IntegerField()), 0))
    best = F("mark").desc(nulls_last=True)
    return list(rows.order_by("-is_highlight", "highlight_rank", best, "-present", "pk")[:limit])


def public_highlights(edition: Edition, reach: Reach, limit: int = 4) -> QuerySet[Activity]:
    """The latest of them that everybody may see, with their covers; nothing else may stand on a wall."""
    rows = public_activities(edition).filter(_outstanding(), reach.q(), cancelled_at=None)
    rows = rows.select_related("organisation", "cover__file")
    rows = rows.prefetch_related("cover__renditions", "cover__file__derivatives")
    return rows.order_by("-is_highlight", F("published_at").desc(nulls_last=True), "-pk")[:limit]
