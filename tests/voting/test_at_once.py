"""Many at once, on the database itself: no vote too many, none lost, nothing after the end (E10)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections

from skillweek.core.errors import DomainError
from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.voting.domain.announcing import announce
from skillweek.voting.domain.ballots import close
from skillweek.voting.domain.candidates import withdraw
from skillweek.voting.models import Ballot, Vote
from skillweek.voting.queries.totals import standings
from tests.factories import Tree
from tests.voting import make

pytestmark = [pytest.mark.requirement("E10"), pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _postgresql(db: Any) -> Iterator[None]:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer")
    yield


def _together(jobs: list[Callable[[], Any]]) -> list[Any]:
    def run(job: Callable[[], Any]) -> Any:
        try:
            return job()
        except DomainError as error:
            return error.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(run, jobs))


def test_one_person_in_many_windows_has_no_vote_more(edition: Edition, tree: Tree) -> None:
    voting = make.ballot(edition, tree.school_a, candidates=8, per_ballot=3, per_day=2)
    voter = make.participant(edition)
    _together([lambda n=number: make.vote(voting, n, voter=voter) for number in range(1, 9)])
    assert Vote.objects.count() == 2
    assert sorted(Vote.objects.values_list("slot", "day_slot")) == [(1, 1), (2, 2)]


def test_totals_are_the_votes_that_were_acknowledged(voting: Ballot) -> None:
    sheets = _together([lambda: make.vote(voting, 1, 2) for _each in range(60)])
    assert all(not isinstance(sheet, str) for sheet in sheets)
    assert [row.votes for row in standings(voting)] == [60, 60, 0]


def test_closing_and_withdrawing_in_the_middle_never_deadlock_nor_lose_a_vote(voting: Ballot, liaison: User) -> None:
    third = voting.candidates.get(number=3)
    jobs: list[Callable[[], Any]] = [lambda: make.vote(voting, 1, 3) for _each in range(20)]
    jobs.insert(8, lambda: withdraw(third, actor=liaison, reason="退出"))
    jobs += [lambda: close(Ballot.objects.get(), actor=liaison), *(lambda: make.vote(voting, 1) for _each in range(10))]
    outcomes = _together(jobs)
    acknowledged = sum(not isinstance(row, (str, Ballot)) and hasattr(row, "receipt") for row in outcomes)
    assert Vote.objects.filter(candidate__number=1, state="counted").count() == acknowledged
    assert not Vote.objects.filter(candidate=third).exclude(state="void").exists()
    voting = Ballot.objects.get()
    announce(voting, actor=liaison, text="", awards={})
    assert Ballot.objects.get().final_votes == acknowledged
