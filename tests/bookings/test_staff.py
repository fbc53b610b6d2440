"""The organiser's pages: lists, the workbook, acting for a caller, what visitors said (B8, B6, B9)."""

from __future__ import annotations

import io
import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from skillweek.activities import offers
from skillweek.activities.models import Activity, Partner, Session
from skillweek.bookings import tokens
from skillweek.bookings.domain import check_in, leave_feedback, show_comment
from skillweek.bookings.domain.desk import move_up_one
from skillweek.bookings.models import Booking, CheckIn, Feedback, Seats
from skillweek.bookings.queries import feedback_summary
from skillweek.core.errors import Conflict, NotAllowed
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.notifications.models import Delivery
from tests.bookings import make
from tests.factories import Tree, client_of, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def today(edition: Edition, tree: Tree) -> Session:
    """A session of school A that begins in ten minutes."""
    return make.session(make.activity(edition, tree.school_a), starts_in=timedelta(minutes=10))


@pytest.fixture
def client(tree: Tree) -> Client:
    return client_of(person(tree.school_a, "member"))


@pytest.mark.requirement("B8")
def test_the_list_is_found_masked_for_partners_and_taken_away_with_a_trace(
    today: Session, client: Client, tree: Tree
) -> None:
    make.book(today, 2, name="=HYPERLINK(1)", phone="13812345678", needs="轮椅")
    make.book(today, name="陈示例", phone="13900001111")
    Partner.objects.create(activity=today.activity, organisation=tree.school_b, state=Partner.State.ACCEPTED)
    partner = client_of(person(tree.school_b, "member"))
    assert "茶艺体验" in client.get("/w/bookings/").content.decode()
    page = client.get(f"/w/bookings/{today.pk}/").content.decode()
    assert "13812345678" in page and "陈示例" in page
    found = client.get(f"/w/bookings/{today.pk}/", {"q": "5678"}).content.decode()
    assert "HYPERLINK" in found and "陈示例" not in found
    assert "陈示例" not in client.get(f"/w/bookings/{today.pk}/", {"state": "inside"}).content.decode()
    masked = partner.get(f"/w/bookings/{today.pk}/").content.decode()
    assert "138****5678" in masked and "13812345678" not in masked
    for who, number in ((client, "13812345678"), (partner, "138****5678")):
        answer = who.get(f"/w/bookings/{today.pk}/export/")
        content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
        # As text: a formula would be read back as its value.
        assert rows[2][3:5] == ["=HYPERLINK(1)", number]
    assert AuditEvent.objects.filter(verb="booking.export").count() == 2
    assert "13812345678" not in client.get(f"/w/bookings/{today.pk}/print/").content.decode()
    for url in ("?page=99", "?q=%00", "?state=nonsense"):
        assert client.get(f"/w/bookings/{today.pk}/{url}").status_code == 200


@pytest.mark.requirement("B8")
def test_a_booking_is_cancelled_with_a_reason_and_somebody_moved_up_out_of_turn(
    edition: Edition, tree: Tree, client: Client
) -> None:
    session = make.session(make.activity(edition, tree.school_a), capacity=3)
    first = make.book(session, 2, email="a@example.org", phone="")
    big = make.book(session, 3)
    small = make.book(session, 1)
    assert (big.state, small.state) == ("waiting", "confirmed")
    late = make.book(session, 2)
    staff = person(tree.school_a, "member")
    with pytest.raises(Conflict, match="名额不够"):
        move_up_one(late, actor=staff)
    with pytest.raises(NotAllowed):
        move_up_one(late, actor=person(tree.edu, "manager"))
    # A reason is asked for, and the visitor reads it.
    client.post(f"/w/bookings/booking/{first.pk}/cancel/", {"reason": " "})
    first.refresh_from_db()
    assert first.state == "confirmed"
    client.post(f"/w/bookings/booking/{first.pk}/cancel/", {"reason": "设备检修"})
    first.refresh_from_db()
    assert (first.state, first.cancelled_by) == ("cancelled", "organiser")
    late.refresh_from_db()
    assert late.state == "offered"  # the list moved up by itself: the big party does not fit
    Booking.objects.filter(pk=late.pk).update(state="cancelled")
    Seats.objects.filter(pk=session.pk).update(taken=0)
    client.post(f"/w/bookings/booking/{big.pk}/move-up/")
    big.refresh_from_db()
    assert big.state == "confirmed" and make.seats(session).taken == 3
    assert AuditEvent.objects.filter(verb="booking.move_up", data__out_of_turn=True).count() == 1
    assert Delivery.objects.exists()


@pytest.mark.requirement("B8")
def test_somebody_who_calls_is_booked_once_and_nothing_typed_is_lost(today: Session, client: Client) -> None:
    sent = {"client_id": str(uuid.uuid4()), "name": "林示例", "phone": "123", "party_size": "2", "children": "0"}
    refused = client.post(f"/w/bookings/{today.pk}/add/", {**sent, "agreed": "on"})
    assert refused.status_code == 400 and 'value="林示例"' in refused.content.decode()
    sent |= {"phone": "13812345678", "agreed": "on"}
    for _twice in range(2):
        assert client.post(f"/w/bookings/{today.pk}/add/", sent).status_code == 302
    assert Booking.objects.get().party_size == 2
    assert AuditEvent.objects.filter(verb="booking.book_for").count() == 1


@pytest.mark.requirement("B9")
def test_the_door_answers_scripts_in_json_and_needs_the_token(today: Session, tree: Tree) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client_of(person(tree.school_a, "member")).cookies
    state = strict.get(f"/w/bookings/{today.pk}/door/state/").json()["state"]
    entries = {"entries": [{"client_id": str(uuid.uuid4()), "people": 2, "audience": "parents"}], "sent_at": "x"}
    url = f"/w/bookings/{today.pk}/door/send/"
    send = {"data": json.dumps(entries), "content_type": "application/json"}
    assert strict.post(url, **send).status_code == 403  # type: ignore[arg-type]
    answer = strict.post(url, headers={"X-CSRFToken": state["csrf"]}, **send).json()  # type: ignore[arg-type]
    assert answer["answers"][0]["status"] == "ok" and answer["state"]["walkIns"] == {"parents": 2}
    for body in ("", "[]", "{}", '{"entries": 5}', '{"entries": {"a": 1}}', "[" * 5000):
        bad = strict.post(url, body, content_type="application/json", headers={"X-CSRFToken": state["csrf"]})
        assert bad.status_code == 400 and bad.json()["message"], body
    assert Client().post(url, **send).status_code == 401  # type: ignore[arg-type]
    assert client_of(person(tree.edu, "manager")).get(f"/w/bookings/{today.pk}/door/state/").status_code == 404
    page = strict.get(f"/w/bookings/{today.pk}/door/")
    assert page.status_code == 200 and page["Cache-Control"] == "no-store, private"
    worker = Client().get("/w/bookings/door-worker.js")
    assert worker["Content-Type"].startswith("text/javascript") and b"skillweek-door" in worker.content


@pytest.mark.requirement("B6")
def test_a_visitor_says_how_it_was_once_and_the_organiser_shows_it(today: Session, tree: Tree, client: Client) -> None:
    booking = make.book(today, 2)
    url = f"/book/t/{tokens.token_of(booking)}/"
    with pytest.raises(Conflict, match="开始以后"):
        leave_feedback(booking, stars=5)
    assert "参加得怎么样" not in Client().get(url).content.decode()
    Session.objects.filter(pk=today.pk).update(starts_at=timezone.now() - timedelta(hours=1))
    assert "参加得怎么样" in Client().get(url).content.decode()
    said = {"stars": "4", "gains": ["skill", "family"], "comment": "孩子\x00学会了 <b>泡茶</b>"}
    for _twice in range(2):
        assert Client().post(f"{url}feedback/", said | {"comment": "孩子学会了 <b>泡茶</b>"}).status_code == 302
    row = Feedback.objects.get()
    assert (row.stars, row.gains, row.comment) == (4, ["skill", "family"], "孩子学会了 <b>泡茶</b>")
    for wrong in ({"stars": "6"}, {"stars": ""}, {"stars": "5", "comment": "长" * 201}, {"stars": "5", "gains": "x"}):
        Client().post(f"{url}feedback/", wrong)
    row.refresh_from_db()
    assert row.stars == 4
    page = client.get(f"/w/bookings/activity/{today.activity_id}/feedback/").content.decode()
    assert "孩子学会了 &lt;b&gt;泡茶" in page and booking.name not in page
    assert feedback_summary(today.activity).comments == []
    with pytest.raises(NotAllowed):
        show_comment(row, actor=person(tree.edu, "manager"))
    client.post(f"/w/bookings/feedback/{row.pk}/show/", {"shown": "1"})
    summary = feedback_summary(today.activity)
    assert (summary.count, summary.average, summary.comments) == (1, 4.0, ["孩子学会了 <b>泡茶</b>"])
    public = Client().get(f"/activities/{today.activity_id}/").content.decode()
    assert "参加者说" in public and "孩子学会了 &lt;b&gt;泡茶" in public
    # Other words are hidden again until somebody has read them.
    leave_feedback(booking, stars=2, comment="另一句话")
    assert feedback_summary(today.activity).comments == []
    Session.objects.filter(pk=today.pk).update(starts_at=timezone.now() - timedelta(days=15))
    with pytest.raises(Conflict, match="截止"):
        leave_feedback(booking, stars=5)


@pytest.mark.requirement("B6")
def test_take_part_reaches_the_coverage(today: Session, tree: Tree) -> None:
    staff = person(tree.school_a, "member")
    booking = make.book(today, 3)
    check_in(today, client_id=uuid.uuid4(), booking=booking, people=2, by=staff)
    check_in(today, client_id=uuid.uuid4(), people=5, by=staff)
    CheckIn.objects.create(session=today, client_id=uuid.uuid4(), people=9, at=timezone.now(), undone_at=timezone.now())
    Feedback.objects.create(booking=booking, session=today, stars=4)
    found: Any = offers.reached_by_unit(Activity.objects.all())
    assert found == {tree.school_a.pk: offers.Reached(booked=3, attended=7, feedback=1, stars=4.0)}
