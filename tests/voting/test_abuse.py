"""Vote stuffing from the outside, over HTTP, as an attacker does it; it ends as it should (E10)."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from skillweek.notifications.models import Message
from skillweek.organisations.models import User
from skillweek.participation.models import Participant
from skillweek.voting.models import Ballot, Hold, Vote
from skillweek.voting.queries.totals import turnout
from skillweek.voting.tasks import watch_votes
from tests.factories import client_of
from tests.voting import make

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("E10")]


def _prove(client: Client, address: str) -> None:
    """Prove an address with the code that was sent to it, in this browser."""
    page = client.get("/take-part/who/").content.decode()
    asked = {"contact": address, "agreed": "on", "proof": make.solve(page)}
    assert client.post("/take-part/who/", asked).status_code == 302
    sent = Message.objects.filter(kind="participation.code").order_by("-pk").first()
    assert sent is not None
    code = re.search(r"\d{6}", sent.title)
    assert code
    assert client.post("/take-part/who/code/", {"code": code[0]}).status_code == 302


def _vote(client: Client, voting: Ballot, *picks: int) -> Any:
    page = client.get(f"/vote/{voting.pk}/sheet/?" + "&".join(f"pick={number}" for number in picks)).content.decode()
    data = {"pick": [str(n) for n in picks], "client_id": make.client_id_in(page), "proof": make.solve(page)}
    return client.post(f"/vote/{voting.pk}/sheet/", data)


def test_one_phone_with_many_addresses_ends_held_and_refused(voting: Ballot, liaison: User) -> None:
    honest = Client()
    _prove(honest, "honest@163.com")
    assert _vote(honest, voting, 1).status_code == 302
    farm = Client()  # one browser: the device's cookie stays
    for number in range(5):
        _prove(farm, f"farm{number}@163.com")
        assert _vote(farm, voting, 3).status_code == 302
    assert Participant.objects.count() == 6
    assert turnout(voting).counted == 6
    assert watch_votes.func() == 5
    assert (turnout(voting).counted, turnout(voting).held) == (1, 5)
    staff, hold = client_of(liaison), Hold.objects.get()
    staff.post(f"/w/voting/holds/{hold.pk}/decide/", {"do": "refuse", "reason": "一台手机换了五个邮箱"})
    assert (turnout(voting).counted, turnout(voting).held, turnout(voting).refused) == (1, 0, 5)
    assert Vote.objects.count() == 6
    again = Client()
    again.cookies.update(farm.cookies)
    assert _vote(again, voting, 3).status_code == 409  # the refused voter has no vote back


def test_throwing_the_cookies_away_gives_no_second_vote(voting: Ballot, settings: Any) -> None:
    first = Client()
    _prove(first, "twice@163.com")
    assert _vote(first, voting, 2).status_code == 302
    fresh = Client()
    settings.BOOKING_PROOF_WORK = 1
    from skillweek.participation.models import ContactCode

    ContactCode.objects.all().delete()  # a minute later
    _prove(fresh, "Twice@163.com ")
    answer = fresh.get(f"/vote/{voting.pk}/sheet/?pick=2").content.decode()
    assert "您投过了" in answer
    assert Participant.objects.count() == 1


def test_replaying_a_sheet_under_new_numbers_needs_new_work_each_time(voting: Ballot) -> None:
    client = make.browser_of(make.participant(voting.edition))
    page = client.get(f"/vote/{voting.pk}/sheet/?pick=1").content.decode()
    data = {"pick": ["1"], "client_id": make.client_id_in(page), "proof": make.solve(page)}
    assert client.post(f"/vote/{voting.pk}/sheet/", data).status_code == 302
    for number in (2, 3):
        answer = client.post(f"/vote/{voting.pk}/sheet/", {**data, "pick": [str(number)], "client_id": str(uuid4())})
        assert answer.status_code == 400
    assert Vote.objects.count() == 1


def test_a_stolen_sheet_number_shows_and_makes_nothing(voting: Ballot) -> None:
    victim = make.participant(voting.edition)
    client = make.browser_of(victim)
    page = client.get(f"/vote/{voting.pk}/sheet/?pick=1").content.decode()
    number = make.client_id_in(page)
    assert client.post(
        f"/vote/{voting.pk}/sheet/", {"pick": ["1"], "client_id": number, "proof": make.solve(page)}
    ).status_code == 302  # fmt: skip
    thief = make.browser_of(make.participant(voting.edition))
    page = thief.get(f"/vote/{voting.pk}/sheet/?pick=2").content.decode()
    answer = thief.post(
        f"/vote/{voting.pk}/sheet/", {"pick": ["2"], "client_id": number, "proof": make.solve(page)}
    )  # fmt: skip
    assert answer.status_code == 409
    assert Vote.objects.filter(participant=victim).count() == 1 == Vote.objects.count()


def test_huge_and_broken_sheets_are_refused(voting: Ballot) -> None:
    client = make.browser_of(make.participant(voting.edition))
    many = client.post(f"/vote/{voting.pk}/sheet/", {"pick": [str(n) for n in range(900)], "client_id": str(uuid4())})
    assert many.status_code == 400
    assert client.post(f"/vote/{voting.pk}/sheet/", {"pick": ["1"], "client_id": "no-number"}).status_code == 400
    assert client.post(f"/vote/{voting.pk}/sheet/", {}).status_code == 400
    assert client.get(f"/vote/{voting.pk}/receipt/AAAA-AAAA-AAAA-AAAA/").status_code == 404
    assert Vote.objects.count() == 0
