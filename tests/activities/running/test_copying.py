"""Copies of activities: within a unit, from another one, into the next edition (B3)."""

from __future__ import annotations

from datetime import UTC, date
from typing import Any

import pytest
from django.urls import reverse

from skillweek.activities.domain.copying import copy_activities, copy_activity
from skillweek.activities.models import Activity, ActivityTag, Session
from skillweek.core.errors import NotAllowed
from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from tests.activities.running import make
from tests.activities.running.make import at
from tests.factories import Tree, client_of

pytestmark = pytest.mark.requirement("B3")


def test_copy_within_the_unit_takes_all_but_the_declaration(tree: Tree, edition: Edition, liaison: User) -> None:
    tea = make.activity(
        edition, tree.school_a, person_in_charge="张老师", safety_plan="安全员两名", public_benefit=True
    )
    ActivityTag.objects.create(activity=tea, group="audience", code="parents")
    make.session(tea, at(14, 9), capacity=20, booking="open", booking_opens_at=at(8, 8))
    make.session(tea, at(15, 9), state=Session.State.CANCELLED)
    copied = copy_activity(tea, organisation=tree.school_a, edition=edition, actor=liaison, shift_days=2)
    made = copied.activity
    assert (made.state, made.published_at, made.copied_from, made.title) == ("draft", None, tea, "茶艺体验")
    assert (made.person_in_charge, made.safety_plan, made.public_benefit) == ("张老师", "安全员两名", False)
    assert made.codes("audience") == ["parents"]
    [session] = made.sessions.all()
    assert (session.starts_at, session.capacity, session.booking_opens_at) == (at(16, 9), 20, at(10, 8))
    assert session.uid != tea.sessions.first().uid  # type: ignore[union-attr]
    bare = copy_activity(tea, organisation=tree.school_a, edition=edition, actor=liaison, with_sessions=False)
    assert not bare.activity.sessions.exists()


def test_copy_from_another_unit_takes_what_the_public_reads(tree: Tree, edition: Edition, liaison: User) -> None:
    theirs = make.activity(
        edition,
        tree.school_b,
        person_in_charge="李老师",
        phone_in_charge="139",
        safety_plan="x",
        description="<p>介绍</p>",
    )
    made = copy_activity(theirs, organisation=tree.school_a, edition=edition, actor=liaison).activity
    assert (made.description, made.person_in_charge, made.phone_in_charge, made.safety_plan) == (
        "<p>介绍</p>",
        "",
        "",
        "",
    )
    secret = make.activity(edition, tree.school_b, state="submitted", published_at=None)
    with pytest.raises(NotAllowed):
        copy_activity(secret, organisation=tree.school_a, edition=edition, actor=liaison)
    with pytest.raises(NotAllowed):
        copy_activity(theirs, organisation=tree.school_b, edition=edition, actor=liaison)


def test_copy_into_the_next_edition_lands_on_the_same_day(tree: Tree, edition: Edition, liaison: User) -> None:
    tea = make.activity(edition, tree.school_a, idea_code="quiz")
    ActivityTag.objects.create(activity=tea, group="topic", code="policy")
    make.session(tea, at(15, 9))
    document: dict[str, Any] = {
        **edition.document,
        "id": "xiamen-2024",
        "starts_on": "2024-05-12",
        "ends_on": "2024-05-18",
        "ideas": [],
        "topics": [row for row in edition.document["topics"] if row["code"] != "policy"],
    }
    following = Edition.objects.create(
        slug="xiamen-2024", title="2024", theme="x", city="x", starts_on=date(2024, 5, 12), ends_on=date(2024, 5, 18),
        zone=edition.zone, state=Edition.State.OPEN, document=document,
    )  # fmt: skip
    [copied] = copy_activities([tea], organisation=tree.school_a, edition=following, actor=liaison)
    assert copied.activity.sessions.get().starts_at == at(15, 9).replace(year=2024, day=13).astimezone(UTC)
    assert (copied.activity.idea_code, copied.activity.codes("topic")) == ("", [])
    assert len(copied.notes) == 2


def test_copy_pages(tree: Tree, edition: Edition, liaison: User) -> None:
    theirs = [make.activity(edition, tree.school_b, title=title) for title in ("甲", "乙")]
    make.session(theirs[0], at(14, 9))
    client = client_of(liaison)
    page = client.get(reverse("activities:copy_week")).content.decode()
    assert "甲" in page and "乙" in page
    nothing = client.post(reverse("activities:copy_week"), {"organisation": tree.school_a.pk})
    assert nothing.status_code == 400
    ids = [row.pk for row in theirs]
    client.post(
        reverse("activities:copy_week"), {"activity": ids, "with_sessions": "1", "organisation": tree.school_a.pk}
    )
    assert Activity.objects.filter(organisation=tree.school_a, state="draft").count() == 2
    one = reverse("activities:copy", args=[theirs[0].pk])
    assert client.get(one).status_code == 200
    assert client.post(one, {"organisation": tree.school_b.pk}).status_code == 400
    done = client.post(one, {"organisation": tree.school_a.pk, "with_sessions": "on", "shift_days": "1"})
    made = Activity.objects.order_by("-pk")[0]
    assert done.url == reverse("activities:edit", args=[made.pk])
    assert made.sessions.get().starts_at == at(15, 9)
