"""Live rooms by the clock, and the public's questions (B11)."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from skillweek.bookings import proof
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed, TooMuch
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from skillweek.online.domain import reminding, reviewing, saying, writing
from skillweek.online.domain.erasing import erase
from skillweek.online.models import LiveRoom, Question, QuestionVote, RoomReminder
from skillweek.online.queries.rooms import Stage, in_order, phase_of
from skillweek.organisations.models import User
from tests.bookings.test_pages import solve
from tests.factories import Tree, client_of, person
from tests.online import make
from tests.participation import make as public

HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.mark.requirement("B11")
def test_a_question_is_shown_only_after_it_was_read(
    tree: Tree, edition: Edition, client: Client, liaison: User
) -> None:
    room = make.publish(make.room(edition, tree.school_a))
    url = reverse("online_public:ask", args=[room.pk])
    form = client.get(url)
    data = {
        "text": "新生什么时候报名？",
        "nickname": "一位家长",
        "client_id": str(uuid.uuid4()),
        "proof": solve(proof.new_challenge()),
    }
    assert form.status_code == 200
    assert client.post(url, data).status_code == 302
    assert client.post(url, data).status_code == 302  # the same form again is one question
    asked = Question.objects.get()
    page = f"/online/rooms/{room.pk}/"
    assert asked.text not in client.get(page).content.decode()
    assert Message.objects.filter(kind="online.questions", recipient=liaison).exists()
    staff = client_of(liaison)
    assert asked.text in staff.get("/w/online/moderation/").content.decode()
    act = reverse("online:moderate", args=["question", asked.pk])
    assert staff.post(act, {"do": "answer", "answer": "六月二十日起。"}).status_code == 302
    shown = client.get(page).content.decode()
    assert asked.text in shown and "六月二十日起。" in shown and "一位家长" in shown
    staff.post(act, {"do": "hide"})
    assert asked.text not in client.get(f"{page}now/").content.decode()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"proof": ""}, "安全验证"),
        ({"proof": "eyJ4IjoxfQ=="}, "安全验证"),
        ({"text": ""}, "text"),
        ({"text": "x" * 201}, "text"),
        ({"nickname": "x" * 21}, "nickname"),
        ({"client_id": "nonsense"}, "client_id"),
    ],
)
def test_a_wrong_question_keeps_what_was_typed(
    more: dict[str, Any], field: str, tree: Tree, edition: Edition, client: Client
) -> None:
    room = make.publish(make.room(edition, tree.school_a))
    data = {
        "text": "食堂几点开？",
        "nickname": "小李",
        "client_id": str(uuid.uuid4()),
        "proof": solve(proof.new_challenge()),
        **more,
    }
    answer = client.post(reverse("online_public:ask", args=[room.pk]), data)
    assert answer.status_code == 400 and not Question.objects.exists()
    assert data["nickname"][:20] in answer.content.decode() or data["text"][:20] in answer.content.decode()


def test_markup_in_a_question_is_text(tree: Tree, edition: Edition, client: Client) -> None:
    room = make.publish(make.room(edition, tree.school_a))
    make.question(room, "<script>alert(1)</script>", shown=True, nickname="<b>x</b>")
    page = client.get(f"/online/rooms/{room.pk}/").content.decode()
    assert "<script>alert" not in page and "<b>x</b>" not in page and "&lt;script&gt;" in page


@pytest.mark.requirement("B11")
def test_a_device_wants_to_know_it_too_once(tree: Tree, edition: Edition) -> None:
    room = make.publish(make.room(edition, tree.school_a))
    asked = make.question(room, shown=True)
    url = reverse("online_public:vote", args=[asked.pk])
    one, two = Client(), Client()
    for client in (one, one, two):
        answer = client.post(url, headers={**HERE, "Accept": "application/json"})
        assert answer.status_code == 200
    assert answer.json()["votes"] == 2
    asked.refresh_from_db()
    assert asked.votes == asked.vote_rows.count() == 2
    assert one.post(url, headers=HERE).status_code == 302  # without scripts


def test_a_vote_from_another_site_is_nothing(tree: Tree, edition: Edition, client: Client) -> None:
    room = make.publish(make.room(edition, tree.school_a))
    url = reverse("online_public:vote", args=[make.question(room, shown=True).pk])
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example.net"}):
        assert client.post(url, headers=headers).status_code == 404
    assert client.post(url, headers={"Origin": "http://testserver"}).status_code == 302
    assert QuestionVote.objects.count() == 1


def test_what_is_not_shown_takes_no_votes(tree: Tree, edition: Edition, client: Client) -> None:
    room = make.publish(make.room(edition, tree.school_a))
    asked = make.question(room)
    assert client.post(reverse("online_public:vote", args=[asked.pk]), headers=HERE).status_code == 409
    assert client.post(reverse("online_public:vote", args=[10**9]), headers=HERE).status_code == 404


def test_only_those_who_answer_for_the_place_moderate(tree: Tree, edition: Edition, reviewer: User) -> None:
    room = make.publish(make.room(edition, tree.school_a))
    asked = make.question(room)
    for actor in (
        person(tree.school_a, "member"),
        person(tree.school_b, "liaison"),
        person(tree.huli, "manager"),
        person(),
    ):
        with pytest.raises(NotAllowed):
            saying.decide(asked, actor=actor, shows=True)
        url = reverse("online:moderate", args=["question", asked.pk])
        assert client_of(actor).post(url, {"do": "show"}).status_code == 404
    saying.decide(asked, actor=reviewer, shows=True)
    with pytest.raises(Conflict):
        saying.decide(asked, actor=reviewer, shows=True)


def test_questions_stop_and_go_on_at_once(tree: Tree, edition: Edition, liaison: User, client: Client) -> None:
    room = make.publish(make.room(edition, tree.school_a))
    saying.set_questions(room, actor=liaison, takes=False)
    assert "我要提问" not in client.get(f"/online/rooms/{room.pk}/").content.decode()
    with pytest.raises(Conflict):
        make.question(room)
    saying.set_questions(room, actor=liaison, takes=True)
    assert make.question(room).pk


def test_the_same_question_is_not_taken_twice_and_a_flood_is_stopped(
    tree: Tree, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = make.publish(make.room(edition, tree.school_a))
    make.question(room)
    with pytest.raises(DomainError, match="一样的问题"):
        make.question(room)
    monkeypatch.setattr(saying, "MAX_WAITING", 2)
    make.question(room, "第二个问题")
    with pytest.raises(TooMuch):
        make.question(room, "第三个问题")


def test_the_phase_follows_the_clock(tree: Tree, edition: Edition) -> None:
    at = now()
    room = LiveRoom(starts_at=at, ends_at=at + timedelta(hours=1), live={"replay_link": ""})
    assert phase_of(room, at - timedelta(seconds=1)) == "soon"
    assert phase_of(room, at) == "now"
    assert phase_of(room, at + timedelta(minutes=59)) == "now"
    assert phase_of(room, at + timedelta(hours=1)) == "over"
    assert phase_of(LiveRoom(starts_at=at, live={}), at + timedelta(minutes=119)) == "now"
    assert phase_of(LiveRoom(live={}), at) == "soon"
    assert not Stage.of(room, at - timedelta(minutes=16)).is_open
    assert Stage.of(room, at - timedelta(minutes=14)).is_open
    room.cancel_reason = "天气"
    assert phase_of(room, at) == "cancelled"


def test_what_is_live_stands_first(tree: Tree, edition: Edition) -> None:
    at = now()
    hours = {"over": -5, "late": -3, "now": -1, "soon": 1, "later": 2}
    rooms = [
        LiveRoom(
            title=name, starts_at=at + timedelta(hours=hour), ends_at=at + timedelta(hours=hour, minutes=70), live={}
        )
        for name, hour in hours.items()
    ]
    assert [room.title for room in in_order(rooms, at)] == ["now", "soon", "later", "late", "over"]


def test_the_way_in_is_shown_when_it_is_time(tree: Tree, edition: Edition, client: Client) -> None:
    make.allow(edition, "live.example.cn")
    link = "https://live.example.cn/room/1"
    soon = make.publish(make.room(edition, tree.school_a, link=link))
    going_on = make.publish(make.room(edition, tree.school_a, now() - timedelta(minutes=5), link=link))
    over = make.publish(
        make.room(edition, tree.school_a, now() - timedelta(hours=3), link=link, replay_link=link + "r")
    )
    assert link not in client.get(f"/online/rooms/{soon.pk}/").content.decode()
    page = client.get(f"/online/rooms/{going_on.pk}/").content.decode()
    assert f'href="{link}" target="_blank" rel="noopener noreferrer"' in page and "正在直播" in page
    page = client.get(f"/online/rooms/{over.pk}/").content.decode()
    assert f'{link}"' not in page and link + "r" in page and "可看回放" in page


@pytest.mark.parametrize(
    "url",
    [
        "http://live.example.cn/",
        "https://evil.example.net/",
        "https://live.example.cn.evil.net/",
        "javascript:alert(1)",
        "https://live.example.cn@evil.net/",
        "https://live.example.cn:8443/",
        "//live.example.cn/",
        "https://127.0.0.1/",
        'https://live.example.cn/" onclick="x',
        "https://xlive.example.cn/",
        "https:///live.example.cn/",
    ],
)
def test_only_listed_places_are_linked(url: str, tree: Tree, edition: Edition, liaison: User) -> None:
    make.allow(edition, "live.example.cn")
    room = make.room(edition, tree.school_a)
    with pytest.raises(DomainError) as refused:
        writing.save_work(room, {"link": url}, actor=liaison)
    assert refused.value.field == "link"
    writing.save_work(room, {"link": "https://a.live.example.cn/x?y=1"}, actor=liaison)


def test_a_stream_plays_only_from_where_the_policy_lets_it(
    tree: Tree, edition: Edition, liaison: User, settings: Any
) -> None:
    room = make.room(edition, tree.school_a)
    with pytest.raises(DomainError, match="ONLINE_STREAM_HOSTS"):
        writing.save_work(room, {"stream": "https://cdn.example.cn/a.m3u8"}, actor=liaison)
    settings.ONLINE_STREAM_HOSTS = ["example.cn"]
    writing.save_work(room, {"stream": "https://cdn.example.cn/a.m3u8"}, actor=liaison)
    with pytest.raises(DomainError, match="m3u8"):
        writing.save_work(room, {"stream": "https://cdn.example.cn/a.mp4"}, actor=liaison)


def test_the_calendar_entry_moves_and_is_cancelled(tree: Tree, edition: Edition, liaison: User, client: Client) -> None:
    room = make.publish(make.room(edition, tree.school_a, intro="校长答问"))
    url = reverse("online_public:calendar", args=[room.pk])

    def event() -> Any:
        answer = client.get(url)
        assert answer["Content-Type"].startswith("text/calendar")
        return Calendar.from_ical(answer.content).walk("VEVENT")[0]

    first = event()
    assert str(first["SUMMARY"]) == room.title and int(first["SEQUENCE"]) == 0 and first.walk("VALARM")
    later = (now() + timedelta(hours=5)).isoformat()
    room = make.publish(writing.save_work(room, {"starts_at": later, "ends_at": ""}, actor=liaison))
    second = event()
    assert (
        int(second["SEQUENCE"]) == 1
        and second["UID"] == first["UID"]
        and second.decoded("DTSTART") > first.decoded("DTSTART")
    )
    reviewing.cancel_room(room, actor=liaison, reason="设备检修")
    assert str(event()["STATUS"]) == "CANCELLED"
    page = client.get(f"/online/rooms/{room.pk}/").content.decode()
    assert "设备检修" in page and "我要提问" not in page
    reviewing.restore_room(room, actor=liaison)
    assert str(event()["STATUS"]) == "CONFIRMED"


def test_hours_must_be_in_order(tree: Tree, edition: Edition, liaison: User) -> None:
    room = make.room(edition, tree.school_a)
    with pytest.raises(DomainError) as refused:
        writing.save_work(room, {"ends_at": (now() - timedelta(days=1)).isoformat()}, actor=liaison)
    assert refused.value.field == "ends_at"


def test_the_form_reads_hours_in_the_editions_zone(tree: Tree, edition: Edition, liaison: User) -> None:
    room = make.room(edition, tree.school_a)
    url = reverse("online:work", args=["room", room.pk])
    page = client_of(liaison).get(url)
    assert page.status_code == 200
    data = {
        "title": "直播",
        "starts_at": "2023-05-15T09:00",
        "ends_at": "",
        "revision": room.revision,
        "takes_questions": "on",
    }
    assert client_of(liaison).post(url, data).status_code == 302
    room.refresh_from_db()
    assert room.starts_at is not None and room.starts_at.isoformat() == "2023-05-15T01:00:00+00:00"
    stale = client_of(liaison).post(url, {**data, "title": "别的"})
    assert stale.status_code == 400 and "刚刚" in stale.content.decode()
    wrong = client_of(liaison).post(url, {**data, "revision": room.revision, "link": "http://x.cn"})
    assert wrong.status_code == 400 and "https://" in wrong.content.decode()


@pytest.mark.requirement("B11")
def test_who_wants_it_is_told_before_it_begins_once_for_each_hour(tree: Tree, edition: Edition, liaison: User) -> None:
    at = now() + timedelta(hours=2)
    room = make.publish(make.room(edition, tree.school_a, at))
    url = reverse("online_public:remind", args=[room.pk])
    assert Client().get(url)["Location"].startswith("/take-part/who/")
    who = public.participant(edition)
    browser = public.client_for(who)
    assert "到时提醒我" in browser.get(url).content.decode()
    assert browser.post(url).status_code == browser.post(url).status_code == 302
    assert who.masked in browser.get(url).content.decode()
    sent = Message.objects.filter(kind="online.reminder")
    assert reminding.send_due() == 0
    with time_machine.travel(at - timedelta(minutes=29), tick=False):
        assert (reminding.send_due(), reminding.send_due()) == (1, 0)
    assert sent.count() == 1 and room.title in sent.get().title
    later = now() + timedelta(days=1)
    room = make.publish(writing.save_work(room, {"starts_at": later.isoformat(), "ends_at": ""}, actor=liaison))
    with time_machine.travel(later - timedelta(minutes=5), tick=False):
        assert reminding.send_due() == 1
    reviewing.cancel_room(room, actor=liaison, reason="设备检修")
    assert Message.objects.filter(kind="online.cancelled").count() == 1
    with time_machine.travel(later - timedelta(minutes=4), tick=False):
        assert reminding.send_due() == 0
    assert "已取消" in browser.get("/take-part/mine/").content.decode()
    browser.post(url, {"do": "stop"})
    assert not RoomReminder.objects.exists()
    assert browser.post(url).status_code == 409


def test_reminders_are_erased_with_the_rest(tree: Tree, edition: Edition) -> None:
    room = make.publish(make.room(edition, tree.school_a))
    reminding.remind(room, public.participant(edition))
    assert erase(edition) == 1 and not RoomReminder.objects.exists()
