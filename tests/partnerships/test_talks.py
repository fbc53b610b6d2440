"""Talks that people book with an enterprise: limits, a rush, reminders, who came (E4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from skillweek.core.errors import Conflict
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from skillweek.organisations.models import User
from skillweek.partnerships.domain import applying, booking, meetings, reminding, scheduling
from skillweek.partnerships.models import Meeting, Pairing, Party, Slot
from tests.bookings.test_at_once import at_once
from tests.factories import Tree, client_of
from tests.participation.make import client_for, participant
from tests.partnerships import make

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def fair(tree: Tree, edition: Edition, host: User) -> tuple[Meeting, Party]:
    """Talks for students with one enterprise: three slots of two seats."""
    row = make.talks(edition, tree.host, host, seats=2)
    return row, make.seat(row, make.enterprise(edition), host)


def _who(**more: Any) -> dict[str, Any]:
    return {"name": "小林", "grade": "示例一职 高二", "agreed": "on", **more}


@pytest.mark.requirement("E4")
def test_a_student_books_and_cancels_a_talk(edition: Edition, fair: tuple[Meeting, Party]) -> None:
    row, table = fair
    slot = row.slots.first()
    assert "/take-part/who/" in Client().get(f"/partners/meetings/{row.pk}/book/{table.pk}/")["Location"]
    someone = participant(edition)
    browser = client_for(someone)
    url = f"/partners/meetings/{row.pk}/book/{table.pk}/"
    assert browser.post(url, _who()).status_code == 400
    minor = browser.post(url, _who(slot=slot.pk, is_minor="on"))
    assert minor.status_code == 400 and "监护人" in minor.content.decode() and not Pairing.objects.exists()
    consent = {"is_minor": "on", "guardian_name": "林先生", "has_consent": "on"}
    assert browser.post(url, _who(slot=slot.pk, **consent)).status_code == 302
    assert browser.post(url, _who(slot=slot.pk, **consent)).status_code == 302
    talk = Pairing.objects.get()
    assert (talk.guest.guardian_name, talk.guest.has_consent) == ("林先生", True)
    assert Message.objects.filter(kind="partner.booked").count() == 1
    assert table.label in browser.get(f"/partners/meetings/{row.pk}/").content.decode()
    assert client_for(participant(edition)).post(f"/partners/talks/{talk.pk}/cancel/").status_code == 404
    browser.post(f"/partners/talks/{talk.pk}/cancel/")
    assert not Pairing.objects.exists()


def test_limits_of_one_person(tree: Tree, edition: Edition, host: User) -> None:
    row = make.talks(edition, tree.host, host, most_talks=2)
    tables = [make.seat(row, make.enterprise(edition), host) for _n in range(3)]
    slots = list(row.slots.all())
    me = participant(edition)
    booking.book_talk(row, tables[0], slots[0], me, name="小林")
    with pytest.raises(Conflict, match="另一家"):
        booking.book_talk(row, tables[1], slots[0], me, name="小林")
    with pytest.raises(Conflict, match="另一个时段"):
        booking.book_talk(row, tables[0], slots[1], me, name="小林")
    booking.book_talk(row, tables[1], slots[1], me, name="小林")
    with pytest.raises(Conflict, match="最多"):
        booking.book_talk(row, tables[2], slots[2], me, name="小林")
    with pytest.raises(Conflict, match="约满"):
        booking.book_talk(row, tables[0], slots[0], participant(edition), name="小黄")


def test_people_state_wishes_where_the_organiser_arranges(tree: Tree, edition: Edition, host: User) -> None:
    row = make.meeting(edition, tree.host, host, guests="people", most_talks=1)
    tables = [make.seat(row, make.enterprise(edition), host) for _n in range(2)]
    browser = client_for(participant(edition))
    wishes = {"wish1": tables[1].pk, "wish2": tables[0].pk}
    assert browser.post(f"/partners/meetings/{row.pk}/apply/", _who(**wishes)).status_code == 302
    scheduling.compute(row, actor=host)
    assert [talk.enterprise for talk in Pairing.objects.all()] == [tables[1]]
    meetings.publish(row, actor=host)
    assert tables[1].label in browser.get(f"/partners/meetings/{row.pk}/").content.decode()
    browser.post(f"/partners/meetings/{row.pk}/leave/")
    assert not Pairing.objects.exists()


@pytest.mark.requirement("E4")
@pytest.mark.django_db(transaction=True)
def test_a_rush_never_oversells(tree: Tree, edition: Edition, host: User) -> None:
    row = make.talks(edition, tree.host, host, seats=2)
    table = make.seat(row, make.enterprise(edition), host)
    slot = row.slots.first()
    people = [participant(edition) for _n in range(24)]
    outcomes = at_once(
        [lambda one=one: booking.book_talk(row, table, slot, one, name="小林") for one in people], workers=12
    )
    assert sum(isinstance(outcome, Pairing) for outcome in outcomes) == 2
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 22
    assert sorted(Pairing.objects.values_list("seat", flat=True)) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_one_person_in_a_rush_sits_in_one_place(tree: Tree, edition: Edition, host: User) -> None:
    row = make.talks(edition, tree.host, host)
    tables = [make.seat(row, make.enterprise(edition), host) for _n in range(3)]
    slot, me = row.slots.first(), participant(edition)
    at_once([lambda one=one: booking.book_talk(row, one, slot, me, name="小林") for one in tables * 2], workers=6)
    assert Pairing.objects.count() == 1
    assert Party.objects.filter(participant=me).count() == 1


@pytest.mark.requirement("E3")
def test_both_sides_are_reminded_once_the_day_before(
    edition: Edition, fair: tuple[Meeting, Party], clock: time_machine.Traveller
) -> None:
    row, table = fair
    booking.book_talk(row, table, row.slots.first(), participant(edition), name="小林")
    assert reminding.remind_talks() == 0
    clock.move_to(row.slots.first().starts_at - timedelta(hours=20))
    assert reminding.remind_talks() == 1
    assert reminding.remind_talks() == 0
    assert Message.objects.filter(kind="partner.reminder").count() == 2


def test_who_came_is_noted_by_the_organiser(edition: Edition, fair: tuple[Meeting, Party], host: User) -> None:
    row, table = fair
    talk = booking.book_talk(row, table, row.slots.first(), participant(edition), name="小林")
    browser = client_of(host)
    url = f"/w/partners/meetings/{row.pk}/schedule/act/"
    browser.post(url, {"do": "mark", "talk": talk.pk, "came": "yes"})
    talk.refresh_from_db()
    assert talk.came is True
    browser.post(url, {"do": "mark", "talk": talk.pk, "came": ""})
    talk.refresh_from_db()
    assert talk.came is None
    assert browser.post(url, {"do": "mark", "talk": "²"}).status_code == 404
    salon = make.meeting(
        edition, row.organisation, host, guests="people", title="另一天", day=row.day + timedelta(days=1)
    )
    desk = make.seat(salon, table.enterprise, host)
    guest = applying.apply_person(salon, participant(edition), name="小黄")
    talk = scheduling.place(salon, desk, guest, salon.slots.first(), actor=host)
    scheduling.mark(talk, actor=host, came=True)
    with pytest.raises(Conflict, match="记录到场"):
        scheduling.compute(salon, actor=host)
    assert browser.post(url, {"do": "steal"}).status_code == 302


def test_the_phone_page_shows_what_is_free(edition: Edition, fair: tuple[Meeting, Party]) -> None:
    row, table = fair
    assert "还有 6 个名额" in Client().get(f"/partners/meetings/{row.pk}/").content.decode()
    booking.book_talk(row, table, row.slots.first(), participant(edition), name="小林")
    page = Client().get(f"/partners/meetings/{row.pk}/").content.decode()
    assert "还有 5 个名额" in page
    assert "小林" not in page
    assert Slot.objects.filter(meeting=row).count() == 3


@pytest.mark.requirement("E4")
def test_nobody_books_with_an_enterprise_that_has_just_left(edition: Edition, fair: tuple[Meeting, Party]) -> None:
    row, table = fair
    slot, read_before = row.slots.first(), Party.objects.get(pk=table.pk)
    applying.withdraw(table, actor=table.enterprise.user)
    with pytest.raises(Conflict) as caught:
        booking.book_talk(row, read_before, slot, participant(edition), name="小林")
    assert caught.value.code == "gone" and not Pairing.objects.exists()


def test_who_takes_a_schedule_away_stands_in_the_trail(fair: tuple[Meeting, Party], host: User) -> None:
    row, _table = fair
    assert client_of(host).get(f"/w/partners/meetings/{row.pk}/schedule/export/").status_code == 200
    event = AuditEvent.objects.get(verb="meeting.export")
    assert (event.actor_id, event.object_id, event.data["as"]) == (host.pk, str(row.pk), "xlsx")


@pytest.mark.requirement("E4")
def test_who_leaves_late_takes_no_talk_away_that_was_held(
    edition: Edition, fair: tuple[Meeting, Party], clock: time_machine.Traveller
) -> None:
    row, table = fair
    first, second, last = row.slots.all()
    held = booking.book_talk(row, table, first, participant(edition), name="小林")
    booking.book_talk(row, table, last, participant(edition), name="小黄")
    clock.move_to(second.starts_at)
    applying.withdraw(held.guest, participant=held.guest.participant)
    applying.withdraw(table, actor=table.enterprise.user)
    assert list(Pairing.objects.all()) == [held]
    other = Party.objects.get(name="小黄")
    clock.move_to(last.ends_at)
    with pytest.raises(Conflict, match="已经结束"):
        applying.withdraw(other, participant=other.participant)
