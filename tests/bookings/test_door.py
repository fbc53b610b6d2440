"""People at the door: once each, whatever the phones do (B9)."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from skillweek.activities.models import Partner, Session
from skillweek.bookings.domain import cancel_booking, check_in, record_batch, undo_check_in
from skillweek.bookings.models import Booking, CheckIn
from skillweek.bookings.queries.door import arrived, door_state, visitors_on
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from tests.bookings import make
from tests.factories import Tree, person

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("B9")]


@pytest.fixture
def today(edition: Edition, tree: Tree) -> Session:
    """A session of school A that begins in ten minutes."""
    return make.session(make.activity(edition, tree.school_a), starts_in=timedelta(minutes=10))


@pytest.fixture
def staff(tree: Tree) -> Any:
    return person(tree.school_a, "member")


def entry(**fields: Any) -> dict[str, Any]:
    """What a phone keeps of one arrival."""
    return {"client_id": str(uuid.uuid4()), "booking": None, "people": 1, "audience": "", "at": None} | fields


def test_a_ticket_counts_once_from_two_phones_and_the_second_hears_who_and_when(today: Session, tree: Tree) -> None:
    anna, ben = person(tree.school_a, "member"), person(tree.school_a, "liaison")
    booking = make.book(today, 3)
    first = check_in(today, client_id=uuid.uuid4(), booking=booking, by=anna)
    second = check_in(today, client_id=uuid.uuid4(), booking=booking, by=ben)
    assert (first.is_duplicate, first.check_in.people) == (False, 3)
    assert second.is_duplicate and second.check_in.pk == first.check_in.pk and second.check_in.by == anna
    assert arrived([today.pk]) == {today.pk: 3}


def test_the_same_queue_sent_again_changes_nothing(today: Session, staff: Any) -> None:
    booking = make.book(today, 2)
    queue = [entry(booking=booking.pk, people=None), entry(people=2, audience="parents"), entry(audience="made-up")]
    first = record_batch(today, queue, by=staff)
    again = record_batch(today, queue, by=staff)
    assert [row["status"] for row in first] == ["ok", "ok", "ok"]
    assert again == first
    assert arrived([today.pk]) == {today.pk: 5}
    assert door_state(today)["walkIns"] == {"parents": 2, "": 1}
    # The trail is not flooded: the rows themselves say who and when.
    assert not AuditEvent.objects.filter(verb__contains="check_in").exists()


def test_a_bad_entry_does_not_stop_the_others(today: Session, edition: Edition, tree: Tree, staff: Any) -> None:
    gone = make.book(today)
    cancel_booking(gone)
    other = make.book(make.session(today.activity, starts_in=timedelta(minutes=20)))
    queue = [
        entry(booking=gone.pk),
        entry(booking=other.pk),
        entry(booking=10**30),
        entry(booking=True),
        entry(people=0),
        entry(people=10**9),
        entry(people="3"),
        entry(client_id="x"),
        {"client_id": 5},
        "nonsense",
        None,
        entry(at="9999-12-31T23:59:59+00:00", audience=["x"]),
        entry(at="31-31-31"),
    ]
    answers = record_batch(today, queue, by=staff, sent_at="0001-01-01T00:00:00+00:00")
    assert [row["status"] for row in answers] == ["refused"] * 11 + ["ok", "ok"]
    assert all(row["message"] for row in answers[:11])
    assert "按现场参加登记" in answers[0]["message"]
    assert arrived([today.pk]) == {today.pk: 2}
    with pytest.raises(DomainError):
        record_batch(today, [entry()] * 201, by=staff)


def test_an_undone_check_in_stays_undone_and_the_ticket_may_come_again(today: Session, staff: Any) -> None:
    booking = make.book(today, 2)
    sent = entry(booking=booking.pk, people=None)
    record_batch(today, [sent, {"client_id": sent["client_id"], "undo": True}], by=staff)
    assert arrived([today.pk]) == {today.pk: 0}
    assert AuditEvent.objects.get(verb="booking.undo_check_in").actor == staff
    # The phone did not hear the answer and sends the arrival once more: still undone.
    assert record_batch(today, [sent], by=staff)[0]["status"] == "undone"
    assert check_in(today, client_id=uuid.uuid4(), booking=booking, by=staff).is_duplicate is False
    assert arrived([today.pk]) == {today.pk: 2}
    assert undo_check_in(today, client_id=uuid.uuid4(), by=staff) is None


def test_the_phones_clock_is_put_right_and_kept_within_the_session(today: Session, staff: Any) -> None:
    wrong = now() + timedelta(days=400)  # this phone lives in the future
    queue = [entry(at=(wrong - timedelta(minutes=7)).isoformat()), entry(at=(wrong - timedelta(days=30)).isoformat())]
    record_batch(today, queue, by=staff, sent_at=wrong.isoformat())
    seven, clamped = CheckIn.objects.order_by("pk")
    assert abs(now() - timedelta(minutes=7) - seven.at) < timedelta(seconds=30)
    assert today.starts_at is not None
    assert today.starts_at - timedelta(days=1) < clamped.at <= now()


def test_who_holds_no_place_is_sent_the_other_way(today: Session, staff: Any) -> None:
    waiting = make.book(today)
    Booking.objects.filter(pk=waiting.pk).update(state="waiting")
    with pytest.raises(Conflict, match="按现场参加登记"):
        check_in(today, client_id=uuid.uuid4(), booking=waiting, by=staff)
    early = make.session(today.activity, starts_in=timedelta(days=3))
    with pytest.raises(Conflict, match="还没有到签到时间"):
        check_in(early, client_id=uuid.uuid4(), by=staff)
    Booking.objects.filter(pk=waiting.pk).update(state="offered", offer_expires_at=now() + timedelta(hours=1))
    check_in(today, client_id=uuid.uuid4(), booking=waiting, by=staff)
    waiting.refresh_from_db()
    assert waiting.state == "confirmed"


@pytest.mark.requirement("B12")
def test_joint_organisers_check_in_once_they_said_yes_and_nobody_else(today: Session, tree: Tree) -> None:
    partner = person(tree.school_b, "member")
    row = Partner.objects.create(activity=today.activity, organisation=tree.school_b)
    for stranger in (partner, person(tree.edu, "manager"), person(tree.host, "manager")):
        with pytest.raises(NotAllowed):
            check_in(today, client_id=uuid.uuid4(), by=stranger)
        with pytest.raises(NotAllowed):
            record_batch(today, [entry()], by=stranger)
    row.state = Partner.State.ACCEPTED
    row.save()
    check_in(today, client_id=uuid.uuid4(), by=partner)
    assert arrived([today.pk]) == {today.pk: 1}


def test_what_lies_on_the_phone_holds_no_number_and_no_whole_name(today: Session, staff: Any) -> None:
    make.book(today, name="林示例", phone="13812345678", email="lin@example.org")
    text = str(door_state(today))
    assert "13812345678" not in text and "林示例" not in text and "lin@" not in text
    assert "林*例" in text and "5678" in text


def test_visitors_of_a_day_by_audience(today: Session, staff: Any) -> None:
    Session.objects.filter(pk=today.pk).update(allows_groups=True)
    today.refresh_from_db()
    group = make.book(today, 12, kind="group", group_name="示例小学三（2）班")
    check_in(today, client_id=uuid.uuid4(), booking=group, people=11, by=staff)
    check_in(today, client_id=uuid.uuid4(), booking=make.book(today, 2), by=staff)
    check_in(today, client_id=uuid.uuid4(), people=4, audience="parents", by=staff)
    assert today.day is not None
    activities = type(today.activity).objects.filter(pk=today.activity_id)
    assert visitors_on(activities, today.day) == {"unknown": 2, "parents": 4, "groups": 11}
    assert visitors_on(activities, today.day + timedelta(days=1)) == {}
