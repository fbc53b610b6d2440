"""Leaderboards by person, school and district (E2)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Avg, Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from skillweek.quiz.domain.nicknames import masked
from skillweek.quiz.models import Attempt, Quiz


def counted(quiz: Quiz) -> QuerySet[Attempt]:
    """Attempts that count: finished and not taken off."""
    return Attempt.objects.filter(quiz=quiz, state=Attempt.State.FINISHED, hidden_at=None)


def best_of_each(quiz: Quiz) -> QuerySet[Attempt]:
    """Everybody's best round: most points, then least time, then the earlier one; the best of all first."""
    number = Window(
        RowNumber(),
        partition_by=F("participant"),
        order_by=[F("score").desc(), F("milliseconds").asc(), F("finished_at").asc(), F("pk").asc()],
    )
    rows = counted(quiz).annotate(number=number).filter(number=1)
    return rows.select_related("school").order_by("-score", "milliseconds", "finished_at", "pk")


@dataclass(frozen=True)
class PersonRow:
    """One line: nickname with stars, school, points, seconds."""

    rank: int
    name: str
    school: str
    score: int
    seconds: float
    pk: int
    participant_id: int


def people_rows(quiz: Quiz, limit: int = 100) -> list[PersonRow]:
    """The first ``limit``. Who has equal points and time shares a rank."""
    rows: list[PersonRow] = []
    for number, attempt in enumerate(best_of_each(quiz)[:limit], start=1):
        seconds = round(attempt.milliseconds / 1000, 1)
        tied = bool(rows) and (rows[-1].score, rows[-1].seconds) == (attempt.score, seconds)
        place = attempt.school.name if attempt.school else attempt.district
        rows.append(
            PersonRow(
                rows[-1].rank if tied else number, masked(attempt.nickname), place, attempt.score, seconds, attempt.pk,
                attempt.participant_id,
            )
        )  # fmt: skip
    return rows


@dataclass(frozen=True)
class GroupRow:
    """A school or district: people who took part, who passed, the average of their best rounds."""

    rank: int
    name: str
    people: int
    passed: int
    average: float


def school_rows(quiz: Quiz, limit: int = 100) -> list[GroupRow]:
    """By how many people passed, then by the average."""
    return _groups(quiz, "school__name", Q(school=None), limit)


def district_rows(quiz: Quiz, limit: int = 100) -> list[GroupRow]:
    """By how many people passed, then by the average."""
    return _groups(quiz, "district", Q(district=""), limit)


def _groups(quiz: Quiz, name: str, without: Q, limit: int) -> list[GroupRow]:
    best = best_of_each(quiz).values("pk")
    rows = (
        Attempt.objects.filter(pk__in=best)
        .exclude(without)
        .values(name)
        .annotate(people=Count("pk"), winners=Count("pk", filter=Q(passed=True)), average=Avg("score"))
        .order_by("-winners", "-average", name)[:limit]
    )
    return [
        GroupRow(number, row[name], row["people"], row["winners"], round(row["average"], 1))
        for number, row in enumerate(rows, start=1)
    ]
