"""Casting votes: the limits, sending twice, what ends it (E10)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError
from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.voting.domain.ballots import approve, close, take_down
from skillweek.voting.domain.candidates import withdraw
from skillweek.voting.domain.casting import allowance, cast, new_receipt
from skillweek.voting.models import Ballot, Vote, VoteSheet
from skillweek.voting.queries.totals import standings, turnout
from tests.factories import Tree
from tests.voting import make

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("E10")
def test_votes_for_several_candidates_count_once_each(voting: Ballot) -> None:
    sheet = make.vote(voting, 1, 3)
    assert sheet.votes.count() == 2
    assert {row.candidate.number: row.votes for row in standings(voting)} == {1: 1, 2: 0, 3: 1}
    assert turnout(voting).voters == 1


def test_the_same_sheet_sent_twice_is_one(voting: Ballot) -> None:
    voter, client_id = make.participant(voting.edition), uuid4()
    ids = [voting.candidates.get(number=1).pk]
    first = cast(voting, voter, ids, client_id=client_id)
    again = cast(voting, voter, ids, client_id=client_id)
    assert first.pk == again.pk
    with pytest.raises(Conflict):  # a page that came back by the back button, with other ticks
        cast(voting, voter, [voting.candidates.get(number=2).pk], client_id=client_id)
    assert Vote.objects.count() == 1


def test_a_sheet_number_of_somebody_else_is_refused(voting: Ballot) -> None:
    client_id, ids = uuid4(), [voting.candidates.get(number=1).pk]
    cast(voting, make.participant(voting.edition), ids, client_id=client_id)
    with pytest.raises(Conflict):
        cast(voting, make.participant(voting.edition), ids, client_id=client_id)


def test_nobody_votes_twice_for_one_candidate(voting: Ballot) -> None:
    voter = make.participant(voting.edition)
    make.vote(voting, 1, voter=voter)
    with pytest.raises(Conflict) as caught:
        make.vote(voting, 1, 2, voter=voter)
    assert caught.value.code == "voted"
    assert Vote.objects.count() == 1  # all or none


def test_nobody_has_more_votes_than_the_rules(edition: Edition, tree: Tree) -> None:
    voting = make.ballot(edition, tree.school_a, candidates=5, per_ballot=2)
    voter = make.participant(edition)
    with pytest.raises(DomainError) as caught:
        make.vote(voting, 1, 2, 3, voter=voter)
    assert caught.value.code == "too_many"
    make.vote(voting, 1, 2, voter=voter)
    with pytest.raises(Conflict) as refused:
        make.vote(voting, 3, voter=voter)
    assert refused.value.code == "used_up"


def test_a_day_has_its_own_limit(edition: Edition, tree: Tree) -> None:
    voting = make.ballot(edition, tree.school_a, candidates=5, per_ballot=4, per_day=1)
    voter = make.participant(edition)
    make.vote(voting, 1, voter=voter)
    with pytest.raises(Conflict) as caught:
        make.vote(voting, 2, voter=voter)
    assert caught.value.code == "used_up_today"
    Vote.objects.update(day=now().date() - timedelta(days=1))
    make.vote(voting, 2, voter=voter)
    assert allowance(voting, voter).left == 2


@pytest.mark.parametrize(
    ("opens", "closes", "code"), [(1, 2, "not_begun"), (-2, -1, "closed")], ids=["too-early", "too-late"]
)
def test_votes_count_only_between_the_dates(voting: Ballot, opens: int, closes: int, code: str) -> None:
    Ballot.objects.update(opens_at=now() + timedelta(hours=opens), closes_at=now() + timedelta(hours=closes))
    with pytest.raises(Conflict) as caught:
        make.vote(voting, 1)
    assert caught.value.code == code


def test_closing_ends_it_at_once(voting: Ballot, liaison: User) -> None:
    close(voting, actor=liaison)
    with pytest.raises(Conflict):
        make.vote(voting, 1)


def test_a_withdrawn_candidate_gives_the_vote_back(voting: Ballot, liaison: User) -> None:
    voter = make.participant(voting.edition)
    make.vote(voting, 1, 2, 3, voter=voter)
    withdraw(voting.candidates.get(number=2), actor=liaison, reason="本人退出")
    assert allowance(voting, voter).left == 1
    assert [row.candidate.number for row in standings(voting)] == [1, 3]
    with pytest.raises(Conflict):
        make.vote(voting, 2)


def test_a_ballot_may_ask_for_phones(edition: Edition, tree: Tree) -> None:
    voting = make.ballot(edition, tree.school_a, needs_phone=True)
    with pytest.raises(DomainError) as caught:
        make.vote(voting, 1)
    assert caught.value.code == "needs_phone"
    make.vote(voting, 1, voter=make.participant(edition, "13812345678"))


def test_an_archived_edition_takes_no_votes(voting: Ballot) -> None:
    Edition.objects.filter(pk=voting.edition_id).update(state=Edition.State.CLOSED)
    with pytest.raises(Conflict):
        make.vote(voting, 1)


def test_what_was_taken_down_comes_back_even_after_its_time(voting: Ballot, liaison: User, reviewer: User) -> None:
    make.vote(voting, 1)
    take_down(voting, actor=reviewer, reason="有人举报，先核实")
    with pytest.raises(Conflict):
        make.vote(voting, 2)
    Ballot.objects.update(closes_at=now() - timedelta(minutes=1))
    approve(voting, actor=reviewer)
    close(voting, actor=liaison)
    assert sum(row.votes for row in standings(voting)) == 1


def test_nothing_chosen_and_forged_candidates_are_refused(voting: Ballot, edition: Edition, tree: Tree) -> None:
    other = make.ballot(edition, tree.school_b)
    voter = make.participant(edition)
    with pytest.raises(DomainError):
        cast(voting, voter, [], client_id=uuid4())
    with pytest.raises(Conflict):
        cast(voting, voter, [other.candidates.get(number=1).pk], client_id=uuid4())


def test_an_erased_person_votes_no_more(voting: Ballot) -> None:
    voter = make.participant(voting.edition, erased_at=now())
    with pytest.raises(Conflict):
        make.vote(voting, 1, voter=voter)


def test_receipts_are_unique_and_readable() -> None:
    codes = {new_receipt() for _each in range(500)}
    assert len(codes) == 500
    assert all(len(code) == 19 and code.count("-") == 3 for code in codes)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    wishes=st.lists(st.lists(st.integers(1, 6), max_size=6), max_size=8),
    per_ballot=st.integers(1, 6),
    per_day=st.integers(0, 6),
)
def test_whatever_is_sent_the_rules_hold_and_totals_are_the_accepted_votes(
    edition: Edition, tree: Tree, wishes: list[list[int]], per_ballot: int, per_day: int
) -> None:
    voting = make.ballot(edition, tree.school_a, candidates=6, per_ballot=per_ballot, per_day=min(per_day, per_ballot))
    voters = [make.participant(edition) for _each in range(2)]
    accepted = 0
    for at, wish in enumerate(wishes):
        try:
            accepted += make.vote(voting, *wish, voter=voters[at % 2]).votes.count()
        except DomainError:
            continue
    limit = min(per_ballot, voting.per_day or per_ballot)
    for voter in voters:
        mine = Vote.objects.filter(ballot=voting, participant=voter)
        assert mine.count() <= limit
        assert mine.values("candidate").distinct().count() == mine.count()
    assert sum(row.votes for row in standings(voting)) == accepted
    assert VoteSheet.objects.filter(ballot=voting, votes=None).count() == 0
