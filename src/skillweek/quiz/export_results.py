"""Results of a quiz as a workbook: people masked, questions with how they were answered (E2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import IO, Final
from zoneinfo import ZoneInfo

from skillweek.core.tables.writing import Book
from skillweek.quiz.domain.nicknames import masked
from skillweek.quiz.domain.suspicion import LABELS
from skillweek.quiz.models import Attempt, Quiz
from skillweek.quiz.queries.results import by_question

#: A file format, so Chinese in every language of the interface.
_PEOPLE: Final = (
    ("日期", 12),
    ("参与者", 20),
    ("昵称", 12),
    ("学校", 26),
    ("区", 10),
    ("得分", 8),
    ("答对", 8),
    ("题数", 8),
    ("用时（秒）", 12),
    ("合格", 8),
    ("完成时间", 18),
    ("提示", 26),
    ("状态", 10),
    ("移出原因", 26),
    ("证书编号", 16),
)
_QUESTIONS: Final = (
    ("题目", 50),
    ("主题", 16),
    ("难度", 8),
    ("答案", 8),
    ("作答次数", 10),
    ("答对次数", 10),
    ("正确率（%）", 12),
    ("超时", 8),
    ("选项分布", 40),
)


def write_results(quiz: Quiz) -> IO[bytes]:
    """The workbook; the caller closes it."""
    book = Book()
    book.sheet("成绩", _PEOPLE, _people(quiz))
    book.sheet("题目", _QUESTIONS, _questions(quiz))
    return book.close()


def _people(quiz: Quiz) -> Iterable[Sequence[str | int | float]]:
    zone = ZoneInfo(quiz.edition.zone)
    rows = quiz.attempts.filter(state=Attempt.State.FINISHED).select_related("participant", "school", "certificate")
    labels = {code: str(label) for code, label in LABELS.items()}
    for row in rows.order_by("day", "-score", "milliseconds").iterator(chunk_size=500):
        finished = row.finished_at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if row.finished_at else ""
        yield (
            row.day.isoformat(),
            row.participant.masked or "—",
            masked(row.nickname),
            row.school.name if row.school else "",
            row.district,
            row.score,
            row.correct,
            row.total,
            round(row.milliseconds / 1000, 1),
            "是" if row.passed else "否",
            finished,
            "、".join(labels.get(code, code) for code in row.flags),
            "已移出" if row.hidden_at else "有效",
            row.hidden_reason,
            row.certificate.code if row.certificate else "",
        )


def _questions(quiz: Quiz) -> Iterable[Sequence[str | int | float]]:
    for row in by_question(quiz):
        question = row.question
        spread = "；".join(f"{option['letter']} {option['number']}" for option in row.options)
        yield (
            question.stem,
            question.topic,
            str(question.get_difficulty_display()),
            question.answer,
            row.asked,
            row.right,
            row.share,
            row.late,
            spread,
        )
