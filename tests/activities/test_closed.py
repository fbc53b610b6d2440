"""A week that has ended: plans, activities and bookings stay readable and nothing of them changes (A8)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from skillweek.activities.domain import highlights
from skillweek.activities.domain.plans import resolve_plan_comment
from skillweek.activities.models import Activity, Assessment, Plan, PlanComment
from skillweek.bookings.domain import check_in, leave_feedback, show_comment
from skillweek.bookings.domain.booking import change_party
from skillweek.bookings.domain.cancelling import cancel_booking
from skillweek.bookings.domain.door import undo_check_in
from skillweek.bookings.domain.waiting import confirm_offer, expire_offers
from skillweek.bookings.models import Booking, Feedback
from skillweek.core.clock import now
from skillweek.core.errors import Conflict
from skillweek.editions.domain import close_edition
from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from tests.bookings import make
from tests.factories import Tree, person

pytestmark = pytest.mark.requirement("A8")


@pytest.fixture
def boss(tree: Tree) -> User:
    """The host's manager."""
    return person(tree.host, "manager")


def refused(verb: Callable[[], Any]) -> None:
    """The verb says that the week is over, with its code."""
    with pytest.raises(Conflict, match="已归档，只能查看，不能再改动") as error:
        verb()
    assert error.value.code == "edition_closed"


def test_highlights_and_marks_of_an_ended_week_stay(tree: Tree, edition: Edition, boss: User) -> None:
    feature = Activity.Kind.FEATURE
    first, second, plain = (
        make.activity(edition, tree.school_a, title=title, kind=feature) for title in ("甲", "乙", "丙")
    )
    for one in (first, second):
        highlights.choose_highlight(one, actor=boss)
    highlights.assess(first, actor=boss, substance=5, distinction=4, influence=3)
    close_edition(edition, actor=boss)

    refused(lambda: highlights.choose_highlight(plain, actor=boss))
    refused(lambda: highlights.drop_highlight(first, actor=boss))
    refused(lambda: highlights.move_highlight(first, 1, actor=boss))
    refused(lambda: highlights.order_highlights(edition, [second.pk, first.pk], actor=boss))
    refused(lambda: highlights.withdraw_assessment(first, actor=boss))
    refused(lambda: highlights.assess(first, actor=boss, substance=1, distinction=1, influence=1))

    ranks = Activity.objects.filter(is_highlight=True).order_by("highlight_rank").values_list("title", flat=True)
    assert list(ranks) == ["甲", "乙"]
    assert Assessment.objects.values_list("substance", flat=True).get() == 5


def test_remarks_on_plans_of_an_ended_week_stay_open(tree: Tree, edition: Edition, boss: User) -> None:
    plan = Plan.objects.create(edition=edition, organisation=tree.school_a)
    comment = PlanComment.objects.create(plan=plan, text="请细化", author=boss)
    close_edition(edition, actor=boss)
    refused(lambda: resolve_plan_comment(PlanComment.objects.get(pk=comment.pk), by=person(tree.school_a, "liaison")))
    assert PlanComment.objects.get().resolved_at is None


def test_bookings_of_an_ended_week_stay(tree: Tree, edition: Edition, boss: User) -> None:
    session = make.session(make.activity(edition, tree.school_a))
    staff = person(tree.school_a, "liaison")
    booking, offered = make.book(session, 2), make.book(session, 1)
    past = now() - timedelta(minutes=1)
    Booking.objects.filter(pk=offered.pk).update(state=Booking.State.OFFERED, offer_expires_at=past)
    close_edition(edition, actor=boss)

    refused(lambda: cancel_booking(booking))
    refused(lambda: cancel_booking(booking, actor=staff))
    refused(lambda: change_party(booking, party_size=1))
    refused(lambda: confirm_offer(offered))
    assert expire_offers() == 0

    assert Booking.objects.get(pk=booking.pk).state == Booking.State.CONFIRMED
    assert Booking.objects.get(pk=booking.pk).party_size == 2
    assert Booking.objects.get(pk=offered.pk).state == Booking.State.OFFERED


def test_arrivals_and_opinions_of_an_ended_week_stay(tree: Tree, edition: Edition, boss: User) -> None:
    session = make.session(make.activity(edition, tree.school_a))
    staff, key = person(tree.school_a, "liaison"), uuid.uuid4()
    booking = make.book(session, 2)
    type(session).objects.filter(pk=session.pk).update(starts_at=now() - timedelta(minutes=5))
    session.refresh_from_db()
    check_in(session, client_id=key, by=staff, booking=booking)
    said = leave_feedback(booking, stars=5, comment="很有意思")
    close_edition(edition, actor=boss)

    refused(lambda: undo_check_in(session, client_id=key, by=staff))
    refused(lambda: show_comment(said, actor=staff))
    with pytest.raises(Conflict, match="评价已经截止"):
        leave_feedback(booking, stars=1)

    assert session.check_ins.get().undone_at is None
    assert Feedback.objects.values_list("stars", "is_shown").get() == (5, False)
