"""Limits on costly requests: counted for each person, answered with a sentence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from skillweek.core.limits import parse_rate, rate_limited
from skillweek.organisations.models import User
from tests.factories import Tree, person


@rate_limited("test", "2/m")
def _view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("done")


def _ask(user: Any, method: str = "post", address: str = "192.0.2.1", **headers: str) -> HttpResponse:
    request = getattr(RequestFactory(), method)("/", REMOTE_ADDR=address, **headers)
    request.user = user
    answer = _view(request)
    assert isinstance(answer, HttpResponse)
    return answer


@pytest.mark.parametrize(("rate", "parsed"), [("30/m", (30, 60)), ("5/10m", (5, 600)), ("1/d", (1, 86400))])
def test_parse_rate_reads_count_and_seconds(rate: str, parsed: tuple[int, int]) -> None:
    assert parse_rate(rate) == parsed


@pytest.mark.parametrize("rate", ["", "30", "0/m", "5/0m", "5/w", "-1/m"])
def test_parse_rate_refuses_nonsense(rate: str) -> None:
    with pytest.raises(ValueError, match="not a rate"):
        parse_rate(rate)


def test_limit_is_each_persons_own_and_ends_with_the_span(liaison: User, tree: Tree) -> None:
    other = person(tree.school_a, "member")
    with time_machine.travel(datetime(2023, 5, 16, 10, 0, 15, tzinfo=UTC), tick=False) as traveller:
        codes = [_ask(user).status_code for user in (liaison, liaison, liaison, other)]
        looked = _ask(liaison, "get").status_code
        refused = _ask(liaison)
        traveller.shift(timedelta(seconds=45))
        later = _ask(liaison).status_code

    assert (codes, looked, later) == ([200, 200, 429, 200], 200, 200)
    assert refused["Retry-After"] == "45"
    assert "请等 1 分钟再试" in refused.content.decode()


def test_limit_counts_addresses_of_people_not_signed_in(db: None) -> None:
    with time_machine.travel(datetime(2023, 5, 16, 10, 0, tzinfo=UTC), tick=False):
        codes = [
            _ask(AnonymousUser(), address=address).status_code
            for address in ("192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2")
        ]

    assert codes == [200, 200, 429, 200]


def test_limit_answers_programs_in_json(liaison: User) -> None:
    with time_machine.travel(datetime(2023, 5, 16, 10, 0, tzinfo=UTC), tick=False):
        for _number in range(2):
            _ask(liaison)
        answer = _ask(liaison, HTTP_ACCEPT="application/json")

    assert answer.status_code == 429
    assert b'"code": "too_much"' in answer.content
