"""Who may reach the URLs of ``quiz``, and the quizzes which the walk reaches for."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from skillweek.organisations.models import User
from skillweek.quiz.domain import live
from skillweek.quiz.models import Attempt, LiveGame, Question, QuestionUpload, Quiz
from tests.participation.make import participant
from tests.quiz import make
from tests.site.access.base import RoomWorld
from tests.site.access_rules import (
    EVERYBODY,
    REVIEWS,
    SCHOOL,
    SEES,
    SIGNED_IN,
    TARGETS,
    WITH_ROLE,
    ByTarget,
    Rule,
    get,
    of,
    post,
)

#: A unit's own people.
_OWN: ByTarget = {
    **{target: of() for target in TARGETS},
    "school_a": SCHOOL,
    "siming": of("reviewer_siming", "manager_siming"),
    "edu": of("reviewer_edu", "manager_edu"),
    "host": of("reviewer_host", "manager_host"),
}
#: Who checks a question: the line above, a bureau its own.
_CHECKS: ByTarget = {target: REVIEWS[target] | (_OWN[target] if target != "school_a" else of()) for target in TARGETS}
#: Who changes one: its own people, and those who check.
_WRITES: ByTarget = {target: _CHECKS[target] | _OWN[target] for target in TARGETS}
#: Who publishes: whoever hands in for a school, a bureau's deciders; who ends it: the line above too.
_PUBLISHES: ByTarget = {**_OWN, "school_a": of("liaison_a", "manager_a")}
_CLOSES: ByTarget = {target: REVIEWS[target] | _PUBLISHES[target] for target in TARGETS}
#: Questions that wait to be checked are seen by the unit and the line above.
_SEES_DRAFT = SEES

TABLE: dict[str, Rule] = {
    "quiz:index": get(SIGNED_IN, "any_quiz"),  # one's own and those below only: tests/quiz
    "quiz:add": get(WITH_ROLE),
    "quiz:quiz": get(SEES, "quiz"),
    "quiz:edit": get(_PUBLISHES, "quiz"),  # the walk's are published; members change drafts only: tests/quiz
    "quiz:preview": get(SEES, "quiz"),
    "quiz:act": post(_CLOSES, "quiz", data={"do": "close"}),
    "quiz:results": get(SEES, "quiz"),
    "quiz:results_export": get(SEES, "quiz"),
    "quiz:board": get(SEES, "quiz"),
    "quiz:judge": post(_CLOSES, "attempt", data={"do": "hide", "reason": "示例"}),
    "quiz:live_open": post(_OWN, "quiz", data={"count": 3, "seconds": 20}),
    "quiz:live": get(_OWN, "live"),
    "quiz:live_state": get(_OWN, "live"),
    "quiz:live_act": post(_OWN, "live", data={"do": "next", "position": 0}),
    "quiz:bank": get(SIGNED_IN, "any_quiz"),
    "quiz:question_add": get(WITH_ROLE),
    "quiz:load": post(of("reviewer_host", "manager_host")),
    "quiz:check_many": post(SIGNED_IN, "any_quiz"),  # takes only what one may check: tests/quiz
    "quiz:question": get(_SEES_DRAFT, "quiz_question"),
    "quiz:question_edit": get(_WRITES, "quiz_question"),
    "quiz:question_act": post(_CHECKS, "quiz_question", data={"do": "check"}),
    "quiz:export": get(WITH_ROLE),
    "quiz:template": get(WITH_ROLE),
    "quiz:import": get(WITH_ROLE),
    "quiz:import_upload": get(of("manager_edu"), "question_upload"),
    "quiz:import_confirm": post(of("manager_edu"), "question_upload", data={"seen": "x"}),
    "quiz_public:index": get(EVERYBODY),
    "quiz_public:quiz": get(EVERYBODY, "host_quiz"),
    "quiz_public:board": get(EVERYBODY, "host_quiz"),
    "quiz_public:practice": get(EVERYBODY, "host_quiz"),
    # These send whoever proved no contact to the page where one does; another's round is not found: tests/quiz.
    "quiz_public:start": get(EVERYBODY, "host_quiz"),
    "quiz_public:round": get(EVERYBODY, "host_attempt"),
    "quiz_public:answer": post(EVERYBODY, "host_attempt"),
    "quiz_public:result": get(EVERYBODY, "host_attempt"),
    "quiz_public:certificate": post(EVERYBODY, "host_attempt"),
    "quiz_public:live_join": get(EVERYBODY),
    "quiz_public:live_play": get(EVERYBODY, "live_code"),
    "quiz_public:live_state": get(EVERYBODY, "live_code"),
    "quiz_public:live_answer": post(of(), "live_code"),  # only players, by their own cookie: tests/quiz
}


class QuizWorld(RoomWorld):
    """Makes the arguments that ``TABLE`` names: a method ``_<make>(target)`` for each."""

    @cached_property
    def quizzes(self) -> dict[str, Quiz]:
        """A published quiz of every unit, from the host's bank."""
        make.bank(self.edition, self.tree.host, 4)
        made = {}
        for target in TARGETS:
            actor = self._somebody_of(target)
            made[target] = make.quiz(self.edition, self.unit_of(target), actor)
        return made

    def _somebody_of(self, target: str) -> User:
        from tests.factories import person

        return person(self.unit_of(target), "manager")

    @cached_property
    def drafts_of_questions(self) -> dict[str, Question]:
        """A question of every unit that waits to be checked."""
        return {
            target: make.question(self.edition, self.unit_of(target), f"{target}？", state="draft")
            for target in TARGETS
        }

    @cached_property
    def rounds(self) -> dict[str, Attempt]:
        """A finished ranked round in every unit's quiz."""
        return {
            target: make.play(make.begin(quiz, participant(self.edition)), 3) for target, quiz in self.quizzes.items()
        }

    @cached_property
    def games(self) -> dict[str, LiveGame]:
        """A live round of every unit."""
        return {
            target: live.open_game(quiz, actor=self._somebody_of(target), seconds=20, count=3)
            for target, quiz in self.quizzes.items()
        }

    def _any_quiz(self, target: str) -> dict[str, Any]:
        assert self.quizzes and self.drafts_of_questions
        return {}

    def _quiz(self, target: str) -> dict[str, Any]:
        return {"pk": self.quizzes[target].pk}

    def _host_quiz(self, target: str) -> dict[str, Any]:
        return self._quiz("host")

    def _attempt(self, target: str) -> dict[str, Any]:
        return {"pk": self.rounds[target].pk}

    def _host_attempt(self, target: str) -> dict[str, Any]:
        return self._attempt("host")

    def _quiz_question(self, target: str) -> dict[str, Any]:
        return {"pk": self.drafts_of_questions[target].pk}

    def _live(self, target: str) -> dict[str, Any]:
        return {"pk": self.games[target].pk}

    def _live_code(self, target: str) -> dict[str, Any]:
        return {"code": self.games["host"].code}

    def _question_upload(self, target: str) -> dict[str, Any]:
        """An upload of the city education bureau's manager, and of nobody else."""
        owner = User.objects.filter(memberships__organisation=self.tree.edu, memberships__role="manager").earliest("pk")
        kept, _made = QuestionUpload.objects.get_or_create(user=owner, edition=self.edition, home=self.tree.edu)
        return {"pk": kept.pk}
