"""Real questions and quizzes for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, User
from skillweek.participation.models import Participant
from skillweek.quiz.domain.drawing import Rule
from skillweek.quiz.domain.playing import answer_turn, start_attempt, turn_now
from skillweek.quiz.domain.quizzes import publish_quiz, save_quiz
from skillweek.quiz.models import Attempt, Question, Quiz

FIELDS: dict[str, Any] = {
    "kind": "single",
    "options": ["甲", "乙", "丙", "丁"],
    "answer": "B",
    "explanation": "因为是乙。",
    "source": "示例办法",
    "article": "第三条",
    "topic": "示例主题",
    "difficulty": "easy",
}


def question(edition: Edition, home: Organisation, stem: str = "示例题目是哪一个？", **fields: Any) -> Question:
    """A checked question."""
    fields.setdefault("state", Question.State.CHECKED)
    return Question.objects.create(edition=edition, organisation=home, stem=stem, **{**FIELDS, **fields})


def bank(edition: Edition, home: Organisation, count: int, **fields: Any) -> list[Question]:
    """So many checked questions."""
    return [question(edition, home, f"示例题目{number}是哪一个？", **fields) for number in range(1, count + 1)]


def values(**fields: Any) -> dict[str, Any]:
    """What the form of a quiz says."""
    moment = now()
    return {
        "title": "职业教育知多少",
        "intro": "",
        "opens_at": moment - timedelta(hours=1),
        "closes_at": moment + timedelta(days=3),
        "has_practice": True,
        "has_ranked": True,
        "seconds": 20,
        "pass_mark": 60,
        "device_limit": 3,
        "shows_answers": True,
        "asks_school": True,
        "certificate_title": "",
        **fields,
    }


def quiz(
    edition: Edition,
    home: Organisation,
    actor: User,
    *,
    rules: list[Rule] | None = None,
    publish: bool = True,
    **fields: Any,
) -> Quiz:
    """A quiz by its verbs."""
    made = save_quiz(
        Quiz(edition=edition, organisation=home), actor=actor, values=values(**fields), rules=rules or [Rule("", "", 3)]
    )
    return publish_quiz(made, actor=actor) if publish else made


def begin(quiz: Quiz, person: Participant, **fields: Any) -> Attempt:
    """Start today's round."""
    given = {"nickname": "小工匠", "device_key": f"d{person.pk}", "network_key": f"n{person.pk}", **fields}
    return start_attempt(quiz, person, **given)


def places(turn: Any, *, right: bool) -> list[int]:
    """What to press for a right or a wrong answer."""
    good = [place for place, letter in enumerate(turn.order) if letter in turn.question.answer]
    bad = [place for place in range(len(turn.order)) if place not in good]
    return good if right else bad[:1]


def play(attempt: Attempt, right: int) -> Attempt:
    """Answer everything, the first ``right`` questions rightly."""
    number = 0
    while (turn := turn_now(attempt)) is not None:
        answer_turn(attempt, position=turn.position, places=places(turn, right=number < right))
        number += 1
    attempt.refresh_from_db()
    return attempt
