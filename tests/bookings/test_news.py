"""Visitors hear of changes, are reminded once, and are forgotten in time (A3, B8)."""

from __future__ import annotations

import io
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from skillweek.activities.domain.changes import cancel_activity, change_session, settle
from skillweek.activities.models import Activity, Session, SessionChange
from skillweek.activities.session_words import facts_of
from skillweek.activities.signals import session_changed, session_shrinking
from skillweek.bookings import tokens
from skillweek.bookings.domain import book_places, cancel_booking, erase_due, remind_due
from skillweek.bookings.domain.erasure import erase_on
from skillweek.bookings.domain.session_news import tell_all
from skillweek.bookings.models import Booking
from skillweek.bookings.receivers import booked_people
from skillweek.core.clock import now
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.notices.models import Notice
from skillweek.notifications.models import Delivery, Message
from tests.activities.running.make import supplement
from tests.bookings import make
from tests.factories import Tree, person

pytestmark = pytest.mark.requirement("B8")


def change(session: Session, kind: str, **fields: Any) -> SessionChange:
    """What the verbs of activities do: change the row, keep old and new, send the signal."""
    with transaction.atomic():
        row = Session.objects.select_for_update(no_key=True).select_related("activity__edition").get(pk=session.pk)
        old = facts_of(row)
        for name, value in fields.items():
            setattr(row, name, value)
        row.set_day()
        row.save()
        made = SessionChange.objects.create(session=row, kind=kind, old=old, new=facts_of(row), reason="因天气原因")
        session_changed.send(sender=Session, session=row, change=made, actor=None)
    return made


@pytest.mark.requirement("A3")
def test_everyone_who_booked_hears_the_old_and_the_new(session: Session) -> None:
    Session.objects.filter(pk=session.pk).update(capacity=1)
    session.refresh_from_db()
    stays = make.book(session, email="a@example.org")
    waits = make.book(session, email="b@example.org")
    gone = make.book(session, email="c@example.org")
    cancel_booking(gone)
    Booking.objects.update(reminded_at=now())
    old_place = session.place

    made = change(session, "moved", place="图书馆报告厅", starts_at=session.starts_at, ends_at=session.ends_at)
    assert tell_all(made.pk) == 2
    tell_all(made.pk)

    told = Message.objects.filter(kind="booking.session_changed")
    assert sorted(Delivery.objects.filter(message__in=told).values_list("address", flat=True)) == [
        "a@example.org",
        "b@example.org",
    ]
    body = told.first().body  # type: ignore[union-attr]
    assert old_place in body and "图书馆报告厅" in body and "因天气原因" in body
    stays.refresh_from_db()
    assert stays.reminded_at is not None  # the time is the same
    change(session, "moved", starts_at=session.starts_at + timedelta(hours=1), ends_at=None)  # type: ignore[operator]
    stays.refresh_from_db()
    assert stays.reminded_at is None
    waits.refresh_from_db()
    assert waits.state == "waiting"


@pytest.mark.requirement("A3")
@pytest.mark.parametrize(("is_public", "said"), [(True, "说明：见通知《关于启动仪式时间地点的补充通知》"), (False, "")])
def test_who_booked_hears_which_public_notice_moved_the_session(
    edition: Edition, tree: Tree, session: Session, is_public: bool, said: str
) -> None:
    Session.objects.filter(pk=session.pk).update(place="", address="", district="")
    Activity.objects.filter(pk=session.activity_id).update(
        organisation=tree.host, kind=Activity.Kind.CITY, city_code="opening"
    )
    session = Session.objects.get(pk=session.pk)
    make.book(session, email="a@example.org")
    notice = supplement(edition, tree.host)
    Notice.objects.filter(pk=notice.pk).update(is_public=is_public)
    notice.refresh_from_db()

    [made] = settle([(session, {"place": "示例会展中心"})], notice=notice, actor=person(tree.host, "manager"))
    tell_all(made.pk)

    body = Message.objects.get(kind="booking.session_changed").body
    assert "示例会展中心" in body
    assert (said in body) if said else ("《" not in body)


@pytest.mark.requirement("A3")
def test_a_cancelled_session_ends_its_bookings_and_a_restored_one_asks_again(session: Session) -> None:
    booking = make.book(session, 2, email="a@example.org")
    mine = make.book(session)
    cancel_booking(mine)

    made = change(session, "cancelled", state=Session.State.CANCELLED)
    assert tell_all(made.pk) == 1

    booking.refresh_from_db()
    assert (booking.state, booking.cancelled_by) == ("cancelled", "session")
    assert make.seats(session).taken == 0
    assert "请不要前往" in Message.objects.get(kind="booking.session_cancelled").body
    again = change(session, "restored", state=Session.State.PLANNED)
    assert tell_all(again.pk) == 1
    assert "重新预约" in Message.objects.get(kind="booking.session_restored").body


@pytest.mark.requirement("A3")
def test_the_organisers_verbs_reach_the_visitors(session: Session, tree: Tree) -> None:
    """From the school's button to the mail, through the verbs of activities and the queued task."""
    liaison = person(tree.school_a)
    booking = make.book(session, email="a@example.org")

    change_session(session, {"place": "图书馆报告厅"}, actor=liaison, reason="原场地漏水")
    cancel_activity(session.activity, actor=liaison, reason="台风")
    for row in DBTaskResult.objects.filter(task_path="skillweek.bookings.tasks.tell_session_change").order_by("pk"):
        tell_all(*row.args_kwargs["args"])

    booking.refresh_from_db()
    assert (booking.state, booking.cancelled_by) == ("cancelled", "session")
    [news] = Message.objects.filter(kind="booking.session_cancelled")
    assert "台风" in news.body


@pytest.mark.requirement("A3")
def test_an_offer_ends_with_the_sessions_new_time(session: Session) -> None:
    Session.objects.filter(pk=session.pk).update(capacity=1)
    holder, waiting = make.book(session), make.book(session)
    cancel_booking(holder)

    start = now() + timedelta(hours=4)
    change(session, "moved", starts_at=start, ends_at=start + timedelta(hours=1))

    waiting.refresh_from_db()
    assert waiting.offer_expires_at == start - timedelta(hours=2)


def _objections(session: Session, capacity: int | None) -> list[str]:
    answers = session_shrinking.send(sender=Session, session=session, capacity=capacity)
    return [answer for _receiver, answer in answers if answer]


def test_booked_places_are_not_taken_away(session: Session) -> None:
    assert _objections(session, None) == [] == _objections(session, 1)
    booking = make.book(session, 3)

    assert _objections(session, 3) == []
    assert "已经约出 3 个名额" in _objections(session, 2)[0]
    assert "不能删除" in _objections(session, None)[0]
    assert booked_people([session.pk]) == 3
    cancel_booking(booking)
    assert _objections(session, 2) == []
    assert booked_people([session.pk]) == 0


def test_everyone_is_reminded_once_the_day_before(edition: Edition, tree: Tree) -> None:
    activity = make.activity(edition, tree.school_a)
    session = make.session(activity, starts_in=timedelta(days=3), capacity=2)
    booked = make.book(session, 2, email="a@example.org")
    make.book(session, email="waiting@example.org")
    postponed = make.session(activity, starts_in=timedelta(days=3))
    make.book(postponed)
    Session.objects.filter(pk=postponed.pk).update(state=Session.State.POSTPONED)
    assert remind_due() == 0

    with time_machine.travel(now() + timedelta(days=2, hours=1)):
        late = make.session(activity, starts_in=timedelta(hours=10))
        make.book(late)  # has just read the confirmation
        assert remind_due() == 1
        assert remind_due() == 0
        booked.refresh_from_db()
        assert booked.reminded_at is not None

    [message] = Message.objects.filter(kind="booking.reminder")
    assert message.deliveries.get().address == "a@example.org"
    assert booked.code in message.body
    with time_machine.travel(session.starts_at + timedelta(minutes=1)):  # type: ignore[operator]
        Booking.objects.update(reminded_at=None)
        assert remind_due() == 0


def _day_of_erasure(edition: Edition, hour: int) -> datetime:
    return datetime.combine(erase_on(edition), time(hour), tzinfo=ZoneInfo(edition.zone))


def test_personal_data_is_gone_on_its_day_and_the_counts_stay(session: Session, edition: Edition) -> None:
    wish = make.wish(
        name="林女士", phone="13800138000", email="lin@example.org", party_size=3, children=1, guardian_consent=True,
        guardian_name="林先生", needs="一辆轮椅",
    )  # fmt: skip
    booking = book_places(session, wish)
    token = tokens.token_of(booking)

    with time_machine.travel(_day_of_erasure(edition, 0) - timedelta(minutes=1)):
        assert erase_due() == 0
    with time_machine.travel(_day_of_erasure(edition, 0) + timedelta(minutes=1)):
        assert erase_due() == 1
        assert erase_due() == 0

    text = "".join(str(list(model.objects.values())) for model in (Booking, Message, Delivery))
    hashes = (booking.phone_key, booking.email_key, booking.nonce)
    for trace in ("林", "13800138000", "lin@example.org", "轮椅", token, *hashes):
        assert trace not in text
    erased = Booking.objects.get()
    assert (erased.party_size, erased.children, erased.state) == (3, 1, "confirmed")
    assert erased.erased_at is not None and make.seats(session).taken == 3
    event = AuditEvent.objects.get(verb="booking.erase")
    assert event.data == {"bookings": 1, "messages": 1} and event.object_id == str(edition.pk)


def test_the_command_says_what_is_due_and_erases_early_only_with_a_reason(session: Session, edition: Edition) -> None:
    make.book(session)
    out = io.StringIO()
    with time_machine.travel(_day_of_erasure(edition, 0) - timedelta(days=1)):
        call_command("erase_bookings", stdout=out)
        assert "nothing erased" in out.getvalue()
        for wrong in ({"now": True}, {"now": True, "edition": edition.slug}, {"edition": "unknown"}):
            with pytest.raises(CommandError):
                call_command("erase_bookings", **wrong)
        call_command("erase_bookings", edition=edition.slug, now=True, reason="本届没有举办", stdout=out)

    assert f"{edition.slug}: 1 bookings erased" in out.getvalue()
    event = AuditEvent.objects.get(verb="booking.erase")
    assert (event.reason, event.channel) == ("本届没有举办", "cli")
