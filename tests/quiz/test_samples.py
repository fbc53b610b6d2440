"""The demo's quiz: plainly marked, playable, loaded once (E2)."""

from __future__ import annotations

from skillweek.editions.models import Edition
from skillweek.quiz.models import Attempt, Question, Quiz
from skillweek.quiz.queries.boards import people_rows
from skillweek.site.demo_quiz import fill
from tests import factories
from tests.factories import Tree


def test_the_demo_has_a_quiz_with_players_and_questions_to_check(edition: Edition, tree: Tree) -> None:
    factories.person(tree.host, "reviewer")
    factories.person(tree.school_a, "liaison")
    fill(edition)
    fill(edition)
    assert {quiz.title[:4] for quiz in Quiz.objects.all()} == {"【样例】"}
    assert Question.objects.filter(state="draft").count() == 8
    assert Attempt.objects.count() == 24
    assert len(people_rows(Quiz.objects.get(state="published"))) == 24
