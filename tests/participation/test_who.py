"""Proving a contact with a code (E1, E2, E10)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client

from skillweek.bookings import proof
from skillweek.core.clock import now
from skillweek.core.errors import DomainError, NotAllowed, TooMuch
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.notifications.models import Delivery, Message
from skillweek.participation.domain.codes import check_code, send_code, set_name
from skillweek.participation.domain.contacts import clean_contact
from skillweek.participation.domain.erasure import erase_due
from skillweek.participation.models import ContactCode, Participant
from skillweek.participation.telling import tell
from tests.bookings.test_pages import solve
from tests.participation import make

pytestmark = [pytest.mark.requirement("E2"), pytest.mark.requirement("E10"), pytest.mark.django_db]
ADDRESS = "wang.lin@example.org"


@pytest.fixture(autouse=True)
def _little_work(settings: Any) -> None:
    settings.BOOKING_PROOF_WORK = 50


def code_in_the_mail() -> str:
    message = Message.objects.filter(kind="participation.code").latest("pk")
    found = re.search(r"\d{6}", message.body)
    assert found
    return found[0]


def ask(client: Client, contact: str = ADDRESS, **more: Any) -> Any:
    data = {"contact": contact, "agreed": "on", "proof": solve(proof.new_challenge()), **more}
    return client.post("/take-part/who/?next=/take-part/mine/", data)


def test_a_code_by_mail_makes_a_browser_known(client: Client, edition: Edition) -> None:
    sent = ask(client)
    assert sent.status_code == 302
    assert sent["Location"].startswith("/take-part/who/code/?next=")
    page = client.get(sent["Location"])
    assert "wa***@example.org" in page.content.decode()
    assert ADDRESS not in page.content.decode()
    known = client.post(sent["Location"], {"code": code_in_the_mail()})
    assert (known.status_code, known["Location"]) == (302, "/take-part/mine/")
    mine = client.get("/take-part/mine/")
    assert mine.status_code == 200
    assert mine["Cache-Control"] == "no-store, private"
    assert "wa***@example.org" in mine.content.decode()
    assert Participant.objects.get().contact == ADDRESS


def test_whoever_proved_nothing_is_sent_to_prove_it_and_comes_back(client: Client, edition: Edition) -> None:
    away = client.get("/take-part/mine/")
    assert (away.status_code, away["Location"]) == (302, "/take-part/who/?next=%2Ftake-part%2Fmine%2F")


def test_the_way_back_stays_on_this_site(client: Client, edition: Edition) -> None:
    sent = client.post(
        "/take-part/who/?next=https://evil.example/",
        {"contact": ADDRESS, "agreed": "on", "proof": solve(proof.new_challenge())},
    )
    known = client.post(sent["Location"], {"code": code_in_the_mail()})
    assert known["Location"] == "/take-part/mine/"


@pytest.mark.parametrize(
    ("typed", "says"),
    [("", "请填写手机号码或电子邮箱"), ("13800138000", "没有开通短信"), ("a@b", "格式不对"), ("12", "手机号码不对")],
)
def test_a_contact_that_gets_no_code_is_refused_with_what_to_do(
    client: Client, edition: Edition, typed: str, says: str
) -> None:
    page = ask(client, typed)
    assert page.status_code == 400
    assert says in page.content.decode()
    assert ContactCode.objects.count() == 0


def test_a_proof_of_work_serves_once(client: Client, edition: Edition) -> None:
    answer = solve(proof.new_challenge())
    assert ask(client, proof=answer).status_code == 302
    again = ask(client, "other@example.org", proof=answer)
    assert again.status_code == 400
    assert "安全验证已经用过" in again.content.decode()


def test_a_second_code_waits_a_minute_and_a_day_has_only_so_many(edition: Edition) -> None:
    contact = clean_contact(ADDRESS)
    with time_machine.travel(now(), tick=False) as clock:
        for _each in range(8):
            send_code(edition, contact)
            with pytest.raises(TooMuch):
                send_code(edition, contact)
            clock.shift(timedelta(minutes=2))
        with pytest.raises(TooMuch, match="明天再试"):
            send_code(edition, contact)
        clock.shift(timedelta(days=1))
        assert send_code(edition, contact).pk


def test_five_wrong_tries_kill_a_code(edition: Edition) -> None:
    contact = clean_contact(ADDRESS)
    send_code(edition, contact)
    right = code_in_the_mail()
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for left in (4, 3, 2, 1):
        with pytest.raises(DomainError, match=f"还可以试 {left} 次"):
            check_code(edition, contact, wrong)
    for code in (wrong, right):
        with pytest.raises(DomainError, match="重新发送"):
            check_code(edition, contact, code)
    assert Participant.objects.count() == 0


def test_a_code_serves_once_and_not_for_long(edition: Edition) -> None:
    contact = clean_contact(ADDRESS)
    with time_machine.travel(now(), tick=False) as clock:
        send_code(edition, contact)
        first = code_in_the_mail()
        assert check_code(edition, contact, f" {first[:3]} {first[3:]} ").contact == ADDRESS
        with pytest.raises(DomainError, match="失效"):
            check_code(edition, contact, first)
        clock.shift(timedelta(minutes=2))
        send_code(edition, contact)
        clock.shift(timedelta(minutes=11))
        with pytest.raises(DomainError, match="失效"):
            check_code(edition, contact, code_in_the_mail())


def test_the_same_contact_is_the_same_person_on_another_phone(edition: Edition) -> None:
    contact = clean_contact(ADDRESS)
    with time_machine.travel(now(), tick=False) as clock:
        send_code(edition, contact)
        one = check_code(edition, contact, code_in_the_mail())
        clock.shift(timedelta(minutes=2))
        send_code(edition, clean_contact(ADDRESS.upper()))
        two = check_code(edition, contact, code_in_the_mail())
    assert (one.pk, one.nonce) == (two.pk, two.nonce)


def test_a_code_typed_too_late_says_so_and_begins_again(client: Client, edition: Edition) -> None:
    sent = ask(client)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
        late = client.post(sent["Location"], {"code": code_in_the_mail()}, follow=True)
    assert late.redirect_chain[0][0].startswith("/take-part/who/?next=")
    assert "验证码已失效，请重新发送" in late.content.decode()


def test_a_forged_cookie_is_nobody(client: Client, edition: Edition) -> None:
    person = make.participant(edition)
    client.cookies[f"participant_{edition.pk}"] = f"{person.pk}.{person.nonce}"
    assert client.get("/take-part/mine/").status_code == 302
    assert make.client_for(person, client).get("/take-part/mine/").status_code == 200
    client.post("/take-part/who/leave/")
    assert client.get("/take-part/mine/").status_code == 302


def test_an_archived_edition_takes_nobody_in(client: Client, edition: Edition) -> None:
    Edition.objects.update(state=Edition.State.CLOSED)
    edition.refresh_from_db()
    with pytest.raises(NotAllowed):
        send_code(edition, clean_contact(ADDRESS))
    assert "已归档" in client.get("/take-part/who/").content.decode()


def test_erasure_takes_contact_name_and_letters(edition: Edition) -> None:
    person = set_name(make.participant(edition, ADDRESS), " 王  琳 ")
    assert person.name == "王 琳"
    send_code(edition, clean_contact(ADDRESS))
    told = tell(person, kind="participation.code", url="/take-part/mine/", dedupe_key="x", context={"code": "123456"})
    assert told is not None
    assert Delivery.objects.filter(address=ADDRESS).count() == 2
    with time_machine.travel(edition.ends_on + timedelta(days=1)):
        assert erase_due() == 0
    assert erase_due() == 3
    person.refresh_from_db()
    assert (person.contact, person.masked, person.name, person.nonce) == ("", "", "", "")
    assert Delivery.objects.exclude(address="").count() == 0
    assert tell(person, kind="participation.code", url="/", dedupe_key="y") is None
    assert make.client_for(person).get("/take-part/mine/").status_code == 302


def test_the_command_erases_before_the_day_only_with_a_reason(edition: Edition) -> None:
    make.participant(edition, ADDRESS)
    with pytest.raises(CommandError, match="--reason"):
        call_command("erase_participants", "--edition", edition.slug, "--now")
    told = StringIO()
    call_command("erase_participants", "--edition", edition.slug, "--now", "--reason", "应要求", stdout=told)
    assert told.getvalue() == f"{edition.slug}: 1 rows erased\n"
    assert AuditEvent.objects.get(verb="participation.erase").reason == "应要求"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("wang.lin@gmail.com", "wanglin+vote2@googlemail.com", True),
        ("wanglin@outlook.com", "wanglin+2@outlook.com", True),
        ("wang.lin@outlook.com", "wanglin@outlook.com", False),
        ("wanglin@example.org", "wanglin+2@example.org", False),
        ("+@gmail.com", "a@gmail.com", False),
    ],
)
def test_one_mailbox_is_one_person_however_it_is_spelt(edition: Edition, one: str, other: str, same: bool) -> None:
    assert (clean_contact(one).key(edition) == clean_contact(other).key(edition)) is same
    assert clean_contact(other).value == other
