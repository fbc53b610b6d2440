"""What visitors said, in numbers and in the words the organiser shows (B6). Nobody is named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Avg, Count, QuerySet, Sum

from skillweek.activities.models import Activity
from skillweek.activities.offers import Reached
from skillweek.bookings.models import Booking, CheckIn, Feedback

_COMMENTS: Final = 12
#: Answers read for the gains of one activity.
_READ: Final = 5000


@dataclass(frozen=True)
class FeedbackSummary:
    """Of one activity: how many answered, the mean of stars, answers by stars, shown comments (newest first)."""

    count: int = 0
    average: float | None = None
    by_stars: dict[int, int] = field(default_factory=dict)
    comments: list[str] = field(default_factory=list)


def feedback_of(activities: Iterable[int]) -> dict[int, FeedbackSummary]:
    """activity id → what was said; empty summaries for silence. Two queries whatever their number."""
    ids = list(activities)
    said = Feedback.objects.filter(session__activity__in=ids)
    stars: dict[int, dict[int, int]] = {pk: {} for pk in ids}
    for pk, number, count in said.values_list("session__activity", "stars").annotate(n=Count("pk")):
        stars[pk][number] = count
    comments: dict[int, list[str]] = {pk: [] for pk in ids}
    shown = said.filter(is_shown=True).exclude(comment="").order_by("-updated_at", "-pk")
    for pk, text in shown.values_list("session__activity", "comment")[: _COMMENTS * max(1, len(ids))]:
        if len(comments[pk]) < _COMMENTS:
            comments[pk].append(text)
    return {pk: _summary(stars[pk], comments[pk]) for pk in ids}


def _summary(stars: dict[int, int], comments: list[str]) -> FeedbackSummary:
    count = sum(stars.values())
    total = sum(number * times for number, times in stars.items())
    return FeedbackSummary(count, total / count if count else None, stars, comments)


def feedback_summary(activity: Activity) -> FeedbackSummary:
    """What was said of one activity, as its public page shows it."""
    return feedback_of([activity.pk])[activity.pk]


def gains_of(said: QuerySet[Feedback]) -> dict[str, int]:
    """Code of what was gained → how often it was ticked; the newest few thousand answers."""
    found: dict[str, int] = {}
    for gains in said.order_by("-pk").values_list("gains", flat=True)[:_READ]:
        for code in gains:
            found[code] = found.get(code, 0) + 1
    return found


def reached_by_unit(activities: QuerySet[Activity]) -> Mapping[int, Reached]:
    """Organisation id → people booked, people who came, answers and their mean (人人有收获); three queries."""
    unit = "session__activity__organisation"
    within = {"session__activity__in": activities.order_by().values("pk")}
    held = Booking.objects.filter(**within, state__in=Booking.HOLDING)
    booked = dict(held.values_list(unit).annotate(n=Sum("party_size")).order_by())
    came = CheckIn.objects.filter(**within, undone_at=None).values_list(unit).annotate(n=Sum("people")).order_by()
    attended = dict(came)
    said = Feedback.objects.filter(**within).values_list(unit).annotate(n=Count("pk"), mean=Avg("stars")).order_by()
    stars = {pk: (count, mean) for pk, count, mean in said}
    return {
        pk: Reached(booked.get(pk, 0), attended.get(pk, 0), *stars.get(pk, (0, None)))
        for pk in {*booked, *attended, *stars}
    }
