"""Handing in, returning, approving, publishing activities: the verbs (B3, B5, B13)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillweek.activities import access
from skillweek.activities.domain import (
    approve_activity,
    publish_due,
    put_back,
    reopen_activity,
    return_activity,
    save_activity,
    submit_activity,
    withdraw_activity,
    withdraw_submission,
)
from skillweek.activities.integrity import error_count
from skillweek.activities.models import Activity, Session
from skillweek.activities.signals import activity_published, activity_withdrawn
from skillweek.core import audit
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from skillweek.organisations.models import User
from tests import factories
from tests.activities.planning import make
from tests.factories import Tree, person

_S = Activity.State
BEFORE = make.at(8, 9)


@pytest.fixture
def reviewer(tree: Tree) -> User:
    return person(tree.siming, "reviewer")


def public(activity: Activity, day: date = date(2023, 5, 8)) -> bool:
    return Activity.objects.published(day).filter(pk=activity.pk).exists()


def refusal(call: Any) -> DomainError:
    with pytest.raises(DomainError) as caught:
        call()
    return caught.value


@pytest.mark.requirement("B3")
def test_activity_goes_up_comes_back_and_is_approved(
    tree: Tree, edition: Edition, liaison: User, reviewer: User
) -> None:
    activity = make.complete(tree.school_a, edition, liaison)
    assert not access.visible_to(reviewer).exists()

    activity = submit_activity(activity, by=liaison, expected_version=activity.version)
    assert access.visible_to(reviewer).get() == activity
    with pytest.raises(Conflict):
        save_activity(activity, by=liaison, expected_version=activity.version, values={"title": "再改"})
    activity = return_activity(activity, by=reviewer, expected_version=activity.version, reason="请写明集合地点。")
    assert (activity.state, activity.decision_note) == (_S.RETURNED, "请写明集合地点。")
    activity = save_activity(
        activity, by=liaison, expected_version=activity.version, values={"how_to_join": "北门集合"}
    )
    activity = submit_activity(activity, by=liaison, expected_version=activity.version)
    with time_machine.travel(BEFORE):
        activity = approve_activity(activity, by=reviewer, expected_version=activity.version, note="很好")

    assert (activity.state, public(activity)) == (_S.APPROVED, True)
    assert [version.number for version in activity.versions.all()] == [2, 1]
    assert [version.snapshot["how_to_join"] for version in activity.versions.all()] == ["北门集合", ""]
    verbs = audit.history_of(activity).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == [
        "activity.create", "activity.save", "activity.submit", "activity.return", "activity.save", "activity.submit",
        "activity.approve", "activity.publish",
    ]  # fmt: skip
    told = Message.objects.filter(recipient=liaison).order_by("pk").values_list("kind", "title")
    assert list(told) == [
        ("activity.returned", "活动“家电维修进社区”被退回，请修改后重新提交"),
        ("activity.approved", "活动“家电维修进社区”已通过"),
    ]
    assert Message.objects.filter(recipient=reviewer, kind="activity.submitted").count() == 2


@pytest.mark.requirement("B3")
def test_member_writes_and_the_liaison_hands_in(tree: Tree, edition: Edition, liaison: User) -> None:
    member = person(tree.school_a, "member")
    activity = make.complete(tree.school_a, edition, member)
    with pytest.raises(NotAllowed):
        submit_activity(activity, by=member, expected_version=activity.version)
    assert submit_activity(activity, by=liaison, expected_version=activity.version).state == _S.SUBMITTED


@pytest.mark.requirement("B3")
@pytest.mark.parametrize(("unit", "role"), [("huli", "reviewer"), ("hr", "manager"), ("school_a", "manager")])
def test_activity_is_decided_on_by_the_line_above_only(
    unit: str, role: str, tree: Tree, edition: Edition, liaison: User
) -> None:
    activity = make.complete(tree.school_a, edition, liaison)
    activity = submit_activity(activity, by=liaison, expected_version=activity.version)
    other = person(getattr(tree, unit), role)
    with pytest.raises(NotAllowed):
        approve_activity(activity, by=other, expected_version=activity.version)
    with pytest.raises(NotAllowed):
        return_activity(activity, by=other, expected_version=activity.version, reason="不行")
    activity.refresh_from_db()
    assert activity.state == _S.SUBMITTED


@pytest.mark.requirement("B3")
def test_reviewers_decide_on_what_they_read(tree: Tree, edition: Edition, liaison: User, reviewer: User) -> None:
    activity = make.complete(tree.school_a, edition, liaison)
    activity = submit_activity(activity, by=liaison, expected_version=activity.version)
    read = activity.version
    activity = withdraw_submission(activity, by=liaison)
    assert refusal(lambda: approve_activity(activity, by=reviewer, expected_version=read)).code == "withdrawn"
    activity = submit_activity(activity, by=liaison, expected_version=activity.version)
    assert refusal(lambda: approve_activity(activity, by=reviewer, expected_version=read)).code == "changed"
    activity = return_activity(activity, by=reviewer, expected_version=activity.version, reason="请补充。")
    error = refusal(lambda: approve_activity(activity, by=person(tree.edu, "reviewer"), expected_version=read))
    assert (error.code, str(reviewer) in error.message) == ("already_decided", True)
    with pytest.raises(Conflict):
        withdraw_submission(activity, by=liaison)


@pytest.mark.requirement("B13")
def test_activity_with_errors_is_kept_but_not_handed_in(tree: Tree, edition: Edition, liaison: User) -> None:
    activity = make.complete(tree.school_a, edition, liaison, is_free=False)
    error = refusal(lambda: submit_activity(activity, by=liaison, expected_version=activity.version))
    assert (error.code, [row["code"] for row in error.details]) == ("has_errors", ["activity.not_free"])
    activity.refresh_from_db()
    assert (activity.state, activity.is_free) == (_S.DRAFT, False)


@pytest.mark.requirement("B13")
def test_rules_that_became_stricter_keep_an_approved_activity_from_the_public(
    tree: Tree, edition: Edition, liaison: User, reviewer: User
) -> None:
    activity = make.complete(tree.school_a, edition, liaison, publish_on=date(2023, 5, 10))
    activity = submit_activity(activity, by=liaison, expected_version=activity.version)
    with time_machine.travel(make.at(8, 9)):
        approve_activity(activity, by=reviewer, expected_version=activity.version)
        assert not public(activity)
        assert publish_due() == 0
    make.stricter(edition, safety_plan_words=500)
    with time_machine.travel(make.at(10, 0, 5)):
        assert publish_due() == 0
    activity.refresh_from_db()
    assert (activity.state, activity.published_at) == (_S.RETURNED, None)
    assert "安全预案" in activity.decision_note
    assert not public(activity, date(2023, 5, 20))
    assert Message.objects.filter(recipient=liaison, kind="activity.held").count() == 1


@pytest.mark.requirement("B3")
def test_publish_due_shows_activities_on_their_day_in_the_editions_zone(
    tree: Tree, edition: Edition, liaison: User, reviewer: User
) -> None:
    activity = make.complete(tree.school_a, edition, liaison, publish_on=date(2023, 5, 10))
    activity = submit_activity(activity, by=liaison, expected_version=activity.version)
    shown: list[int] = []

    def receiver(*, activity: Activity, **_more: Any) -> None:
        shown.append(activity.pk)

    activity_published.connect(receiver)
    try:
        with time_machine.travel(make.at(9, 23, 59)):
            approve_activity(activity, by=reviewer, expected_version=activity.version)
            assert (publish_due(), shown) == (0, [])
        with time_machine.travel(make.at(10, 0, 1)):
            assert (publish_due(), publish_due(), shown) == (1, 0, [activity.pk])
            assert public(activity, date(2023, 5, 10))
    finally:
        activity_published.disconnect(receiver)


@pytest.mark.requirement("B3")
def test_taking_down_and_putting_back(tree: Tree, edition: Edition, liaison: User, reviewer: User) -> None:
    activity = make.complete(tree.school_a, edition, liaison)
    activity = submit_activity(activity, by=liaison, expected_version=activity.version)
    gone: list[int] = []

    def receiver(*, activity: Activity, **_more: Any) -> None:
        gone.append(activity.pk)

    activity_withdrawn.connect(receiver)
    try:
        with time_machine.travel(BEFORE):
            approve_activity(activity, by=reviewer, expected_version=activity.version)
            with pytest.raises(NotAllowed):
                withdraw_activity(activity, by=person(tree.school_a, "member"), reason="想撤")
            assert refusal(lambda: withdraw_activity(activity, by=reviewer, reason=" ")).field == "reason"
            withdraw_activity(activity, by=liaison, reason="内容需要核对")
            assert (public(activity), gone) == (False, [activity.pk])
            with pytest.raises(NotAllowed):
                put_back(activity, by=liaison)
            put_back(activity, by=reviewer)
            assert public(activity)
            reopen_activity(activity, by=reviewer, reason="地点要改")
            assert (public(activity), gone) == (False, [activity.pk] * 2)
    finally:
        activity_withdrawn.disconnect(receiver)
    activity.refresh_from_db()
    assert (activity.state, activity.withdrawn_at) == (_S.RETURNED, None)
    with pytest.raises(Conflict):
        withdraw_activity(activity, by=reviewer, reason="再撤")


_breaks = st.fixed_dictionaries(
    {},
    optional={
        "is_free": st.sampled_from([False, None, True]),
        "person_in_charge": st.sampled_from(["", "王老师"]),
        "phone_in_charge": st.sampled_from(["", "1", "13800000000"]),
        "safety_plan": st.sampled_from(["", "注意安全", make.COMPLETE["safety_plan"]]),
        "funding_source": st.sampled_from(["", "经费"]),
        "public_benefit": st.booleans(),
        "description": st.sampled_from(["", "<p>短</p>", make.DESCRIPTION]),
        "expected_people": st.sampled_from([None, 499, 500, 5000]),
    },
)
_steps = st.lists(
    st.one_of(
        st.tuples(st.just("save"), _breaks),
        st.tuples(st.sampled_from(["submit", "approve", "return", "withdraw", "reopen", "down", "back", "due"])),
        st.tuples(st.just("rules"), st.sampled_from([0, 20, 200])),
    ),
    max_size=8,
)


@pytest.mark.requirement("B13")
@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(first=_breaks, steps=_steps)
def test_activity_with_an_error_never_becomes_public(first: dict[str, Any], steps: list[Any], db: None) -> None:
    """Whatever is tried in whatever order: at the moment it becomes public, the rules of that moment find no error."""
    from django.db import transaction

    became: list[int] = []

    def receiver(*, activity: Activity, **_more: Any) -> None:
        from skillweek.activities.integrity import findings_of

        fresh = Activity.objects.select_related("edition").get(pk=activity.pk)
        became.append(error_count(findings_of(fresh)))

    with transaction.atomic():
        tree, edition = factories.tree(), factories.edition()
        liaison, reviewer = person(tree.school_a, "liaison"), person(tree.siming, "reviewer")
        activity = make.complete(tree.school_a, edition, liaison, **first)
        activity_published.connect(receiver)
        try:
            for step in steps:
                _try(step, activity.pk, liaison, reviewer)
                fresh = Activity.objects.get(pk=activity.pk)
                assert (fresh.published_at is None) or fresh.state == _S.APPROVED
        finally:
            activity_published.disconnect(receiver)
            transaction.set_rollback(True)
    assert all(errors == 0 for errors in became)


def _try(step: Any, pk: int, liaison: User, reviewer: User) -> None:
    activity = Activity.objects.select_related("edition", "organisation").get(pk=pk)
    version = activity.version
    calls: dict[str, Any] = {
        "save": lambda: save_activity(activity, by=liaison, expected_version=version, values=step[1]),
        "submit": lambda: submit_activity(activity, by=liaison, expected_version=version),
        "approve": lambda: approve_activity(activity, by=reviewer, expected_version=version),
        "return": lambda: return_activity(activity, by=reviewer, expected_version=version, reason="改"),
        "withdraw": lambda: withdraw_submission(activity, by=liaison),
        "reopen": lambda: reopen_activity(activity, by=reviewer, reason="改"),
        "down": lambda: withdraw_activity(activity, by=reviewer, reason="撤"),
        "back": lambda: put_back(activity, by=reviewer),
        "due": publish_due,
        "rules": lambda: make.stricter(activity.edition, safety_plan_words=step[1]),
    }
    try:
        calls[step[0]]()
    except DomainError:
        return
    assert Session.objects.filter(activity=pk).count() == 1
