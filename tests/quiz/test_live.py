"""Live rounds: the clock leads, the answer never travels ahead, names are moderated (E2)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.quiz.domain import live
from skillweek.quiz.domain.erasure import erase_edition
from skillweek.quiz.models import LiveAnswer, LiveGame, LivePlayer, Quiz
from skillweek.quiz.queries.live import forget, host_json
from tests.factories import client_of


@pytest.fixture
def clock() -> Iterator[Any]:
    """A clock that stands until it is moved."""
    with time_machine.travel(now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def game(clock: Any, quiz: Quiz, host: User) -> LiveGame:
    """A lobby with three questions of twenty seconds."""
    return live.open_game(quiz, actor=host, seconds=20, count=3)


def _join(game: LiveGame, nickname: str) -> Client:
    client = Client()
    answer = client.post(reverse("quiz_public:live_join"), {"code": game.code, "nickname": nickname})
    assert answer.status_code == 302, answer.content.decode()
    return client


def _state(client: Client, game: LiveGame, k: str = "") -> dict[str, Any]:
    forget(game.code)
    told: dict[str, Any] = client.get(reverse("quiz_public:live_state", args=[game.code]), {"k": k}).json()
    return told


def _answer(client: Client, game: LiveGame, place: int, position: int = 1) -> Any:
    return client.post(reverse("quiz_public:live_answer", args=[game.code]), {"position": position, "choice": place})


@pytest.mark.requirement("E2")
def test_a_whole_round(game: LiveGame, host: User, clock: Any) -> None:
    ann, bob = _join(game, "安"), _join(game, "鲍")
    assert _state(ann, game)["phase"] == "lobby"
    assert _state(ann, game)["players"] == 2
    live.next_question(game, actor=host, after=0)
    told = _state(ann, game)
    assert (told["phase"], told["n"], told["of"]) == ("question", 1, 3)
    assert _answer(ann, game, 1).status_code == 409  # not yet open
    clock.shift(live.LEAD + timedelta(seconds=2))
    assert _answer(ann, game, 1).status_code == 200
    assert _answer(bob, game, 0).status_code == 200
    assert host_json(game)["answered"] == 2
    clock.shift(timedelta(seconds=20))
    told = _state(ann, game)
    assert (told["phase"], told["right"]) == ("reveal", "B")
    assert (told["me"]["rank"], told["me"]["right"], told["me"]["points"]) == (1, True, 950)
    assert _state(bob, game)["me"]["points"] == 0
    assert host_json(game)["counts"] == {"A": 1, "B": 1}
    live.show_board(game, actor=host, position=1)
    assert [row["name"] for row in _state(bob, game)["top"]] == ["安", "鲍"]
    live.end_game(game, actor=host)
    assert _state(ann, game)["phase"] == "over"
    with pytest.raises(Conflict):
        live.next_question(game, actor=host, after=1)


def test_the_answer_and_what_others_chose_never_travel_before_the_end(game: LiveGame, host: User, clock: Any) -> None:
    ann = _join(game, "安")
    live.next_question(game, actor=host, after=0)
    clock.shift(live.LEAD)
    _answer(ann, game, 1)
    told = _state(ann, game)
    assert not {"right", "why", "me", "counts"} & told.keys()
    assert not {"right", "counts", "why"} & host_json(game).keys()
    page = ann.get(reverse("quiz_public:live_play", args=[game.code])).content.decode()
    assert "因为是乙" not in page


def test_an_unchanged_state_is_tiny(game: LiveGame) -> None:
    ann = _join(game, "安")
    key = _state(ann, game)["k"]
    answer = ann.get(reverse("quiz_public:live_state", args=[game.code]), {"k": key})
    assert len(answer.content) < 80
    assert json.loads(answer.content).keys() == {"k", "players", "now"}


def test_polls_of_a_hall_share_one_look_at_the_database(game: LiveGame, django_assert_num_queries: Any) -> None:
    clients = [_join(game, f"选手{number}") for number in range(5)]
    _state(clients[0], game)
    with django_assert_num_queries(0):
        for client in clients:
            client.get(reverse("quiz_public:live_state", args=[game.code]), {"k": "x"})


def test_answering_twice_counts_the_first_and_late_ones_do_not_count(game: LiveGame, host: User, clock: Any) -> None:
    ann, bob = _join(game, "安"), _join(game, "鲍")
    live.next_question(game, actor=host, after=0)
    clock.shift(live.LEAD)
    assert _answer(ann, game, 0).status_code == _answer(ann, game, 1).status_code == 200
    assert LiveAnswer.objects.get().given == "A"
    clock.shift(timedelta(seconds=20) + live.GRACE)
    assert _answer(bob, game, 1).status_code == 200  # within the grace
    clock.shift(timedelta(milliseconds=1))
    late = _answer(_join(game, "晚"), game, 1)
    assert (late.status_code, late.json()["code"]) == (409, "late")
    assert _answer(ann, game, 1, position=2).status_code == 409


def test_the_host_stops_early_and_presses_twice_without_harm(game: LiveGame, host: User, clock: Any) -> None:
    live.next_question(game, actor=host, after=0)
    live.next_question(game, actor=host, after=0)
    game.refresh_from_db()
    assert game.position == 1
    clock.shift(live.LEAD)
    with pytest.raises(Conflict, match="还在作答"):
        live.next_question(game, actor=host, after=1)
    live.stop_answers(game, actor=host, position=1)
    clock.shift(live.GRACE)
    assert host_json(game)["phase"] == "reveal"
    assert live.next_question(game, actor=host, after=1).position == 2


def test_after_the_last_question_there_is_no_other(game: LiveGame, host: User, clock: Any) -> None:
    for number in range(3):
        live.next_question(game, actor=host, after=number)
        clock.shift(timedelta(minutes=1))
    with pytest.raises(Conflict, match="全部答完"):
        live.next_question(game, actor=host, after=3)


def test_a_bad_nickname_is_taken_out_and_its_bearer_may_return(game: LiveGame, host: User) -> None:
    ann = _join(game, "脏话")
    player = LivePlayer.objects.get()
    live.remove_player(game, player_id=player.pk, actor=host)
    assert _state(ann, game)["phase"] == "removed"
    assert _answer(ann, game, 0).status_code == 403
    answer = ann.post(reverse("quiz_public:live_join"), {"code": game.code, "nickname": "脏话"})
    assert "已有人用" in answer.content.decode()
    assert ann.post(reverse("quiz_public:live_join"), {"code": game.code, "nickname": "小花"}).status_code == 302
    assert _state(ann, game)["players"] == 1


def test_a_locked_round_lets_nobody_in(game: LiveGame, host: User) -> None:
    live.lock_game(game, actor=host, is_locked=True)
    with pytest.raises(Conflict):
        live.join(game.code, nickname="迟到")
    live.lock_game(game, actor=host, is_locked=False)
    assert live.join(game.code, nickname="迟到")


@pytest.mark.parametrize("code", ["", "12345", "999999", "abcdef", "１２３４５６"])
def test_an_unknown_code_is_a_sentence(game: LiveGame, code: str) -> None:
    if code == game.code:
        return
    answer = Client().post(reverse("quiz_public:live_join"), {"code": code, "nickname": "安"})
    assert answer.status_code == 400


def test_strangers_get_nothing_and_a_forged_cookie_is_none(game: LiveGame) -> None:
    _join(game, "安")
    stranger = Client()
    assert _state(stranger, game).keys() == {"phase", "now"}
    stranger.cookies[f"live_{game.code}"] = f"1.{game.pk}:forged"
    assert _state(stranger, game)["phase"] == "removed"
    assert _answer(stranger, game, 0).status_code == 403
    assert stranger.get(reverse("quiz_public:live_play", args=[game.code])).status_code == 302


def test_only_the_units_own_people_lead(game: LiveGame, liaison: User, host: User) -> None:
    with pytest.raises(NotAllowed):
        live.next_question(game, actor=liaison, after=0)
    assert client_of(liaison).get(reverse("quiz:live", args=[game.pk])).status_code == 404
    page = client_of(host).get(reverse("quiz:live", args=[game.pk])).content.decode()
    assert game.code in page and "<svg" in page


def test_buttons_answer_scripts_with_the_new_state(game: LiveGame, host: User) -> None:
    client = client_of(host)
    url = reverse("quiz:live_act", args=[game.pk])
    told = client.post(url, {"do": "next", "position": 0}, headers={"accept": "application/json"}).json()
    assert (told["phase"], told["n"]) == ("question", 1)
    refused = client.post(url, {"do": "next", "position": 1}, headers={"accept": "application/json"})
    assert (refused.status_code, "还在作答" in refused.json()["message"]) == (409, True)
    assert client.post(url, {"do": "dance"}).status_code == 302


def test_forgotten_rounds_end_and_free_their_code(game: LiveGame, clock: Any) -> None:
    assert live.end_forgotten() == 0
    clock.shift(timedelta(hours=13))
    LiveGame.objects.update(created_at=now() - timedelta(hours=13))
    assert (live.end_forgotten(), live.end_forgotten()) == (1, 0)
    with pytest.raises(DomainError):
        live.join(game.code, nickname="安")


def test_nicknames_are_erased_with_the_edition(game: LiveGame, edition: Edition) -> None:
    _join(game, "王小明")
    assert erase_edition(edition) == 1
    assert LivePlayer.objects.get().nickname.startswith("#")
    assert erase_edition(edition) == 0


@given(first=st.integers(0, 20_000), second=st.integers(0, 20_000))
def test_who_is_quicker_gets_no_less(first: int, second: int) -> None:
    quick, slow = sorted((first, second))
    assert 500 <= live.points_of(slow, 20_000) <= live.points_of(quick, 20_000) <= 1000


def test_a_nickname_that_looks_erased_is_erased_too(game: LiveGame, edition: Edition) -> None:
    _join(game, "＃王小明")
    assert LivePlayer.objects.get().nickname == "王小明"
    LivePlayer.objects.update(nickname="#王小明")
    assert (erase_edition(edition), erase_edition(edition)) == (1, 0)
    assert LivePlayer.objects.get().nickname == f"#{LivePlayer.objects.get().pk}"
