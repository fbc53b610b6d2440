"""Many at the same moment: one round for each, one answer for each (E2)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections

from skillweek.core.clock import now
from skillweek.core.errors import Conflict
from skillweek.organisations.models import User
from skillweek.quiz.domain import live
from skillweek.quiz.domain.playing import answer_turn, turn_now
from skillweek.quiz.models import Attempt, LiveAnswer, LiveGame, LivePlayer, Quiz
from tests import factories
from tests.factories import Tree
from tests.participation.make import participant
from tests.quiz import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def made(transactional_db: None) -> tuple[Quiz, Tree, User]:
    """A running quiz that other threads see."""
    tree = factories.tree()
    edition = factories.edition()
    host = factories.person(tree.host, "reviewer")
    make.bank(edition, tree.host, 6)
    return make.quiz(edition, tree.host, host), tree, host


def _together(number: int, do: Callable[[int], Any]) -> list[Any]:
    gate = Barrier(number)

    def one(place: int) -> Any:
        try:
            gate.wait(timeout=20)
            return do(place)
        except Conflict as error:
            return error.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


@pytest.mark.requirement("E2")
def test_one_person_on_many_phones_has_one_round(made: tuple[Quiz, Tree, User]) -> None:
    quiz = made[0]
    person = participant(quiz.edition)
    found = _together(6, lambda place: make.begin(quiz, person, device_key=f"d{place}").pk)
    assert len(set(found)) == 1
    assert Attempt.objects.count() == 1
    assert Attempt.objects.get().turns.count() == 3


def test_a_devices_limit_holds_when_all_press_at_once(made: tuple[Quiz, Tree, User]) -> None:
    quiz = made[0]
    people = [participant(quiz.edition) for _each in range(6)]
    found = _together(6, lambda place: bool(make.begin(quiz, people[place], device_key="one").pk))
    assert found.count(True) == 3
    assert found.count("device") == 3


def test_an_answer_sent_many_times_at_once_counts_once(made: tuple[Quiz, Tree, User]) -> None:
    quiz = made[0]
    attempt = make.begin(quiz, participant(quiz.edition))
    turn_now(attempt)
    _together(6, lambda place: answer_turn(attempt, position=1, places=[place % 4]).given)
    assert attempt.turns.exclude(answered_at=None).count() == 1


def test_a_hall_answers_at_once(made: tuple[Quiz, Tree, User]) -> None:
    quiz, _tree, host = made
    game = live.open_game(quiz, actor=host, seconds=20, count=3)
    players = [live.join(game.code, nickname=f"选手{number}") for number in range(8)]
    live.next_question(game, actor=host, after=0)
    LiveGame.objects.update(opens_at=now() - timedelta(seconds=1))
    game.refresh_from_db()
    _together(8, lambda place: live.answer(game, players[place // 2], position=1, places=[place % 4], right="B").pk)
    assert LiveAnswer.objects.count() == 4


def test_of_two_with_one_nickname_one_gets_in(made: tuple[Quiz, Tree, User]) -> None:
    quiz, _tree, host = made
    game = live.open_game(quiz, actor=host, seconds=20, count=3)

    def come(place: int) -> Any:
        from skillweek.core.errors import DomainError

        try:
            return live.join(game.code, nickname="小花").pk
        except DomainError as error:
            return error.code

    found = _together(4, come)
    assert found.count("taken") == 3
    assert LivePlayer.objects.count() == 1


def test_the_host_presses_next_on_two_screens(made: tuple[Quiz, Tree, User]) -> None:
    quiz, _tree, host = made
    game = live.open_game(quiz, actor=host, seconds=20, count=3)
    _together(4, lambda place: live.next_question(game, actor=host, after=0).position)
    game.refresh_from_db()
    assert (game.position, game.stamp) == (1, 2)
    assert connection.vendor in ("sqlite", "postgresql")
