"""What a class starts with and what its booking asks (E5, E6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from skillweek.activities.domain import create_activity
from skillweek.activities.models import Activity, Session
from skillweek.bookings.asking import asking_of, check_children
from skillweek.bookings.domain import book_places, cancel_booking, change_party, erase_personal_data
from skillweek.bookings.forms import PartyForm
from skillweek.bookings.models import Booking
from skillweek.core.errors import Conflict, DomainError
from skillweek.editions.schema_classes import ClassPreset
from skillweek.organisations.models import User
from tests.bookings import make as bookings
from tests.classes import make
from tests.factories import Tree

pytestmark = pytest.mark.django_db
YOUTH = {"code": "a", "name": "甲", "idea": "x"}


@pytest.mark.requirement("E5")
def test_a_parents_class_stands_ready(tree: Tree, edition: Any, liaison: User) -> None:
    with time_machine.travel("2023-05-01T08:00+08:00"):
        made = create_activity(tree.school_a, edition, by=liaison, idea=make.PARENTS)
    assert made.title.startswith("“职业教育一堂课”") and made.codes("audience") == ["parents"]
    rows = list(made.sessions.order_by("starts_at"))
    assert [row.day for row in rows] == [edition.starts_on] * 2
    preset = edition.doc.class_preset(make.PARENTS)
    for row in rows:
        assert (row.booking, row.capacity, row.max_party) == (Session.Booking.OPEN, preset.capacity, 2)
        assert not row.allows_groups and row.booking_closes_at is not None and row.booking_closes_at < row.starts_at


@pytest.mark.requirement("E6")
def test_a_family_day_takes_classes_too(tree: Tree, edition: Any, liaison: User) -> None:
    made = create_activity(tree.school_a, edition, by=liaison, idea=make.YOUTH)
    assert all(row.allows_groups and row.capacity == 60 for row in made.sessions.all())
    other = create_activity(tree.school_a, edition, by=liaison, idea="quiz")
    assert not other.sessions.exists()


@pytest.mark.requirement("E6")
def test_a_child_without_consent_is_refused_kindly(youth: Session) -> None:
    with pytest.raises(DomainError) as caught:
        book_places(youth, make.family(party_size=2, children=1, details={"grade": 3}))
    assert caught.value.field == "guardian_consent" and "未满 18 周岁" in caught.value.message
    assert not Booking.objects.exists()


@pytest.mark.requirement("E6")
def test_consent_is_kept_word_for_word_until_it_is_erased(youth: Session, edition: Any) -> None:
    asking = asking_of(youth, "person")
    wish = make.family(party_size=2, children=1, guardian_consent=True, details={"grade": 3}, consent_seen=asking.seen)
    made = book_places(youth, wish)
    preset = edition.doc.class_preset(make.YOUTH)
    assert (made.consent_text, made.details) == (preset.consent, {"grade": 3}) and made.consent_at is not None
    grown_up = book_places(youth, make.family(party_size=1))
    assert (grown_up.consent_text, grown_up.consent_at) == ("", None)
    erase_personal_data(edition)
    made.refresh_from_db()
    assert (made.consent_text, made.consent_at, made.details) == ("", None, {})
    assert (made.party_size, made.children) == (2, 1)


def test_nobody_agrees_to_another_text_than_they_read(youth: Session) -> None:
    wish = make.family(party_size=2, children=1, guardian_consent=True, details={"grade": 3}, consent_seen="0" * 16)
    with pytest.raises(DomainError) as caught:
        book_places(youth, wish)
    assert caught.value.field == "guardian_consent" and "刚刚更新" in caught.value.message
    made = book_places(youth, replace(wish, consent_seen=""))
    alone = change_party(made, party_size=1, children=0)
    assert (alone.consent_text, alone.consent_at) == ("", None)
    again = change_party(
        made, party_size=2, children=1, guardian_consent=True, consent_seen=asking_of(youth, "person").seen
    )
    assert again.consent_text and again.consent_at is not None


@pytest.mark.requirement("E5")
@pytest.mark.parametrize(
    ("party", "children", "field"),
    [(1, 0, ""), (2, 1, ""), (2, 0, ""), (2, 2, "children"), (3, 1, "party_size"), (1, 1, "party_size")],
)
def test_one_child_or_none_at_a_parents_class(parents: Session, party: int, children: int, field: str) -> None:
    wish = make.family(party_size=party, children=children, guardian_consent=True, details={"grade": 8})
    if not field:
        assert book_places(parents, wish).party_size == party
        return
    with pytest.raises(DomainError) as caught:
        book_places(parents, wish)
    assert caught.value.field == field


@pytest.mark.requirement("E5")
def test_a_parents_class_asks_nothing_more(parents: Session) -> None:
    made = book_places(
        parents, make.family(needs="轮椅", details={"arrival": "大巴", "school": "示例小学", "grade": 3})
    )
    assert (made.needs, made.details) == ("", {})
    with pytest.raises(DomainError) as caught:
        book_places(parents, make.school_class())
    assert caught.value.field == "kind"


@pytest.mark.requirement("E6")
def test_a_school_class_says_who_comes_and_how(youth: Session) -> None:
    made = book_places(youth, make.school_class(needs="两人对花生过敏"))
    assert made.group_name == "示例小学 三（2）班"
    assert made.details == {**make.CLASS} and made.needs == "两人对花生过敏"
    assert made.consent_text.startswith("本校已告知")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"details": {**make.CLASS, "school": ""}}, "school"),
        ({"details": {**make.CLASS, "class": " "}}, "class_name"),
        ({"details": {**make.CLASS, "grade": ""}}, "grade"),
        ({"details": {**make.CLASS, "grade": "十"}}, "grade"),
        ({"details": {**make.CLASS, "grade": 12}}, "grade"),
        ({"phone": "", "email": "li@example.org"}, "phone"),
        ({"children": 32}, "party_size"),
        ({"guardian_consent": False}, "guardian_consent"),
        ({"party_size": 61, "children": 60}, "party_size"),
    ],
)
@pytest.mark.requirement("E6")
def test_what_a_class_leaves_out_is_said_beside_its_field(youth: Session, change: dict[str, Any], field: str) -> None:
    with pytest.raises(DomainError) as caught:
        book_places(youth, make.school_class(**change))
    assert caught.value.field == field
    assert not Booking.objects.exists()


@pytest.mark.requirement("E6")
def test_a_group_bigger_than_what_is_left_chooses_to_wait(youth: Session) -> None:
    first = book_places(youth, make.school_class(party_size=40, children=38))
    other = {**make.CLASS, "class": "三（3）班"}
    wish = make.school_class(party_size=30, children=28, details=other, may_wait=False)
    with pytest.raises(Conflict) as caught:
        book_places(youth, wish)
    assert (caught.value.code, caught.value.field) == ("choose", "party_size") and "20" in caught.value.message
    waiting = book_places(youth, replace(wish, may_wait=True))
    assert waiting.state == Booking.State.WAITING
    cancel_booking(first)
    waiting.refresh_from_db()
    assert waiting.state == Booking.State.OFFERED


def test_without_a_preset_everything_is_as_it_was(tree: Tree, edition: Any) -> None:
    plain = bookings.session(bookings.activity(edition, tree.school_a))
    made = book_places(plain, make.family(party_size=2, children=2, guardian_consent=True, needs="轮椅"))
    assert (made.needs, made.details) == ("轮椅", {}) and "监护人" in made.consent_text


@given(party=st.integers(-2, 12), children=st.integers(-2, 12), consent=st.booleans())
def test_children_never_come_alone_or_without_consent(party: int, children: int, consent: bool) -> None:
    preset = ClassPreset(code="a", name="甲", idea="x", max_children=3)
    from skillweek.bookings.asking import Asking

    asking = Asking("person", preset, 18, "同意", 3)
    try:
        check_children(asking, party, children, consent)
    except DomainError as error:
        assert error.field in ("children", "party_size", "guardian_consent") and error.message
    else:
        assert 0 <= children <= min(party, 3) and (not children or (consent and children < party))


@pytest.mark.parametrize(
    "change",
    [
        {"asks": "grade shoes"}, {"times": "9:00-10:00"}, {"times": "10:00-09:00"}, {"times": "25:00-26:00"},
        {"books": "cats"}, {"grade_from": 0},
    ],
)  # fmt: skip
def test_a_preset_that_makes_no_sense_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ClassPreset(**{**YOUTH, **change})  # type: ignore[arg-type]


def test_a_preset_reads_its_hours() -> None:
    preset = ClassPreset(code="a", name="甲", idea="x", times=" 09:00-10:30  15:00-16:30 ")
    assert [(f"{a:%H:%M}", f"{b:%H:%M}") for a, b in preset.hours] == [("09:00", "10:30"), ("15:00", "16:30")]


def test_activities_keep_their_idea(tree: Tree, edition: Any, liaison: User) -> None:
    made = create_activity(tree.school_a, edition, by=liaison, idea=make.YOUTH)
    assert Activity.objects.get(pk=made.pk).idea_code == make.YOUTH


@pytest.mark.requirement("E6")
def test_an_old_tick_is_no_consent_to_a_new_wording(youth: Session) -> None:
    wish = make.family(party_size=2, children=1, guardian_consent=True, details={"grade": 3})
    made = book_places(youth, wish)
    assert PartyForm.of(made).initial["guardian_consent"] is True
    Booking.objects.filter(pk=made.pk).update(consent_text="从前的同意书")
    made.refresh_from_db()
    assert PartyForm.of(made).initial["guardian_consent"] is False
