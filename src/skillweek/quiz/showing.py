"""How the options of a question stand on a page: in one person's order, under fresh letters (E2)."""

from __future__ import annotations

from dataclasses import dataclass

from skillweek.quiz.models import Question
from skillweek.quiz.models.bank import LETTERS


@dataclass(frozen=True)
class Option:
    """``place`` is what the browser sends; ``right`` and ``chosen`` are None until the answer may be known."""

    place: int
    letter: str
    text: str
    right: bool | None = None
    chosen: bool | None = None


def options_shown(question: Question, order: str, *, given: str = "", reveal: bool = False) -> list[Option]:
    """The options in this order. Without ``reveal`` nothing in them tells which is right."""
    texts = dict(question.lettered)
    found = []
    for place, letter in enumerate(order):
        right, chosen = (letter in question.answer, letter in given) if reveal else (None, None)
        label = "" if question.kind == Question.Kind.JUDGE else LETTERS[place]
        found.append(Option(place, label, texts.get(letter, ""), right, chosen))
    return found
