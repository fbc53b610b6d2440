"""The rows 「抽题规则」 of the quiz's form: topic, difficulty, how many (E2)."""

from __future__ import annotations

from typing import Any, Final

from skillweek.core.asked import number_in
from skillweek.quiz.domain.drawing import Rule
from skillweek.quiz.domain.quizzes import MAX_QUESTIONS, MAX_RULES, rules_of
from skillweek.quiz.models import Question, Quiz

#: Names of the fields; rows belong together by their order.
TOPIC, LEVEL, COUNT = "rule-topic", "rule-difficulty", "rule-count"
_SPARE: Final = 2
_DEFAULT: Final = Rule("", "", 10)


class RuleRows:
    """What stands in the rows, and spare ones. Nonsense in a form is passed over; the verb checks the rest."""

    def __init__(self, data: Any, *, quiz: Quiz) -> None:
        self.quiz = quiz
        self.data = data

    @property
    def rows(self) -> list[Rule]:
        """As typed, else as saved, else a first proposal; with empty rows while there is room."""
        there = self.rules()
        return [*there, *[Rule("", "", 0)] * _SPARE][:MAX_RULES]

    def rules(self) -> list[Rule]:
        """The rows that ask for something."""
        if self.data is not None:
            return self._typed()
        return rules_of(self.quiz) if self.quiz.pk else [_DEFAULT]

    def _typed(self) -> list[Rule]:
        topics, levels, counts = (self.data.getlist(name) for name in (TOPIC, LEVEL, COUNT))
        found = []
        for topic, level, count in zip(topics, levels, counts, strict=False):
            number = min(number_in(count.strip()) or 0, MAX_QUESTIONS + 1)
            if number:
                found.append(
                    Rule(topic.replace("\0", "")[:40], level if level in Question.Difficulty.values else "", number)
                )
        return found[:MAX_RULES]
