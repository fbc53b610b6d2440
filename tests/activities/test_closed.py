"""What was decided about a week stands when the week is archived: read, not written (A8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from skillweek.activities.domain.highlights import (
    assess,
    choose_highlight,
    drop_highlight,
    move_highlight,
    order_highlights,
    withdraw_assessment,
)
from skillweek.activities.domain.plans import resolve_plan_comment
from skillweek.activities.models import Activity, Assessment, Plan, PlanComment
from skillweek.bookings.domain.cancelling import cancel_booking
from skillweek.bookings.models import Booking
from skillweek.core.errors import Conflict, NotAllowed
from skillweek.core.models import AuditEvent
from skillweek.editions.domain import close_edition
from skillweek.editions.models import Edition
from tests.bookings import make as bookings
from tests.factories import Tree, person
from tests.statistics import make


@pytest.mark.requirement("A8")
def test_highlights_marks_remarks_and_bookings_of_an_archived_week_stand(tree: Tree, edition: Edition) -> None:
    chooser = person(tree.host, "manager")
    first = make.activity(edition, tree.school_a, kind=Activity.Kind.FEATURE)
    second = make.activity(edition, tree.school_b, kind=Activity.Kind.FEATURE)
    choose_highlight(first, actor=chooser)
    assess(first, actor=chooser, substance=3, distinction=3, influence=3)
    plan = Plan.objects.create(edition=edition, organisation=tree.school_a)
    remark = PlanComment.objects.create(plan=plan, author=chooser, text="请补充")
    booking = bookings.book(bookings.session(bookings.activity(edition, tree.school_a)))
    close_edition(edition, actor=chooser)
    told = AuditEvent.objects.count()
    closed = Edition.objects.get()
    first, second = Activity.objects.get(pk=first.pk), Activity.objects.get(pk=second.pk)

    refused: list[Callable[[], Any]] = [
        lambda: choose_highlight(second, actor=chooser),
        lambda: drop_highlight(first, actor=chooser),
        lambda: move_highlight(first, 1, actor=chooser),
        lambda: order_highlights(closed, [first.pk], actor=chooser),
        lambda: withdraw_assessment(first, actor=chooser),
        lambda: resolve_plan_comment(PlanComment.objects.get(), by=chooser),
    ]
    for verb in refused:
        with pytest.raises(NotAllowed, match="已归档，只能查看") as refusal:
            verb()
        assert refusal.value.code == "edition_closed"
    with pytest.raises(Conflict, match="已归档"):
        cancel_booking(Booking.objects.get(pk=booking.pk))

    assert AuditEvent.objects.count() == told
    assert list(Activity.objects.filter(is_highlight=True)) == [first]
    assert Assessment.objects.count() == 1
    assert PlanComment.objects.get(pk=remark.pk).resolved_at is None
