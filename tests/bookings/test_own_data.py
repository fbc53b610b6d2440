"""What visitors may ask about their own data: put it right, and take it out before the edition's day (B8)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from skillweek.activities.models import Session
from skillweek.bookings import tokens
from skillweek.bookings.domain import cancel_booking, correct_contact, erase_early
from skillweek.bookings.models import Booking
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, NotAllowed, TooMuch
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from tests.bookings import make
from tests.factories import Tree, client_of, person

pytestmark = pytest.mark.requirement("B8")


def path_of(booking: Booking, word: str) -> str:
    return f"{tokens.ticket_path(booking)}{word}/"


def test_the_link_puts_name_and_contact_right_and_goes_to_the_new_address(client: Client, session: Session) -> None:
    booking = make.book(session, 2, name="林女土", email="wrong@example.org")

    sent = client.post(path_of(booking, "contact"), {"name": "林女士", "phone": "", "email": "Right@Example.org"})

    row = Booking.objects.get()
    assert sent.status_code == 302 and sent["Location"] == tokens.ticket_path(row)
    assert (row.name, row.phone, row.email) == ("林女士", "", "right@example.org")
    assert (row.state, row.party_size, row.code) == (booking.state, 2, booking.code)
    assert make.seats(session).taken == 2
    last = Message.objects.order_by("pk").last()
    assert last is not None and last.kind == "booking.link" and last.url == tokens.ticket_path(row)
    assert last.deliveries.get(channel="email").address == "right@example.org"
    # Whoever got the first mail by mistake sees nothing any more.
    assert client.get(tokens.ticket_path(booking)).status_code == 404
    assert "以前的不能再用" in client.get(tokens.ticket_path(row)).content.decode()
    # The limits count by the new address, and the old one is free again.
    with pytest.raises(Conflict):
        make.book(session, email="right@example.org")
    make.book(session, email="wrong@example.org")


def test_an_address_that_is_only_added_keeps_the_link(client: Client, session: Session) -> None:
    booking = make.book(session, name="林女土", phone="13800138000")

    sent = client.post(
        path_of(booking, "contact"), {"name": "林女士", "phone": "13800138000", "email": "lin@example.org"}
    )

    assert sent["Location"] == tokens.ticket_path(booking)
    assert (Booking.objects.get().name, Booking.objects.get().email) == ("林女士", "lin@example.org")


def test_a_replaced_number_keeps_the_link_so_that_a_second_tap_and_a_lost_answer_find_it(
    client: Client, session: Session
) -> None:
    booking = make.book(session, name="林女士", phone="13800138000")
    for _tap in range(2):
        sent = client.post(path_of(booking, "contact"), {"name": "林女士", "phone": "13700137000", "email": ""})
        assert sent["Location"] == tokens.ticket_path(booking)
    assert Booking.objects.get().phone == "13700137000"


def test_a_wrong_number_is_refused_beside_its_field_and_nothing_changes(client: Client, session: Session) -> None:
    booking = make.book(session, phone="13800138000")

    answer = client.post(path_of(booking, "contact"), {"name": "林女士", "phone": "123", "email": ""})

    assert answer.status_code == 400 and "手机号码不对" in answer.content.decode()
    assert 'value="123"' in answer.content.decode()
    none = client.post(path_of(booking, "contact"), {"name": "林女士", "phone": "", "email": ""})
    assert "请填写手机号码或电子邮箱" in none.content.decode()
    assert Booking.objects.get().phone == "13800138000"


def test_a_correction_is_no_way_round_the_limits(edition: Edition, tree: Tree, session: Session) -> None:
    make.book(session, phone="13800138000")
    mine = make.book(session, phone="13900139000")
    with pytest.raises(Conflict):
        correct_contact(mine, name="林女士", phone="13800138000")

    activity = make.activity(edition, tree.school_b)
    limit = edition.doc.booking_rules.bookings_per_person
    for _number in range(limit - 1):
        make.book(make.session(activity), phone="13800138000")
    elsewhere = make.book(make.session(activity), phone="13700137000")
    with pytest.raises(TooMuch):
        correct_contact(elsewhere, name="林女士", phone="13800138000")
    # Whoever holds as many as they may can still put their own name right.
    kept = correct_contact(Booking.objects.filter(phone="13800138000").first(), name="林女士", phone="13800138000")
    assert kept.name == "林女士"
    assert set(Booking.objects.filter(pk__in=[mine.pk, elsewhere.pk]).values_list("phone", flat=True)) == {
        "13900139000",
        "13700137000",
    }


def test_after_the_session_began_the_contact_stays(session: Session) -> None:
    booking = make.book(session, phone="13800138000")
    with time_machine.travel(now() + timedelta(days=4)), pytest.raises(Conflict):
        correct_contact(booking, name="林女士", phone="13700137000")
    assert Booking.objects.get().phone == "13800138000"


def test_an_ended_booking_is_erased_by_its_link_on_the_spot(client: Client, session: Session) -> None:
    other = make.book(session, email="other@example.org")
    booking = make.book(session, 3, children=1, guardian_consent=True, needs="轮椅", email="lin@example.org")
    page = client.get(tokens.ticket_path(booking)).content.decode()
    assert "想提前删除，请先取消预约" in page and path_of(booking, "erase") not in page
    refused = client.post(path_of(booking, "erase"), follow=True)
    assert "请先取消预约" in refused.content.decode() and Booking.objects.get(pk=booking.pk).email

    cancel_booking(booking)
    assert path_of(booking, "erase") in client.get(tokens.ticket_path(booking)).content.decode()
    answer = client.post(path_of(booking, "erase"), follow=True)

    assert answer.status_code == 410 and "个人信息已清除" in answer.content.decode()
    row = Booking.objects.get(pk=booking.pk)
    words = (row.name, row.phone, row.email, row.phone_key, row.email_key)
    assert (*words, row.needs, row.guardian_name, row.consent_text) == ("",) * 8
    assert row.erased_at is not None
    assert (row.party_size, row.children) == (3, 1)
    own = Message.objects.filter(dedupe_key__contains=f":{booking.pk}:")
    assert own.count() == 2 and not own.exclude(name="", body="", url="").exists()
    assert Message.objects.filter(dedupe_key__contains=f":{other.pk}:").exclude(name="").count() == 1
    assert Booking.objects.get(pk=other.pk).email == "other@example.org"
    assert AuditEvent.objects.filter(verb="booking.erase_early").count() == 1


def test_after_the_session_a_visit_is_erased_and_still_counts(session: Session, tree: Tree) -> None:
    booking = make.book(session, 2)
    stranger, own = person(tree.school_b, "liaison"), person(tree.school_a, "liaison")
    with time_machine.travel(now() + timedelta(days=4)):
        with pytest.raises(NotAllowed):
            erase_early(booking, actor=stranger)
        page = client_of(own).get(f"/w/bookings/{session.pk}/").content.decode()
        assert f"/w/bookings/booking/{booking.pk}/erase/" in page
        client_of(own).post(f"/w/bookings/booking/{booking.pk}/erase/")
        again = client_of(own).get(f"/w/bookings/{session.pk}/").content.decode()
        assert "（已清除）" in again and f"/w/bookings/booking/{booking.pk}/erase/" not in again
    assert Booking.objects.get().name == "" and make.seats(session).taken == 2
