"""Ranked rounds: once a day, timed by the server, fair to everybody (E2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.quiz.domain.playing import GRACE, answer_turn, finish_overdue, score_of, turn_now
from skillweek.quiz.domain.quizzes import close_quiz
from skillweek.quiz.models import Attempt, Quiz
from tests.factories import Tree
from tests.participation.make import participant
from tests.quiz import make


@pytest.mark.requirement("E2")
def test_a_round_is_drawn_asked_and_counted(edition: Edition, quiz: Quiz, tree: Tree) -> None:
    attempt = make.begin(quiz, participant(edition), school=tree.school_a)
    assert attempt.turns.values("question").distinct().count() == 3
    done = make.play(attempt, 2)
    assert (done.state, done.correct, done.total, done.score, done.passed) == ("finished", 2, 3, 66, True)
    assert done.district == "思明区"


def test_pressing_start_twice_is_one_round(edition: Edition, quiz: Quiz) -> None:
    person = participant(edition)
    assert make.begin(quiz, person) == make.begin(quiz, person)


def test_there_is_one_round_a_day_and_another_tomorrow(edition: Edition, quiz: Quiz) -> None:
    person = participant(edition)
    make.play(make.begin(quiz, person), 0)
    with pytest.raises(Conflict, match="今天已经答过"):
        make.begin(quiz, person)
    with time_machine.travel(now() + timedelta(days=1), tick=False):
        assert make.begin(quiz, person).state == Attempt.State.RUNNING


def test_the_database_itself_refuses_a_second_round(edition: Edition, quiz: Quiz) -> None:
    attempt = make.begin(quiz, participant(edition))
    attempt.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        attempt.save(force_insert=True)


def test_the_day_is_that_of_the_editions_zone(edition: Edition, quiz: Quiz) -> None:
    """16:30 UTC is half past midnight of the next day there."""
    person = participant(edition)
    evening = now().replace(hour=15, minute=30, second=0)
    Quiz.objects.update(opens_at=evening - timedelta(days=1), closes_at=evening + timedelta(days=2))
    with time_machine.travel(evening, tick=False):
        first = make.play(make.begin(quiz, person), 0)
    with time_machine.travel(evening + timedelta(hours=1), tick=False):
        assert make.begin(quiz, person).day == first.day + timedelta(days=1)


def test_an_answer_within_the_grace_counts_and_later_it_does_not(edition: Edition, quiz: Quiz) -> None:
    start = now()
    with time_machine.travel(start, tick=False) as clock:
        attempt = make.begin(quiz, participant(edition))
        turn = turn_now(attempt)
        assert turn is not None
        clock.move_to(start + timedelta(seconds=20) + GRACE)
        assert answer_turn(attempt, position=1, places=make.places(turn, right=True)).is_correct
        second = turn_now(attempt)
        assert second is not None and second.position == 2
        clock.shift(timedelta(seconds=20, milliseconds=1) + GRACE)
        late = answer_turn(attempt, position=2, places=make.places(second, right=True))
    assert (late.is_late, late.is_correct, late.given) == (True, False, "")


def test_after_a_reload_it_is_the_same_question_and_its_clock_runs_on(edition: Edition, quiz: Quiz) -> None:
    start = now()
    with time_machine.travel(start, tick=False) as clock:
        attempt = make.begin(quiz, participant(edition))
        first = turn_now(attempt)
        clock.shift(timedelta(seconds=10))
        again = turn_now(attempt)
        assert first is not None and again is not None
        assert (again.position, again.shown_at) == (1, first.shown_at)
        clock.shift(timedelta(seconds=30))
        passed = turn_now(attempt)
        assert passed is not None and passed.position == 2
    assert attempt.turns.get(position=1).is_late


def test_sending_twice_counts_the_first(edition: Edition, quiz: Quiz) -> None:
    attempt = make.begin(quiz, participant(edition))
    turn = turn_now(attempt)
    answer_turn(attempt, position=1, places=make.places(turn, right=False))
    again = answer_turn(attempt, position=1, places=make.places(turn, right=True))
    assert not again.is_correct


def test_a_question_is_not_answered_before_its_turn(edition: Edition, quiz: Quiz) -> None:
    attempt = make.begin(quiz, participant(edition))
    turn_now(attempt)
    for position in (2, 99, 0):
        with pytest.raises(DomainError, match="还没有轮到"):
            answer_turn(attempt, position=position, places=[0])


def test_an_answer_with_a_wrong_option_too_many_is_wrong(edition: Edition, tree: Tree, host: User) -> None:
    make.bank(edition, tree.host, 3, kind="multiple", answer="AC")
    quiz = make.quiz(edition, tree.host, host)
    attempt = make.begin(quiz, participant(edition))
    turn = turn_now(attempt)
    right = make.places(turn, right=True)
    assert not answer_turn(attempt, position=1, places=[0, 1, 2, 3]).is_correct
    turn = turn_now(attempt)
    right = make.places(turn, right=True)
    assert not answer_turn(attempt, position=2, places=right[:1]).is_correct
    turn = turn_now(attempt)
    assert answer_turn(attempt, position=3, places=[*make.places(turn, right=True), 77, -1]).is_correct


def test_who_leaves_is_counted_in_the_end(edition: Edition, quiz: Quiz) -> None:
    start = now()
    with time_machine.travel(start, tick=False) as clock:
        attempt = make.begin(quiz, participant(edition))
        turn = turn_now(attempt)
        answer_turn(attempt, position=1, places=make.places(turn, right=True))
        assert finish_overdue() == 0
        clock.shift(timedelta(hours=1))
        assert (finish_overdue(), finish_overdue()) == (1, 0)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.correct, attempt.score) == ("finished", 1, 33)
    assert attempt.milliseconds == 2 * 20_000
    assert turn_now(attempt) is None


def test_who_began_may_finish_after_the_quiz_was_closed(edition: Edition, quiz: Quiz, host: User) -> None:
    attempt = make.begin(quiz, participant(edition))
    close_quiz(quiz, actor=host)
    assert make.play(attempt, 3).score == 100
    with pytest.raises(Conflict):
        make.begin(quiz, participant(edition))


def test_nobody_begins_before_or_after_the_time(edition: Edition, quiz: Quiz) -> None:
    for moment in (quiz.opens_at - timedelta(minutes=1), quiz.closes_at):
        with time_machine.travel(moment, tick=False), pytest.raises(Conflict, match="不在答题时间"):
            make.begin(quiz, participant(edition))


def test_a_device_serves_so_many_people_a_day(edition: Edition, quiz: Quiz) -> None:
    for _each in range(3):
        make.begin(quiz, participant(edition), device_key="family")
    with pytest.raises(Conflict, match="这台设备"):
        make.begin(quiz, participant(edition), device_key="family")
    Quiz.objects.update(device_limit=0)
    make.begin(quiz, participant(edition), device_key="family")


def test_what_looks_odd_is_marked_and_nothing_follows(edition: Edition, quiz: Quiz) -> None:
    with time_machine.travel(now(), tick=False):
        first = make.play(make.begin(quiz, participant(edition), device_key="one"), 3)
        second = make.play(make.begin(quiz, participant(edition), device_key="one"), 0)
        third = make.play(make.begin(quiz, participant(edition), device_key=""), 0)
    assert first.flags == ["fast"]
    assert second.flags == ["device"]
    assert third.flags == ["no_device"]
    assert first.hidden_at is None


def test_an_erased_person_and_one_of_another_week_do_not_play(edition: Edition, quiz: Quiz) -> None:
    with pytest.raises(NotAllowed):
        make.begin(quiz, participant(edition, erased_at=now()))


@pytest.mark.parametrize(
    "nickname", ["", "  ", "一二三四五六七八九十十一十二", "13800138000", "a@b.cn", "\u200b\u200b", "!!!"]
)
def test_a_nickname_that_tells_too_much_or_nothing_is_refused(edition: Edition, quiz: Quiz, nickname: str) -> None:
    with pytest.raises(DomainError) as caught:
        make.begin(quiz, participant(edition), nickname=nickname)
    assert caught.value.field == "nickname"


@given(total=st.integers(1, 100), correct=st.integers(0, 100))
def test_points_are_full_only_for_everything_and_grow_with_what_is_right(total: int, correct: int) -> None:
    correct = min(correct, total)
    score = score_of(correct, total)
    assert 0 <= score <= 100
    assert (score == 100) == (correct == total)
    assert correct == 0 or score_of(correct - 1, total) <= score
