"""Relays: naming, accepting, the chain as a line, withdrawal in the middle (E7)."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from skillweek.contests.domain import entries, moderating, passing
from skillweek.contests.domain.entries import Owner
from skillweek.contests.models import Call, Entry, Pass
from skillweek.contests.queries.chain import chain_of, chains_of
from skillweek.core.errors import Conflict, DomainError
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from skillweek.organisations.models import User
from skillweek.participation.models import Participant
from tests.contests import make
from tests.factories import Tree, client_of
from tests.participation.make import client_for

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("E7")]
PLACES = ("思明区", "湖里区", "集美区", "海沧区")


@pytest.fixture
def call(edition: Edition, tree: Tree) -> Call:
    return make.call(edition, tree.edu, face=Call.Face.RELAY, title="技能接力", photos_max=0)


def link(call: Call, person: Participant, city: User, before: Entry | None = None, number: int = 0) -> Entry:
    """A shown place in the chain."""
    if before is None:
        entry = make.draft(call, person)
    else:
        passed = passing.name_next(before, to_name=f"第{number + 1}棒")
        entry = passing.accept(passed, Owner(participant=person), client_id=uuid.uuid4())
    entries.save_entry(entry, **{**make.FILLED, "title": f"第{number + 1}棒", "district": PLACES[number % 4]})
    make.film(entry)
    return moderating.approve(entries.submit_entry(entry), actor=city)


@pytest.fixture
def chain(call: Call, city: User, edition: Edition) -> list[Entry]:
    made: list[Entry] = []
    for number in range(3):
        made.append(link(call, make.participant(edition), city, made[-1] if made else None, number))
    return made


def test_three_in_a_row_are_one_line(chain: list[Entry], call: Call) -> None:
    assert [(row.step, row.first_id) for row in chain] == [(1, None), (2, chain[0].pk), (3, chain[0].pk)]
    found = chain_of(chain[0])
    assert [link.entry for link in found.links] == chain
    assert found.districts == 3
    assert len(found.line.split()) == 3
    assert [(link.is_passed, link.next_credit) for link in found.links] == [
        (True, "林小满"), (True, "林小满"), (False, "")
    ]  # fmt: skip
    assert list(chains_of(call)) == [chain[0]]


def test_the_page_shows_line_map_and_playlist(chain: list[Entry]) -> None:
    page = Client().get(f"/contests/relays/{chain[0].pk}/").content.decode()
    assert page.count("data-video=") == 3
    assert "<polyline" in page
    assert "已经传了 3 棒，到过 3 个区" in page


def test_a_withdrawal_in_the_middle_leaves_a_readable_line(chain: list[Entry]) -> None:
    entries.withdraw_entry(chain[1])
    page = Client().get(f"/contests/relays/{chain[0].pk}/").content.decode()
    found = chain_of(chain[0])
    assert [bool(link.entry) for link in found.links] == [True, False, True]
    assert "这一棒已退出，接力继续。" in page
    assert "第1棒" in page and "第3棒" in page
    assert page.count("data-video=") == 2
    assert ">第2棒</strong>" not in page


def test_a_withdrawn_first_place_does_not_hide_the_rest(chain: list[Entry], call: Call) -> None:
    entries.withdraw_entry(chain[0])
    assert Client().get(f"/contests/relays/{chain[0].pk}/").status_code == 200
    assert list(chains_of(call)) == [chain[0]]
    assert Client().get(f"/contests/{call.pk}/").status_code == 200


def test_one_tap_takes_it_and_the_one_before_is_told(
    call: Call, city: User, edition: Edition, person: Participant
) -> None:
    first = link(call, person, city)
    passed = passing.name_next(first, to_name="陈老师", message="看您的了")
    other = make.participant(edition)
    client = client_for(other)
    page = client.get(passed.get_absolute_url()).content.decode()
    assert "陈老师，这一棒传给您" in page and "看您的了" in page
    taken = client.post(passed.get_absolute_url(), {"client_id": uuid.uuid4()})
    entry = Entry.objects.get(participant=other)
    assert taken["Location"] == f"/contests/mine/{entry.pk}/"
    assert (entry.previous, entry.step) == (first, 2)
    assert Message.objects.filter(kind="contest.passed").count() == 1
    again = client.post(passed.get_absolute_url(), {"client_id": uuid.uuid4()})
    assert again["Location"] == f"/contests/mine/{entry.pk}/"
    assert Entry.objects.filter(previous=first).count() == 1


def test_the_name_of_the_next_is_public_only_as_they_give_it_themselves(
    call: Call, city: User, edition: Edition, person: Participant
) -> None:
    first = link(call, person, city)
    passed = passing.name_next(first, to_name="周大川")
    address = f"/contests/relays/{first.pk}/"

    def page(client: Client | None = None, path: str = address) -> str:
        return (client or Client()).get(path).content.decode()

    assert "传给下一棒" in page() and "周大川" not in page()
    assert "周大川" in page(client_for(person), f"/contests/mine/{first.pk}/")
    assert "周大川" in page(client_of(city), f"/w/contests/entries/{first.pk}/")
    other = make.participant(edition)
    taken = passing.accept(passed, Owner(participant=other), client_id=uuid.uuid4())
    assert "周大川" not in page()
    # The link went round: whoever opens it now reads no names.
    assert "周大川" not in page(path=passed.get_absolute_url())
    entries.save_entry(taken, **{**make.FILLED, "title": "第2棒", "author": "周师傅"})
    make.film(taken)
    entries.submit_entry(taken)
    assert "周师傅" not in page() and "周大川" not in page()
    moderating.approve(taken, actor=city)
    assert "传给周师傅" in page() and "周大川" not in page()
    entries.withdraw_entry(taken)
    assert "传给下一棒" in page() and "周师傅" not in page()


def test_a_stranger_who_accepts_proves_a_contact_and_comes_back(call: Call, city: User, person: Participant) -> None:
    passed = passing.name_next(link(call, person, city), to_name="陈老师")
    answer = Client().post(passed.get_absolute_url(), {"client_id": uuid.uuid4()})
    assert answer["Location"].startswith("/take-part/who/?next=%2Fcontests%2Fpass%2F")


def test_two_cannot_take_the_same_and_nobody_passes_to_themselves(
    call: Call, city: User, edition: Edition, person: Participant
) -> None:
    passed = passing.name_next(link(call, person, city), to_name="陈老师")
    with pytest.raises(Conflict):
        passing.accept(passed, Owner(participant=person), client_id=uuid.uuid4())
    passing.accept(passed, Owner(participant=make.participant(edition)), client_id=uuid.uuid4())
    with pytest.raises(Conflict):
        passing.accept(passed, Owner(participant=make.participant(edition)), client_id=uuid.uuid4())


def test_naming_somebody_else_ends_the_old_link(call: Call, city: User, person: Participant) -> None:
    first = link(call, person, city)
    old = passing.name_next(first, to_name="陈老师")
    assert passing.name_next(first, to_name="陈老师") == old
    new = passing.name_next(first, to_name="李老师")
    assert Client().get(old.get_absolute_url()).status_code == 404
    assert Client().get(new.get_absolute_url()).status_code == 200
    assert Pass.objects.count() == 1


def test_whoever_took_it_and_withdrew_leaves_it_free(
    call: Call, city: User, edition: Edition, person: Participant
) -> None:
    first = link(call, person, city)
    passed = passing.name_next(first, to_name="陈老师")
    taken = passing.accept(passed, Owner(participant=make.participant(edition)), client_id=uuid.uuid4())
    with pytest.raises(Conflict):
        passing.name_next(first, to_name="李老师")
    entries.withdraw_entry(taken)
    assert passing.name_next(first, to_name="李老师").accepted is None


def test_a_relay_wants_a_video_and_a_work_before_it_is_passed(call: Call, person: Participant) -> None:
    entry = make.draft(call, person)
    with pytest.raises(DomainError) as refused:
        entries.submit_entry(entry)
    assert refused.value.field == "files"
    with pytest.raises(Conflict):
        passing.name_next(entry, to_name="陈老师")


def test_a_forged_link_and_a_relay_without_anything_are_not_there(call: Call, person: Participant) -> None:
    entry = make.draft(call, person)
    assert Client().get("/contests/pass/forged/").status_code == 404
    assert Client().get(f"/contests/relays/{entry.pk}/").status_code == 404
