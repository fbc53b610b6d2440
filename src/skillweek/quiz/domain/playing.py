"""A ranked round: started once a day, asked one question at a time, timed and judged here (E2).

Answers never travel ahead: a browser gets a question when it is its turn, its options in an order of its own, and sends
back places, not letters. Time runs between showing and receiving by the server's clock.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.clock import now, today_in
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.frozen import must_be_open
from skillweek.organisations.models import Organisation
from skillweek.participation.models import Participant
from skillweek.quiz.domain.common import in_order
from skillweek.quiz.domain.drawing import draw_for
from skillweek.quiz.domain.nicknames import clean_nickname
from skillweek.quiz.domain.quizzes import rules_of
from skillweek.quiz.domain.suspicion import flags_of
from skillweek.quiz.models import Attempt, Question, Quiz, Turn

#: The way of an answer through a slow network does not count against anybody.
GRACE: Final = timedelta(seconds=2)
#: Between two questions somebody may take a breath; together this long for each question.
PAUSE: Final = timedelta(seconds=30)
_lots = random.SystemRandom()


@transaction.atomic
def start_attempt(
    quiz: Quiz, participant: Participant, *, nickname: str, school: Organisation | None = None, district: str = "",
    device_key: str = "", network_key: str = "",
) -> Attempt:  # fmt: skip
    """Draw the questions of today's round; pressed twice, the round that is running. Raises Conflict, DomainError."""
    # One start at a time in a quiz, so that the limit for devices holds.
    quiz = (
        Quiz.objects.select_for_update(no_key=True, of=("self",))
        .select_related("edition", "organisation")
        .get(pk=quiz.pk)
    )
    must_be_open(quiz.edition)
    if participant.edition_id != quiz.edition_id or participant.erased_at is not None:
        raise NotAllowed(_("请先验证身份。"))
    moment, day = now(), today_in(quiz.edition.zone)
    known = Attempt.objects.filter(quiz=quiz, participant=participant, day=day).first()
    if known is not None:
        if known.state == Attempt.State.FINISHED:
            raise Conflict(_("您今天已经答过这一场。每人每天计分一次，可以先练习。"), code="done_today")
        return known
    if not quiz.has_ranked or not quiz.is_running(moment):
        raise Conflict(_("现在不在答题时间内。"), code="not_running")
    nickname = clean_nickname(nickname)
    _must_be_within_device_limit(quiz, day, device_key)
    questions = draw_for(quiz.organisation, quiz.edition, rules_of(quiz))
    span = (timedelta(seconds=quiz.seconds) + GRACE + PAUSE) * len(questions)
    attempt = Attempt(
        quiz=quiz, participant=participant, day=day, started_at=moment, deadline_at=moment + span, nickname=nickname,
        school=school, district=district or (school.district if school else ""), total=len(questions),
        device_key=device_key, network_key=network_key,
    )  # fmt: skip
    try:
        with transaction.atomic():
            attempt.save()
    except IntegrityError:  # the same person on two phones in the same instant
        return Attempt.objects.get(quiz=quiz, participant=participant, day=day)
    Turn.objects.bulk_create(
        Turn(attempt=attempt, question=question, position=number, order=shuffled(question))
        for number, question in enumerate(questions, start=1)
    )
    return attempt


def shuffled(question: Question) -> str:
    """The question's letters in the order in which one person sees them; right and wrong stay where they are."""
    letters = [letter for letter, _text in question.lettered]
    if question.kind != Question.Kind.JUDGE:
        _lots.shuffle(letters)
    return "".join(letters)


def _must_be_within_device_limit(quiz: Quiz, day: Any, device_key: str) -> None:
    if not quiz.device_limit or not device_key:
        return
    there = Attempt.objects.filter(quiz=quiz, day=day, device_key=device_key).count()
    if there >= quiz.device_limit:
        said = {"count": there}
        raise Conflict(_("这台设备今天已有 %(count)d 人答过题。请换一台设备，或明天再来。") % said, code="device")


@transaction.atomic
def turn_now(attempt: Attempt) -> Turn | None:
    """The question that it is the turn of, its clock started when it is seen for the first time; None at the end.

    After a reload it is the same question with what is left of its time; one whose time is over is passed.
    """
    attempt = _locked(attempt.pk)
    if attempt.state == Attempt.State.FINISHED:
        return None
    moment = now()
    if moment > attempt.deadline_at:
        _finish(attempt)
        return None
    limit = timedelta(seconds=attempt.quiz.seconds)
    for turn in attempt.turns.filter(answered_at=None).select_related("question__picture__file", "question__policy"):
        if turn.shown_at is None:
            turn.shown_at = moment
            turn.save(update_fields=["shown_at"])
            return turn
        if moment <= turn.shown_at + limit + GRACE:
            return turn
        _mark_late(turn, limit)
    _finish(attempt)
    return None


def _mark_late(turn: Turn, limit: timedelta) -> None:
    assert turn.shown_at is not None
    turn.answered_at, turn.is_late = turn.shown_at + limit, True
    turn.save(update_fields=["answered_at", "is_late"])


@transaction.atomic
def answer_turn(attempt: Attempt, *, position: int, places: Iterable[int]) -> Turn:
    """Take the answer to one question: ``places`` are those chosen, counted from 0 as shown. The first one counts.

    Raises DomainError for a question whose turn has not come. An answer after its time is kept as late and wrong.
    """
    attempt = _locked(attempt.pk)
    turn = attempt.turns.select_related("question").filter(position=position).first()
    if turn is None or turn.shown_at is None:
        raise DomainError(_("还没有轮到这道题。请刷新页面。"), code="not_shown")
    if turn.answered_at is not None or attempt.state == Attempt.State.FINISHED:
        return turn
    moment, limit = now(), timedelta(seconds=attempt.quiz.seconds)
    if moment > min(turn.shown_at + limit + GRACE, attempt.deadline_at):
        _mark_late(turn, limit)
    else:
        turn.given = in_order(turn.order[place] for place in places if 0 <= place < len(turn.order))
        turn.answered_at = moment
        turn.is_correct = turn.given == turn.question.answer
        turn.save(update_fields=["given", "answered_at", "is_correct"])
    if not attempt.turns.filter(answered_at=None).exists():
        _finish(attempt)
    return turn


def _locked(pk: int) -> Attempt:
    rows = Attempt.objects.select_for_update(of=("self",)).select_related("quiz__edition", "participant")
    return rows.get(pk=pk)


def _finish(attempt: Attempt) -> None:
    """Count what was answered. What was not is wrong and took the whole time."""
    limit = attempt.quiz.seconds * 1000
    spent = correct = 0
    turns = list(attempt.turns.all())
    for turn in turns:
        correct += turn.is_correct
        took = limit
        if turn.answered_at is not None and turn.shown_at is not None and not turn.is_late:
            took = min(limit, int((turn.answered_at - turn.shown_at).total_seconds() * 1000))
        spent += took
    attempt.correct, attempt.total, attempt.milliseconds = correct, len(turns), spent
    attempt.score = score_of(correct, len(turns))
    attempt.passed = attempt.score >= attempt.quiz.pass_mark
    attempt.state, attempt.finished_at = Attempt.State.FINISHED, min(now(), attempt.deadline_at)
    attempt.flags = flags_of(attempt)
    attempt.save()
    said = {"score": attempt.score, "correct": correct, "flags": attempt.flags}
    record("quiz.finish", attempt, organisation_id=attempt.quiz.organisation_id, data=said)


def score_of(correct: int, total: int) -> int:
    """Of 100, rounded down, so that only everything right is 100."""
    return 100 * correct // total if total else 0


def finish_overdue() -> int:
    """Count rounds that people left; safe to run again. Returns how many."""
    overdue = Attempt.objects.filter(state=Attempt.State.RUNNING, deadline_at__lt=now()).values_list("pk", flat=True)
    done = 0
    for pk in list(overdue[:500]):
        with transaction.atomic():
            attempt = _locked(pk)
            if attempt.state == Attempt.State.RUNNING:
                _finish(attempt)
                done += 1
    return done
