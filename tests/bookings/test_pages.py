"""The visitors' pages: what they show, refuse and keep to themselves (B8, B10)."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from skillweek.activities.models import Activity, ActivityTag, Session
from skillweek.bookings import proof, tokens
from skillweek.bookings.domain import cancel_booking, erase_personal_data
from skillweek.bookings.domain.session_news import send_links
from skillweek.bookings.models import Booking, CheckIn, UsedProof
from skillweek.bookings.queries import booking_states, places_left
from skillweek.bookings.queries.tickets import lost_bookings, people_ahead, present_number
from skillweek.core.clock import now
from skillweek.core.errors import DomainError
from skillweek.notifications.models import Message
from tests.bookings import make

pytestmark = pytest.mark.requirement("B8")


def solve(challenge: dict[str, Any], **forged: Any) -> str:
    """What the browser does."""
    for number in range(challenge["maxNumber"] + 1):
        if hashlib.sha256(f"{challenge['salt']}{number}".encode()).hexdigest() == challenge["challenge"]:
            return base64.b64encode(json.dumps({**challenge, "number": number, **forged}).encode()).decode()
    raise AssertionError("no solution")


@pytest.fixture(autouse=True)
def _little_work(settings: Any) -> None:
    settings.BOOKING_PROOF_WORK = 50


def form(**fields: Any) -> dict[str, Any]:
    """A form as a browser sends it."""
    filled = {
        "name": "林女士",
        "phone": "13800138000",
        "party_size": "2",
        "children": "0",
        "agreed": "on",
        "client_id": str(uuid4()),
        "proof": solve(proof.new_challenge()),
    }
    return {**filled, **fields}


def test_the_form_books_and_leads_to_a_ticket_that_nobody_keeps(client: Client, session: Session) -> None:
    sent = client.post(f"/book/{session.pk}/", form())

    booking = Booking.objects.get()
    assert sent.status_code == 302 and sent["Location"] == tokens.ticket_path(booking) + "?done=1"
    page = client.get(sent["Location"])
    assert "预约成功" in page.content.decode() and f"{booking.code[:3]} {booking.code[3:]}" in page.content.decode()
    for answer in (sent, page, client.get(f"/book/{session.pk}/"), client.get("/book/find/")):
        assert answer["Cache-Control"] == "no-store, private"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert answer["Referrer-Policy"] == "same-origin"


def test_a_form_sent_again_after_a_broken_line_finds_its_booking(client: Client, session: Session) -> None:
    filled = form()
    first = client.post(f"/book/{session.pk}/", filled)
    again = client.post(f"/book/{session.pk}/", filled)

    assert first["Location"] == again["Location"]
    assert Booking.objects.count() == 1
    # The page that came back by the back button, filled in for somebody else, must not pass for the first.
    other = client.post(f"/book/{session.pk}/", {**filled, "phone": "13900139000", "name": "陈先生"})
    assert other.status_code == 409 and "已经提交过一次预约" in other.content.decode()


def test_nothing_typed_is_lost_on_a_refusal(client: Client, session: Session) -> None:
    answer = client.post(f"/book/{session.pk}/", form(phone="123", needs="一辆轮椅", name="<b>林</b>"))

    text = answer.content.decode()
    assert answer.status_code == 400
    assert "手机号码不对" in text and "一辆轮椅" in text and "&lt;b&gt;林" in text and "<b>林" not in text
    assert not Booking.objects.exists() and not UsedProof.objects.exists()


def test_a_proof_serves_once_is_ours_and_grows_old(db: None) -> None:
    challenge = proof.new_challenge()
    answer = solve(challenge)
    proof.spend(answer)
    forged = {**challenge, "salt": "00", "challenge": hashlib.sha256(b"001").hexdigest(), "maxNumber": 1}
    wrong = ["", "x", "e30=", base64.b64encode(b"[1]").decode(), "a" * 3000, answer, solve(forged)]
    wrong.append(solve(proof.new_challenge(), algorithm="SHA-1"))
    wrong.append(solve(proof.new_challenge(), salt=None))
    for one in wrong:
        with pytest.raises(DomainError) as refused:
            proof.spend(one)
        assert refused.value.field == "proof"
    late = solve(proof.new_challenge())
    with time_machine.travel(now() + timedelta(hours=2)), pytest.raises(DomainError, match="已过期"):
        proof.spend(late)
    assert UsedProof.objects.count() == 1


def test_without_a_proof_nothing_is_booked(client: Client, session: Session) -> None:
    answer = client.post(f"/book/{session.pk}/", form(proof=""))

    assert answer.status_code == 400 and "安全验证还没有完成" in answer.content.decode()
    assert not Booking.objects.exists()


@pytest.mark.parametrize(
    "hidden",
    [
        {"published_at": None},
        {"state": "submitted"},
        {"withdrawn_at": now()},
        {"publish_on": (now() + timedelta(days=3)).date()},
    ],
)
def test_what_is_not_public_is_not_there(client: Client, session: Session, hidden: dict[str, Any]) -> None:
    booking = make.book(session)
    Activity.objects.filter(pk=session.activity_id).update(**hidden)

    assert client.get(f"/book/{session.pk}/").status_code == 404
    assert client.post(f"/book/{session.pk}/", form()).status_code == 404
    assert client.get(f"/book/slots/{session.activity_id}/").status_code == 404
    # Who holds a ticket still reads it.
    assert client.get(tokens.ticket_path(booking)).status_code == 200


def test_a_cancelled_session_says_so_and_names_others(client: Client, session: Session) -> None:
    Session.objects.filter(pk=session.pk).update(state=Session.State.CANCELLED)
    other = make.session(session.activity, place="图书馆")
    make.session(session.activity, place="没有名额的场地", capacity=1)
    make.book(Session.objects.get(place="没有名额的场地"))

    text = client.get(f"/book/{session.pk}/").content.decode()

    assert "这一场已取消" in text and f"/book/{other.pk}/" in text and "没有名额的场地" not in text
    assert "<form" not in text.split("<main")[1].split("</main>")[0]


def test_the_ticket_acts_by_post_only_and_for_its_holder(client: Client, session: Session) -> None:
    booking, other = make.book(session, 2), make.book(session)
    path = tokens.ticket_path(booking)

    for action in ("cancel/", "confirm/"):
        assert client.get(path + action).status_code == 405
    assert client.get("/book/t/" + "x" * 22 + "/").status_code == 404
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(path + "cancel/").status_code == 403
    assert client.post(path + "party/", {"party_size": "3", "children": "1"}).status_code == 400
    assert client.post(path + "party/", {"party_size": "3", "children": ""}).status_code == 302
    assert client.post(path + "confirm/").status_code == 302
    assert client.post(path + "cancel/").status_code == 302

    booking.refresh_from_db()
    other.refresh_from_db()
    assert (booking.party_size, booking.state, other.state) == (3, "cancelled", "confirmed")


def test_the_ticket_goes_into_the_calendar_and_the_picture_album(client: Client, session: Session) -> None:
    booking = make.book(session)
    path = tokens.ticket_path(booking)

    calendar = Calendar.from_ical(client.get(path + "calendar.ics").content)
    [event] = calendar.walk("VEVENT")
    assert event.decoded("dtstart") == session.starts_at.replace(microsecond=0)  # type: ignore[union-attr]
    assert str(event["url"]) == tokens.ticket_url(booking)
    picture = client.get(path + "ticket.png")
    assert picture.content.startswith(b"\x89PNG") and picture["Cache-Control"] == "no-store, private"
    cancel_booking(booking)
    assert client.get(path + "ticket.png").status_code == 404


def test_after_the_erasure_the_link_says_so(client: Client, session: Session) -> None:
    booking = make.book(session, name="林女士")
    path = tokens.ticket_path(booking)
    erase_personal_data(session.activity.edition)

    answer = client.get(path)
    assert answer.status_code == 410 and "已经清除，只留下人数" in answer.content.decode()
    assert client.get(path + "calendar.ics").status_code == 404


def test_a_lost_link_is_found_by_name_and_number_without_telling_who_booked(client: Client, session: Session) -> None:
    booking = make.book(session, name="林 女士", phone="13800138000", email="lin@example.org")
    make.book(session, name="林 女士", phone="13800138001")
    assert lost_bookings("林女士", "13800138000") == [booking.pk] == lost_bookings("林女士", "lin@example.org")
    assert lost_bookings("陈女士", "13800138000") == []

    def ask(name: str) -> tuple[int, str]:
        answer = client.post(
            "/book/find/",
            {"name": name, "contact": "138-0013-8000", "proof": solve(proof.new_challenge())},
        )
        return answer.status_code, answer["Location"]

    assert ask("林女士") == ask("陈女士") == (302, "/book/find/?sent=1")
    send_links([booking.pk])
    send_links([booking.pk])
    message = Message.objects.get(kind="booking.link")
    assert message.url == tokens.ticket_path(booking) and message.deliveries.get().address == "lin@example.org"


@pytest.mark.requirement("B10")
def test_the_queue_on_the_day(session: Session) -> None:
    ActivityTag.objects.create(activity=session.activity, group="service", code="health")
    line = [make.book(session) for _n in range(4)]
    assert present_number(session) is None and people_ahead(line[3]) == 3
    CheckIn.objects.create(session=session, booking=line[0], client_id=uuid4(), at=now())
    CheckIn.objects.create(session=session, booking=line[1], client_id=uuid4(), at=now(), undone_at=now())

    assert present_number(session) == 1
    assert people_ahead(line[3]) == 2


def test_places_of_many_sessions_take_one_query(session: Session, django_assert_num_queries: Any) -> None:
    sessions = [make.session(session.activity) for _n in range(12)]
    make.book(sessions[0], 4)
    rows = list(Session.objects.filter(pk__in=[one.pk for one in sessions]).select_related("activity__edition"))
    with django_assert_num_queries(1):
        assert places_left(rows)[sessions[0].pk] == 16
    with django_assert_num_queries(1):
        assert {state.code for state in booking_states(rows).values()} == {"open"}
