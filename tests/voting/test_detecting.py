"""What is taken for ballot stuffing and what is not, on made votes; the rates of both are measured (E10)."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillweek.voting.detecting import LIMITS, WEIGHTS, Seen, find
from tests.voting import made_votes

_LEVELS = list(LIMITS)


def _held(votes: list[Seen], level: str = "normal") -> set[int]:
    return {vote for finding in find(votes, LIMITS[level]) for vote in finding.votes}


def _plain(number: int, **fields: object) -> list[Seen]:
    """Honest single votes: own device, own network, a random moment of the day."""
    chance = random.Random(7)
    return [
        Seen(**{
            "vote": n, "person": n, "candidate": 1 + n % 5, "at": chance.uniform(0, 80_000), "network": f"n{n}",
            "device": f"d{n}", "verified": -chance.uniform(20, 500), "phone": 0, "domain": "", **fields,
        })
        for n in range(1, number + 1)
    ]  # fmt: skip


def test_nothing_and_little_are_fine() -> None:
    assert find([]) == []
    assert find(_plain(3)) == []


@pytest.mark.requirement("E10")
def test_a_family_shares_a_phone_but_a_crowd_does_not() -> None:
    assert _held(_plain(3, device="one")) == set()
    assert _held(_plain(4, device="one")) == {1, 2, 3, 4}
    assert _held(_plain(4, device="one"), "low") == set()
    assert _held(_plain(3, device="one"), "high") == set()


def test_browsers_without_a_mark_are_not_one_device() -> None:
    assert _held(_plain(40, device="", network="")) == set()


def test_one_network_alone_is_no_proof() -> None:
    assert _held(_plain(200, network="school", candidate=1)) == set()


def test_one_network_and_a_machine_is() -> None:
    votes = [
        Seen(vote=n, person=n, candidate=1, at=n * 10.0, network="lab", device=f"d{n}", verified=n * 10.0 - 1)
        for n in range(60)
    ]  # fmt: skip
    assert len(_held(votes)) == 60


def test_phone_numbers_in_a_row() -> None:
    votes = [*_plain(200), *_phones([13800000000 + 2 * n for n in range(8)])]
    assert _held(votes) == {1000 + n for n in range(8)}
    scattered = [*_plain(200), *_phones([13800000000 + 977 * n for n in range(8)])]
    assert _held(scattered) == set()


def _phones(numbers: list[int]) -> Iterator[Seen]:
    for at, number in enumerate(numbers):
        yield Seen(
            vote=1000 + at,
            person=1000 + at,
            candidate=2,
            at=700.0 * at,
            network=f"p{at}",
            device=f"q{at}",
            phone=number,
        )  # fmt: skip


def test_mail_for_minutes_and_catch_all_domains() -> None:
    mails = [
        Seen(vote=n, person=n, candidate=1, at=900.0 * n, device=f"d{n}", network=f"n{n}", domain="mailinator.com")
        for n in range(3)
    ]  # fmt: skip
    assert _held(mails) == {0, 1, 2}
    assert _held(mails[:2]) == set()
    school = [
        Seen(vote=n, person=n, candidate=1, at=901.7 * n**1.1, device=f"d{n}", network=f"n{n}", domain="school.edu.cn")
        for n in range(40)
    ]  # fmt: skip
    assert _held(school) == set()  # a school's own addresses are no proof


def test_a_burst_that_people_make_is_no_proof() -> None:
    chance = random.Random(1)
    votes = [
        *_plain(300),
        *(Seen(vote=1000 + n, person=1000 + n, candidate=1, at=40_000 + chance.uniform(0, 280), network=f"x{n}",
               device=f"y{n}", verified=39_900 - chance.uniform(0, 400)) for n in range(150)),
    ]  # fmt: skip
    assert _held(votes) == set()


@given(st.lists(st.builds(
    Seen, vote=st.integers(0, 400), person=st.integers(0, 60), candidate=st.integers(1, 3),
    at=st.floats(0, 90_000), network=st.sampled_from(["", "a", "b"]), device=st.sampled_from(["", "x", "y", "z"]),
    verified=st.floats(0, 90_000), phone=st.integers(0, 80), domain=st.sampled_from(["", "qq.com", "yopmail.com"]),
), max_size=80, unique_by=lambda seen: seen.vote), st.sampled_from(_LEVELS), st.randoms())  # fmt: skip
def test_each_vote_is_held_once_in_any_order(votes: list[Seen], level: str, chance: random.Random) -> None:
    findings = find(votes, LIMITS[level])
    held = [vote for finding in findings for vote in finding.votes]
    assert len(held) == len(set(held))
    by_vote = {seen.vote: seen for seen in votes}
    assert all(by_vote[vote].candidate == finding.candidate for finding in findings for vote in finding.votes)
    assert all(finding.signals and set(finding.signals) <= set(WEIGHTS) for finding in findings)
    shuffled = list(votes)
    chance.shuffle(shuffled)
    assert _held(shuffled, level) == set(held)


@pytest.mark.requirement("E10")
def test_rates_on_the_made_set() -> None:
    """20 honest days with school networks, group chats and families; 20 with an attack each."""
    rates = made_votes.measure(days=20, seed=20261126)
    print(rates)  # noqa: T201
    assert rates["false alarms"] <= 0.005
    assert rates["caught"] >= 0.9
    assert all(rate >= 0.75 for rate in rates["caught by attack"].values())
