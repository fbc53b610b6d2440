"""Seen, acknowledged, passed on, delivered to newcomers (A2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.notices.domain import (
    acknowledge,
    correct_notice,
    deliver_to_newcomers,
    mark_seen,
    pass_on,
    save_notice,
    withdraw_notice,
)
from skillweek.notices.models import Notice, PassOn, Receipt
from skillweek.notices.queries import latest_for, receipts_for, received_by, tally
from skillweek.notifications.models import Message
from skillweek.organisations.domain.tree import add_organisation, reactivate_organisation
from skillweek.organisations.models import Kind, User
from tests.factories import Tree, person
from tests.notices import make

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("A2")]


@pytest.fixture
def notice(edition: Edition, tree: Tree, editor: User) -> Notice:
    """A notice of the city to everybody below."""
    return make.published(edition, tree.host, editor)


def test_acknowledging_says_who_and_when_and_happens_once(notice: Notice, tree: Tree, liaison: User) -> None:
    first = acknowledge(notice, tree.school_a, by=liaison, version=1)
    again = acknowledge(notice, tree.school_a, by=person(tree.school_a, "manager"), version=1)

    assert (again.acknowledged_by, again.acknowledged_at) == (liaison, first.acknowledged_at)
    assert (again.seen_by, again.version) == (liaison, 1)
    event = AuditEvent.objects.get(verb="receipt.acknowledge")
    assert (event.actor, event.organisation_id, event.data["late"]) == (liaison, tree.school_a.pk, False)


@pytest.mark.parametrize(
    ("unit", "role", "may"),
    [
        ("school_a", "liaison", True),
        ("school_a", "manager", True),
        ("school_a", "member", False),
        ("school_b", "liaison", False),
        ("siming", "reviewer", False),
        ("edu", "manager", False),
        ("host", "manager", False),
    ],
)
def test_only_those_who_sign_for_the_unit_acknowledge(
    notice: Notice, tree: Tree, unit: str, role: str, may: bool
) -> None:
    user = person(getattr(tree, unit), role)

    if may:
        assert acknowledge(notice, tree.school_a, by=user).acknowledged_by == user
    else:
        with pytest.raises(NotAllowed):
            acknowledge(notice, tree.school_a, by=user)
        assert Receipt.objects.get(notice=notice, organisation=tree.school_a).acknowledged_at is None


def test_what_never_came_cannot_be_acknowledged(edition: Edition, tree: Tree, editor: User) -> None:
    notice = make.published(edition, tree.host, editor, audience={"districts": ["思明区"]})

    with pytest.raises(Receipt.DoesNotExist):
        acknowledge(notice, tree.school_b, by=person(tree.school_b, "liaison"))


def test_a_correction_read_too_late_is_a_conflict(notice: Notice, tree: Tree, editor: User, liaison: User) -> None:
    save_notice(notice, {"title": "改过的标题"}, actor=editor, expected_revision=None)
    correct_notice(notice, actor=editor, reason="标题有误。")

    with pytest.raises(Conflict) as conflict:
        acknowledge(notice, tree.school_a, by=liaison, version=1)

    assert conflict.value.code == "corrected"
    assert acknowledge(notice, tree.school_a, by=liaison, version=2).version == 2


def test_a_withdrawn_notice_needs_no_signature(notice: Notice, tree: Tree, editor: User, liaison: User) -> None:
    withdraw_notice(notice, actor=editor, reason="改期。")

    with pytest.raises(Conflict):
        acknowledge(notice, tree.school_a, by=liaison)
    assert latest_for(liaison) == []


def test_looking_counts_for_the_own_units_once(notice: Notice, tree: Tree, liaison: User, editor: User) -> None:
    mark_seen(notice, by=editor)
    mark_seen(notice, by=liaison)
    mark_seen(notice, by=person(tree.school_a, "member"))

    assert list(notice.receipts.exclude(seen_at=None).values_list("organisation", "seen_by")) == [
        (tree.school_a.pk, liaison.pk)
    ]


def test_the_inbox_shows_what_waits_first(edition: Edition, tree: Tree, editor: User, liaison: User) -> None:
    old = make.published(edition, tree.host, editor, title="旧的，还没签收")
    new = make.published(edition, tree.host, editor, title="新的，已经签收")
    make.published(edition, tree.hr, None, title="别的条线")
    acknowledge(new, tree.school_a, by=liaison)

    assert [row.notice for row in received_by(liaison)] == [old, new]
    assert [row.notice for row in latest_for(liaison)] == [old]


def test_a_district_passes_on_to_its_own_units(edition: Edition, tree: Tree, editor: User, district: User) -> None:
    notice = make.published(edition, tree.host, editor, audience={"kinds": ["district_bureau"]})
    liaison = person(tree.school_a, "liaison")

    outcome = pass_on(notice, tree.siming, by=district, audience={"all": True}, note="请于周五前报送方案。")
    again = pass_on(notice, tree.siming, by=district, audience={"all": True}, note="再发一次")
    make.work()

    assert ([str(unit) for unit in outcome.reached], outcome.had_it) == (["示例第一职业学校"], 0)
    assert (again.reached, again.had_it) == ([], 1)
    receipt = Receipt.objects.get(notice=notice, organisation=tree.school_a)
    assert (receipt.passed_on_by, receipt.passed_on_note) == (tree.siming, "请于周五前报送方案。")
    message = Message.objects.get(recipient=liaison)
    assert message.kind == "notice.passed_on"
    assert message.title.startswith("示例思明区教育局转发通知：")
    assert "请于周五前报送方案。" in message.body
    assert PassOn.objects.count() == 1
    assert not Receipt.objects.filter(notice=notice, organisation=tree.school_b).exists()


def test_passing_on_stays_within_the_own_area(notice: Notice, tree: Tree, district: User) -> None:
    for audience in ({"organisations": [tree.school_b.pk]}, {}, {"districts": ["湖里区"]}):
        with pytest.raises(DomainError) as refused:
            pass_on(notice, tree.siming, by=district, audience=audience)
        assert refused.value.field == "audience"
    with pytest.raises(NotAllowed):
        pass_on(notice, tree.huli, by=district, audience={"all": True})
    with pytest.raises(NotAllowed):
        pass_on(notice, tree.siming, by=person(tree.siming, "member"), audience={"all": True})
    with pytest.raises(NotAllowed):
        pass_on(notice, tree.school_a, by=person(tree.school_a, "manager"), audience={"all": True})


def test_a_unit_that_joins_later_gets_the_notice_too(
    edition: Edition, tree: Tree, editor: User, district: User
) -> None:
    for_all = make.published(edition, tree.host, editor, title="发给学校", audience={"kinds": ["school"]})
    passed = make.published(edition, tree.host, editor, title="发给区", audience={"kinds": ["district_bureau"]})
    make.published(edition, tree.host, editor, title="发给湖里", audience={"districts": ["湖里区"]})
    pass_on(passed, tree.siming, by=district, audience={"all": True}, note="请落实。")
    fields = {"name": "新来的学校", "school_type": "secondary", "district": "思明区"}
    school = add_organisation(None, tree.fresh("siming"), fields, kind=Kind.SCHOOL, code="NEW-1")
    liaison = person(school, "liaison")

    assert deliver_to_newcomers() == 2
    assert deliver_to_newcomers() == 0
    make.work()

    rows = {row.notice: row.passed_on_by for row in Receipt.objects.filter(organisation=school)}
    assert rows == {for_all: None, passed: tree.siming}
    assert set(Message.objects.filter(recipient=liaison).values_list("kind", flat=True)) == {
        "notice.published",
        "notice.passed_on",
    }


def test_expired_and_withdrawn_notices_reach_no_newcomer(edition: Edition, tree: Tree, editor: User) -> None:
    end = now() + timedelta(hours=1)
    make.published(edition, tree.host, editor, valid_until=end.isoformat())
    gone = make.published(edition, tree.host, editor)
    withdraw_notice(gone, actor=editor, reason="改期。")
    tree.school_a.is_active = False
    tree.school_a.save()
    Receipt.objects.filter(organisation=tree.school_a).delete()
    reactivate_organisation(person(tree.siming, "manager"), tree.school_a)

    with time_machine.travel(end + timedelta(minutes=1)):
        assert deliver_to_newcomers() == 0


def test_each_looks_at_the_receipts_of_their_own_area(
    notice: Notice, tree: Tree, editor: User, district: User, liaison: User
) -> None:
    def names(user: User) -> set[str]:
        return {str(row.organisation) for row in receipts_for(user, notice)}

    assert len(names(editor)) == 9
    assert names(district) == {"示例思明区教育局", "示例第一职业学校"}
    assert names(liaison) == {"示例第一职业学校"}
    assert names(person(tree.hr, "reviewer")) == {"示例市人社局", "示例技师学院"}
    assert names(person()) == set()


def test_the_tally_counts_what_came_too_late(edition: Edition, tree: Tree, editor: User, liaison: User) -> None:
    deadline = now() + timedelta(hours=2)
    notice = make.published(edition, tree.host, editor, acknowledge_by=deadline.isoformat())
    acknowledge(notice, tree.tech, by=person(tree.tech, "liaison"))
    with time_machine.travel(deadline + timedelta(minutes=1)):
        acknowledge(notice, tree.school_a, by=liaison)

        counted = tally(receipts_for(editor, notice), notice.acknowledge_by)

    assert (counted.sent, counted.seen, counted.signed, counted.late, counted.waiting) == (9, 2, 2, 1, 7)
