"""What came of a quiz: totals, and how each question was answered (E2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Avg, Count, Q, Sum

from skillweek.quiz.models import Attempt, Question, Quiz, Turn
from skillweek.quiz.queries.boards import counted


@dataclass(frozen=True)
class Totals:
    """One quiz in numbers; ``average`` of finished rounds, None while there is none."""

    attempts: int
    people: int
    passed: int
    average: float | None
    certificates: int
    hidden: int
    running: int
    practised: int


def totals_of(quiz: Quiz) -> Totals:
    """In three queries."""
    rows = counted(quiz).aggregate(
        attempts=Count("pk"),
        people=Count("participant", distinct=True),
        passed_number=Count("pk", filter=Q(passed=True)),
        average=Avg("score"),
        papers=Count("pk", filter=Q(certificate__revoked_at=None, certificate__isnull=False)),
    )
    others = quiz.attempts.aggregate(
        hidden=Count("pk", filter=Q(hidden_at__isnull=False)),
        running=Count("pk", filter=Q(state=Attempt.State.RUNNING)),
    )
    practised = quiz.practice_days.aggregate(number=Sum("rounds"))["number"] or 0
    average = None if rows["average"] is None else round(rows["average"], 1)
    return Totals(
        rows["attempts"],
        rows["people"],
        rows["passed_number"],
        average,
        rows["papers"],
        others["hidden"],
        others["running"],
        practised,
    )


@dataclass
class QuestionResult:
    """How often a question was asked, answered right, and each option chosen."""

    question: Question
    asked: int = 0
    right: int = 0
    late: int = 0
    chosen: dict[str, int] = field(default_factory=dict)

    @property
    def share(self) -> int:
        """Per cent that were right."""
        return round(100 * self.right / self.asked) if self.asked else 0

    @property
    def options(self) -> list[dict[str, Any]]:
        """Letter, text, how often chosen, per cent, whether it is right; in the question's own order."""
        return [
            {
                "letter": letter,
                "text": text,
                "number": self.chosen.get(letter, 0),
                "share": round(100 * self.chosen.get(letter, 0) / self.asked) if self.asked else 0,
                "right": letter in self.question.answer,
            }
            for letter, text in self.question.lettered
        ]


def by_question(quiz: Quiz) -> list[QuestionResult]:
    """The hardest first. Only rounds that count, only questions that were shown."""
    turns = Turn.objects.filter(attempt__in=counted(quiz).values("pk"), shown_at__isnull=False)
    rows = turns.order_by().values_list("question", "given", "is_correct", "is_late").annotate(number=Count("pk"))
    found: dict[int, QuestionResult] = {}
    questions = Question.objects.in_bulk(turns.order_by().values_list("question", flat=True).distinct())
    for pk, given, is_correct, is_late, number in rows:
        row = found.setdefault(pk, QuestionResult(questions[pk]))
        row.asked += number
        row.right += number * is_correct
        row.late += number * is_late
        for letter in given:
            row.chosen[letter] = row.chosen.get(letter, 0) + number
    return sorted(found.values(), key=lambda row: (row.share, -row.asked, row.question.pk))
