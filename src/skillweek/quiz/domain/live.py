"""A live round in a hall: led by its host, played under nicknames, judged by the server's clock (E2).

The state follows from few columns and the clock. A question is announced ``LEAD`` before it opens, with the moment at
which it opens and shuts: every browser learns of it at its next poll and shows it at the same instant. The answer
never travels before the question is shut.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Any, Final

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.frozen import must_be_open
from skillweek.quiz import access
from skillweek.quiz.domain.common import in_order
from skillweek.quiz.domain.drawing import draw_for
from skillweek.quiz.domain.nicknames import clean_nickname
from skillweek.quiz.domain.quizzes import rules_of
from skillweek.quiz.models import LiveAnswer, LiveGame, LivePlayer, LiveQuestion, Quiz
from skillweek.quiz.models.bank import LETTERS

#: Longer than browsers wait between two polls.
LEAD: Final = timedelta(seconds=3)
GRACE: Final = timedelta(seconds=1)
MAX_PLAYERS: Final = 1000
#: A round that nobody ended is over after this long, and its code free.
LONGEST: Final = timedelta(hours=12)
_FULL_POINTS: Final = 1000
_TRIES: Final = 20
_P: Final = LiveGame.Phase
_writing: Final = threading.Lock()


@transaction.atomic
def open_game(quiz: Quiz, *, actor: Any, seconds: int, count: int) -> LiveGame:
    """Draw at most ``count`` questions by the quiz's rules, open the lobby. Raises NotAllowed, DomainError."""
    must_be_open(quiz.edition)
    if not access.organises_for(actor, quiz.organisation):
        raise NotAllowed(_("您不能为“%(name)s”组织竞答。") % {"name": quiz.organisation})
    if not 5 <= seconds <= 120:
        raise DomainError(_("每题 5 到 120 秒。"), field="seconds")
    questions = draw_for(quiz.organisation, quiz.edition, rules_of(quiz))[: max(1, count)]
    for _try in range(_TRIES):
        game = LiveGame(
            edition=quiz.edition,
            organisation=quiz.organisation,
            quiz=quiz,
            title=quiz.title,
            seconds=seconds,
            code=f"{secrets.randbelow(900_000) + 100_000}",
            started_by=actor,
        )
        try:
            with transaction.atomic():
                game.save()
            break
        except IntegrityError:  # somebody else's round has this code
            continue
    else:
        raise Conflict(_("现场场次太多，请稍后再试。"))
    LiveQuestion.objects.bulk_create(
        LiveQuestion(game=game, question=question, position=number)
        for number, question in enumerate(questions, start=1)
    )
    said = {"code": game.code, "questions": len(questions)}
    record("live.open", game, actor=actor, organisation_id=game.organisation_id, data=said)
    return game


def _led(game: LiveGame, actor: Any) -> LiveGame:
    """The round as it is now, locked, for its host. Raises NotAllowed, Conflict when it is over."""
    rows = LiveGame.objects.select_for_update(of=("self",)).select_related("edition", "organisation")
    found = rows.get(pk=game.pk)
    must_be_open(found.edition)
    if not access.can_host(actor, found):
        raise NotAllowed(_("您不能主持这场竞答。"))
    if found.phase == _P.OVER:
        raise Conflict(_("这一场已经结束。"), code="over")
    return found


def _step(game: LiveGame, actor: Any, verb: str, **changes: Any) -> LiveGame:
    for name, value in changes.items():
        setattr(game, name, value)
    game.stamp += 1
    game.save()
    said = {"position": game.position}
    record(f"live.{verb}", game, actor=actor, organisation_id=game.organisation_id, data=said)
    return game


@transaction.atomic
def next_question(game: LiveGame, *, actor: Any, after: int) -> LiveGame:
    """Announce the question after number ``after`` (0: the lobby). Pressed twice, it goes on once. Raises Conflict."""
    game = _led(game, actor)
    if game.position != after:
        return game
    if game.phase == _P.QUESTION and game.shuts_at is not None and now() < game.shuts_at:
        raise Conflict(_("这道题还在作答，请等时间到或先结束作答。"), code="running")
    if after >= game.questions.count():
        raise Conflict(_("题目已全部答完，可以公布最终排名。"), code="none_left")
    opens = now() + LEAD
    return _step(
        game,
        actor,
        "next",
        phase=_P.QUESTION,
        position=after + 1,
        opens_at=opens,
        shuts_at=opens + timedelta(seconds=game.seconds),
    )


@transaction.atomic
def stop_answers(game: LiveGame, *, actor: Any, position: int) -> LiveGame:
    """Shut the question before its time, when everybody has answered."""
    game = _led(game, actor)
    moment = now()
    if game.phase != _P.QUESTION or game.position != position or game.shuts_at is None or game.shuts_at <= moment:
        return game
    return _step(game, actor, "stop", shuts_at=moment, opens_at=min(game.opens_at or moment, moment))


@transaction.atomic
def show_board(game: LiveGame, *, actor: Any, position: int) -> LiveGame:
    """Show who leads, between two questions. Raises Conflict while a question is open."""
    game = _led(game, actor)
    if game.position != position or game.phase != _P.QUESTION:
        return game
    if game.shuts_at is not None and now() < game.shuts_at:
        raise Conflict(_("这道题还在作答，请等时间到或先结束作答。"), code="running")
    return _step(game, actor, "board", phase=_P.BOARD)


@transaction.atomic
def end_game(game: LiveGame, *, actor: Any) -> LiveGame:
    """Show the final ranking; the code is free again."""
    game = _led(game, actor)
    return _step(game, actor, "end", phase=_P.OVER, over_at=now())


@transaction.atomic
def lock_game(game: LiveGame, *, actor: Any, is_locked: bool) -> LiveGame:
    """Let nobody in any more, or let people in again."""
    game = _led(game, actor)
    if game.is_locked == is_locked:
        return game
    return _step(game, actor, "lock", is_locked=is_locked)


@transaction.atomic
def remove_player(game: LiveGame, *, player_id: int, actor: Any) -> None:
    """Take somebody with a bad nickname out; they may come in again under another. Raises NotAllowed."""
    game = _led(game, actor)
    player = game.players.select_for_update().filter(pk=player_id, removed_at=None).first()
    if player is None:
        return
    player.removed_at = now()
    player.save(update_fields=["removed_at"])
    _step(game, actor, "remove")


@transaction.atomic
def join(code: str, *, nickname: str) -> LivePlayer:
    """Come in. Raises DomainError for an unknown code, a bad or a taken name, Conflict when locked or full."""
    game = LiveGame.objects.filter(code=code).exclude(phase=_P.OVER).select_related("edition").first()
    if game is None:
        raise DomainError(_("没有这一场，请核对大屏幕上的 6 位数字。"), field="code", code="unknown")
    must_be_open(game.edition)
    if game.is_locked:
        raise Conflict(_("主持人已停止加入。"), code="locked")
    nickname = clean_nickname(nickname)
    if game.players.filter(removed_at=None).count() >= MAX_PLAYERS:
        raise Conflict(_("人数已满。"), code="full")
    try:
        with transaction.atomic():
            return LivePlayer.objects.create(game=game, nickname=nickname)
    except IntegrityError:
        raise DomainError(_("这个昵称已有人用，请换一个。"), field="nickname", code="taken") from None


def answer(game: LiveGame, player: LivePlayer, *, position: int, places: Iterable[int], right: str) -> LiveAnswer:
    """Take an answer; of two the first. ``right`` are the answer's letters. Raises Conflict when it is not the time.

    Kept short: three hundred people press within seconds. No audit for each: the rows themselves tell it.
    """
    moment = now()
    if game.phase != _P.QUESTION or game.position != position or game.opens_at is None or game.shuts_at is None:
        raise Conflict(_("这道题已经结束。"), code="other_question")
    if moment < game.opens_at:
        raise Conflict(_("这道题还没有开始。"), code="early")
    if moment > game.shuts_at + GRACE:
        raise Conflict(_("时间到，这道题没有答上。"), code="late")
    given = in_order(LETTERS[place] for place in places if 0 <= place < len(LETTERS))
    limit = game.seconds * 1000
    took = min(limit, int((moment - game.opens_at).total_seconds() * 1000))
    is_correct = given == right
    try:
        with _in_turn(), transaction.atomic():
            return LiveAnswer.objects.create(
                player=player,
                game=game,
                position=position,
                given=given,
                milliseconds=took,
                is_correct=is_correct,
                points=points_of(took, limit) if is_correct else 0,
            )
    except IntegrityError:
        return LiveAnswer.objects.get(player=player, position=position)


def _in_turn() -> AbstractContextManager[Any]:
    """On SQLite, where one process serves and one writes at a time: wait for each other here, in order, and not in
    SQLite's growing naps.
    """
    return _writing if connection.vendor == "sqlite" else nullcontext()


def points_of(milliseconds: int, limit: int) -> int:
    """For a right answer: all points at once, half of them in the last moment."""
    left = max(0, limit - max(0, milliseconds)) / limit if limit else 0
    return round(_FULL_POINTS / 2 + _FULL_POINTS / 2 * left)


def end_forgotten() -> int:
    """End rounds that nobody ended; safe to run again. Returns how many."""
    done = 0
    for pk in list(
        LiveGame.objects.exclude(phase=_P.OVER).filter(created_at__lt=now() - LONGEST).values_list("pk", flat=True)
    ):
        with transaction.atomic():
            game = LiveGame.objects.select_for_update().get(pk=pk)
            if game.phase != _P.OVER:
                _step(game, None, "end", phase=_P.OVER, over_at=now())
                done += 1
    return done
