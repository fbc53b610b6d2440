"""Who may see, write, check and organise what in the quiz (A5, E2). The default answer is no.

A unit's people write its questions and draft its quizzes; who hands in for a school, or decides in a bureau,
publishes, and alone changes what the public sees.
The line above checks a school's questions, a bureau its own. Checked questions serve every unit below their own.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from skillweek.content.access import is_open
from skillweek.editions.models import Edition
from skillweek.organisations import access
from skillweek.organisations.models import Organisation, OrganisationQuerySet
from skillweek.quiz.models import Attempt, LiveGame, Question, Quiz


def paths_above(path: str) -> list[str]:
    """The tree paths of a unit and of everything above it."""
    step = Organisation.steplen
    return [path[:end] for end in range(step, len(path) + 1, step)]


def usable_for(organisation: Organisation, edition: Edition) -> QuerySet[Question]:
    """Checked questions that a quiz of this unit may draw: its own and those of the units above."""
    rows = Question.objects.filter(edition=edition, state=Question.State.CHECKED)
    return rows.filter(organisation__path__in=paths_above(organisation.path))


def questions_visible_to(user: Any, edition: Edition) -> QuerySet[Question]:
    """Questions of the units in the person's reach, and checked ones of the units above their own."""
    scope = access.scope_of(user)
    above = {each for path in scope.paths.values() for each in paths_above(path)}
    shared = Q(organisation__path__in=above, state=Question.State.CHECKED)
    return Question.objects.filter(access.reach_q(user) | shared, edition=edition)


def quizzes_visible_to(user: Any, edition: Edition) -> QuerySet[Quiz]:
    """Quizzes of the units in the person's reach."""
    return Quiz.objects.filter(access.reach_q(user), edition=edition)


def attempts_visible_to(user: Any) -> QuerySet[Attempt]:
    """Attempts at the quizzes in the person's reach."""
    return Attempt.objects.filter(access.reach_q(user, "quiz__organisation__"))


def games_visible_to(user: Any) -> QuerySet[LiveGame]:
    """Live rounds of the units in the person's reach."""
    return LiveGame.objects.filter(access.reach_q(user))


def organising_organisations(user: Any) -> OrganisationQuerySet:
    """The units for which the person writes questions and makes quizzes."""
    return access.writes_for(user)


def organises_for(user: Any, home: Organisation) -> bool:
    """Whether the person writes questions and quizzes of this unit."""
    return access.can_write_for(user, home)


def can_change_question(user: Any, question: Question) -> bool:
    """Whether the person may write in this question now."""
    return is_open(question.edition) and (organises_for(user, question.organisation) or can_check(user, question))


def can_check(user: Any, question: Question) -> bool:
    """Whether the person says that a question is right: the line above, a bureau for its own."""
    if not is_open(question.edition):
        return False
    own = not question.organisation.is_school and organises_for(user, question.organisation)
    return own or access.can_review(user, question.organisation)


def can_change_quiz(user: Any, quiz: Quiz) -> bool:
    """Whether the person may change this quiz now: a draft its writers, one that the public sees its publishers."""
    if quiz.state == Quiz.State.DRAFT:
        return is_open(quiz.edition) and organises_for(user, quiz.organisation)
    return can_publish(user, quiz)


def can_publish(user: Any, quiz: Quiz) -> bool:
    """Whether the person may publish and close it: who hands in for a school, a bureau's deciders."""
    return is_open(quiz.edition) and access.can_answer_for(user, quiz.organisation)


def can_open_live(user: Any, quiz: Quiz) -> bool:
    """Whether the person opens a live round of it."""
    return is_open(quiz.edition) and organises_for(user, quiz.organisation)


def can_close(user: Any, quiz: Quiz) -> bool:
    """Whether the person may end it: its publishers and the line above."""
    return can_publish(user, quiz) or (is_open(quiz.edition) and access.can_review(user, quiz.organisation))


def can_judge(user: Any, attempt: Attempt) -> bool:
    """Whether the person takes attempts off the board and puts them back: its publishers and the line above."""
    return can_close(user, attempt.quiz)


def can_host(user: Any, game: LiveGame) -> bool:
    """Whether the person leads this live round."""
    return is_open(game.edition) and organises_for(user, game.organisation)
