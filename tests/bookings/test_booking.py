"""Booking places: rules, limits, idempotency (B8, B10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import translation

from skillweek.activities.models import ActivityTag, Session, SessionSeries
from skillweek.bookings import tokens
from skillweek.bookings.domain import book_places, cancel_booking, change_party
from skillweek.bookings.models import Booking
from skillweek.bookings.queries import booking_state, places_left
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, TooMuch
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.notifications.models import Delivery, Message
from tests.bookings import make
from tests.factories import Tree

pytestmark = pytest.mark.requirement("B8")


def test_a_family_books_and_is_told(session: Session) -> None:
    wish = make.wish(
        name=" 林  女士 ",
        phone="+86 138-0013-8000",
        email="Lin@Example.org",
        party_size=3,
        children=2,
        guardian_consent=True,
        needs="一辆轮椅",
        language="en",
    )

    booking = book_places(session, wish)

    booking.refresh_from_db()
    assert booking.state == Booking.State.CONFIRMED
    assert (booking.name, booking.phone, booking.email) == ("林 女士", "13800138000", "lin@example.org")
    assert (booking.guardian_name, booking.guardian_consent, booking.needs) == ("林 女士", True, "一辆轮椅")
    assert booking.code.isdigit() and len(booking.code) == 6
    assert make.seats(session).taken == 3
    assert places_left([session]) == {session.pk: 17}
    message = Message.objects.get()
    assert (message.kind, message.language, message.audience) == ("booking.confirmed", "en", "contact")
    assert message.url == f"/book/t/{tokens.token_of(booking)}/"
    assert booking.code in message.body
    assert Delivery.objects.get(channel="email").address == "lin@example.org"
    event = AuditEvent.objects.get(verb="booking.book")
    assert "林" not in f"{event.object_label}{event.data}" and event.organisation_id == session.activity.organisation_id


def test_the_token_is_derived_and_found_by_its_hash(session: Session, settings: object) -> None:
    booking = make.book(session)
    token = tokens.token_of(booking)

    assert token not in str(Booking.objects.filter(pk=booking.pk).values().get())
    assert tokens.booking_by_token(token) == booking
    assert tokens.booking_by_token(token[:-1] + ("A" if token[-1] != "A" else "B")) is None
    assert tokens.booking_by_token("令牌") is None and tokens.booking_by_token("x" * 1000) is None
    # The key was changed, the old one kept as fallback: the old link is still the one that is told.
    old = settings.SECRET_KEY  # type: ignore[attr-defined]
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [old]  # type: ignore[attr-defined]
    assert tokens.token_of(booking) == token


def test_the_same_request_twice_is_one_booking(session: Session) -> None:
    wish, client_id = make.wish(party_size=2), uuid4()

    first = book_places(session, wish, client_id=client_id)
    again = book_places(session, wish, client_id=client_id)

    assert first == again
    assert make.seats(session).taken == 2
    other = make.session(session.activity)
    with pytest.raises(Conflict):
        book_places(other, wish, client_id=client_id)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "  "}, "name"),
        ({"phone": ""}, "phone"),
        ({"phone": "12345"}, "phone"),
        ({"email": "nobody"}, "email"),
        ({"agreed": False}, "agreed"),
        ({"party_size": 0}, "party_size"),
        ({"party_size": 7}, "party_size"),
        ({"party_size": 2, "children": 3, "guardian_consent": True}, "children"),
        ({"children": -1}, "children"),
        ({"party_size": 2, "children": 1}, "guardian_consent"),
        ({"kind": "group", "group_name": "三（2）班"}, "kind"),
    ],
)
def test_a_wrong_wish_is_refused_where_it_is_wrong(session: Session, changes: dict[str, object], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        book_places(session, replace(make.wish(), **changes))  # type: ignore[arg-type]

    assert refused.value.field == field
    assert not Booking.objects.exists()


def test_a_class_books_as_a_group_beyond_the_family_limit(edition: Edition, tree: Tree) -> None:
    session = make.session(make.activity(edition, tree.school_a), capacity=100, booking=Session.Booking.GROUPS)
    group = {"kind": "group", "group_name": "示例小学三（2）班", "guardian_consent": True, "children": 40}

    booking = make.book(session, 40, **group)

    assert (booking.group_name, booking.party_size, make.seats(session).taken) == ("示例小学三（2）班", 40, 40)
    with pytest.raises(DomainError, match="最多 60 人"):
        make.book(session, 61, **group)
    with pytest.raises(DomainError, match="只接受班级"):
        make.book(session, 2)
    with pytest.raises(DomainError) as unnamed:
        make.book(session, 30, kind="group")
    assert unnamed.value.field == "group_name"
    # The same teacher brings another class, but not the same class twice.
    teacher = make.wish(party_size=10, phone="13700000001", kind="group", group_name="三（3）班")
    book_places(session, teacher)
    book_places(session, replace(teacher, group_name="三（4）班"))
    with pytest.raises(Conflict):
        book_places(session, teacher)


def test_nobody_books_one_session_twice_by_phone_or_mail(session: Session) -> None:
    book_places(session, make.wish(phone="13800138000", email="lin@example.org"))

    for again in (
        make.wish(phone="138 0013 8000"),
        make.wish(email="LIN@example.org"),
        make.wish(phone="13900000001", email="lin@example.org"),
    ):
        with pytest.raises(Conflict) as refused:
            book_places(session, again)
        assert refused.value.code == "booked_before"
    assert make.seats(session).taken == 1


def test_who_cancelled_may_book_again(session: Session) -> None:
    wish = make.wish(phone="13800138000")
    cancel_booking(book_places(session, wish))

    assert book_places(session, wish).state == Booking.State.CONFIRMED


def test_one_person_holds_so_many_bookings_and_past_ones_do_not_count(session: Session) -> None:
    limit = session.activity.edition.doc.booking_rules.bookings_per_person
    past = make.session(session.activity)
    wish = make.wish(phone="13800138000")
    book_places(past, wish)
    Session.objects.filter(pk=past.pk).update(starts_at=now() - timedelta(hours=3), ends_at=now() - timedelta(hours=1))
    for _number in range(limit):
        book_places(make.session(session.activity), wish)

    with pytest.raises(TooMuch, match=f"最多同时保留 {limit} 个预约"):
        book_places(session, wish)


def test_the_same_number_is_a_stranger_in_another_edition(session: Session) -> None:
    edition = session.activity.edition_id
    assert tokens.person_key(edition, "13800138000") != tokens.person_key(edition + 1, "13800138000")
    assert "13800138000" not in tokens.person_key(edition, "13800138000")


def _ago(**span: int) -> object:
    return now() - timedelta(**span)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"booking": "none"}, "no_need"),
        ({"state": "cancelled"}, "cancelled"),
        ({"state": "postponed"}, "postponed"),
        ({"booking_opens_at": timedelta(minutes=5)}, "not_yet"),
        ({"booking_closes_at": timedelta(minutes=-5)}, "closed"),
        ({"starts_at": timedelta(minutes=-5)}, "closed"),
        ({"starts_at": timedelta(hours=-3), "ends_at": timedelta(hours=-1)}, "over"),
    ],
)
def test_closed_sessions_take_nobody(session: Session, fields: dict[str, object], code: str) -> None:
    fields = {name: now() + value if isinstance(value, timedelta) else value for name, value in fields.items()}
    Session.objects.filter(pk=session.pk).update(**fields)
    session.refresh_from_db()

    with pytest.raises(Conflict) as refused:
        make.book(session)

    assert refused.value.code == code == booking_state(session).code
    assert not Booking.objects.exists()


def test_a_session_read_long_ago_is_judged_as_it_stands_now(session: Session) -> None:
    """The page was opened before the session was cancelled; the row in hand still says that it takes place."""
    Session.objects.filter(pk=session.pk).update(state=Session.State.CANCELLED)

    with pytest.raises(Conflict):
        make.book(session)


def test_unlimited_sessions_never_fill(edition: Edition, tree: Tree) -> None:
    session = make.session(make.activity(edition, tree.school_a), capacity=None)

    assert {make.book(session, 6).state for _n in range(5)} == {"confirmed"}
    assert places_left([session]) == {session.pk: None}
    assert booking_state(session).code == "open"


def test_full_without_a_waiting_list_refuses(edition: Edition, tree: Tree) -> None:
    session = make.session(make.activity(edition, tree.school_a), capacity=3, has_waiting_list=False)
    make.book(session, 2)

    with pytest.raises(Conflict, match="只剩 1 个名额"):
        make.book(session, 2)
    with pytest.raises(DomainError, match="最多 3 人"):
        make.book(session, 4)
    make.book(session)
    with pytest.raises(Conflict, match="不设候补"):
        make.book(session)
    assert booking_state(session).code == "full"


def test_changing_the_party_takes_and_frees_places(edition: Edition, tree: Tree) -> None:
    session = make.session(make.activity(edition, tree.school_a), capacity=5)
    booking = make.book(session, 2)
    waiting = [make.book(session, 4), make.book(session, 1)]
    assert [row.state for row in waiting] == ["waiting", "confirmed"]

    with pytest.raises(Conflict, match="还剩 2 个"):
        change_party(booking, party_size=5)
    change_party(booking, party_size=3, children=1, guardian_consent=True)
    assert make.seats(session).taken == 4
    with pytest.raises(DomainError):
        change_party(booking, party_size=3, children=1)
    change_party(booking, party_size=1)

    waiting[0].refresh_from_db()
    assert waiting[0].state == "waiting"  # 3 free places are not enough for 4
    change_party(waiting[0], party_size=3)
    waiting[0].refresh_from_db()
    assert waiting[0].state == "offered"
    assert (make.seats(session).taken, make.seats(session).waiting) == (5, 0)


@pytest.mark.requirement("B10")
def test_slots_are_numbered_by_time_whoever_books_first(edition: Edition, tree: Tree) -> None:
    activity = make.activity(edition, tree.school_a, title="家电维修")
    series = SessionSeries.objects.create(activity=activity, pattern={})
    start = now() + timedelta(days=3)
    start = start.replace(hour=1, minute=0)
    slots = [
        make.session(activity, starts_at=start + timedelta(minutes=20 * n), series=series, capacity=2) for n in range(3)
    ]

    last = make.book(slots[2])
    first, second = make.book(slots[0]), make.book(slots[0])
    middle = make.book(slots[1])

    assert [row.number for row in (first, second, middle, last)] == [1, 2, 3, 5]
    cancel_booking(first)
    assert make.book(slots[0]).number == 1


@pytest.mark.requirement("B10")
def test_a_service_without_slots_counts_up(edition: Edition, tree: Tree) -> None:
    activity = make.activity(edition, tree.school_a)
    ActivityTag.objects.create(activity=activity, group=ActivityTag.Group.SERVICE, code="health")
    session = make.session(activity)

    assert [make.book(session).number for _n in range(3)] == [1, 2, 3]


def test_refusals_speak_english(session: Session) -> None:
    with translation.override("en"), pytest.raises(DomainError) as refused:
        book_places(session, make.wish(name=""))
    assert not any("一" <= letter <= "鿿" for letter in refused.value.message)
