"""Handing in, returning and approving plans: the verbs (B3)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine

from skillweek.activities.domain import (
    approve_activity,
    approve_plan,
    return_plan,
    save_plan,
    submit_activity,
    submit_plan,
    withdraw_submission,
)
from skillweek.activities.domain.plans import comment_plan, resolve_plan_comment
from skillweek.activities.models import Activity
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.editions.domain import change_document, close_edition
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from skillweek.organisations.models import User
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
def test_plan_is_handed_in_with_its_activities_returned_with_remarks_and_approved(
    tree: Tree, edition: Edition, liaison: User, reviewer: User
) -> None:
    plan = make.plan(tree.school_a, edition, liaison)
    good = make.complete(tree.school_a, edition, liaison)
    bad = make.draft(tree.school_a, edition, liaison, title="还没想好")

    error = refusal(lambda: submit_plan(plan, by=liaison, expected_version=plan.version))
    assert (error.code, "还没想好" in error.message) == ("activities_have_errors", True)
    plan = submit_plan(plan, by=liaison, expected_version=plan.version, leave_out=True)
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (plan.state, good.state, bad.state, plan.is_late) == (_S.SUBMITTED, _S.SUBMITTED, _S.DRAFT, False)
    assert [row["title"] for row in plan.versions.get().snapshot["activities"]] == ["家电维修进社区"]

    plan = return_plan(
        plan, by=reviewer, expected_version=plan.version, reason="请修改。",
        parts={"safety": "请写明值班电话。", "goals": ""}, activities={good.pk: "请补充集合地点。"},
    )  # fmt: skip
    good.refresh_from_db()
    assert (plan.state, good.state, good.decision_note) == (_S.RETURNED, _S.RETURNED, "请补充集合地点。")
    comment = plan.comments.get()
    assert (comment.part, comment.text) == ("safety", "请写明值班电话。")
    assert resolve_plan_comment(comment, by=liaison).resolved_at is not None

    plan = save_plan(plan, {"safety": "值班电话 1234567。"}, by=liaison, expected_version=plan.version)
    plan = submit_plan(plan, by=liaison, expected_version=plan.version, leave_out=True)
    with time_machine.travel(BEFORE):
        plan, left = approve_plan(plan, by=reviewer, expected_version=plan.version, note="可以")
    good.refresh_from_db()
    assert (plan.state, good.state, left, public(good)) == (_S.APPROVED, _S.APPROVED, [], True)
    titles = list(Message.objects.filter(recipient=liaison).order_by("pk").values_list("title", flat=True))
    assert titles == ["活动方案被退回，请修改后重新提交", "活动方案已通过"]


@pytest.mark.requirement("B13")
def test_approving_a_plan_leaves_activities_that_break_a_rule_waiting(
    tree: Tree, edition: Edition, liaison: User, reviewer: User
) -> None:
    plan = make.plan(tree.school_a, edition, liaison)
    activity = make.complete(tree.school_a, edition, liaison)
    plan = submit_plan(plan, by=liaison, expected_version=plan.version)
    make.stricter(edition, description_words=500)
    plan, left = approve_plan(plan, by=reviewer, expected_version=plan.version)
    activity.refresh_from_db()
    assert (plan.state, left, activity.state) == (_S.APPROVED, [activity], _S.SUBMITTED)


@pytest.mark.requirement("B3")
def test_plan_needs_leaders_safety_and_an_activity(tree: Tree, edition: Edition, liaison: User) -> None:
    plan = make.plan(tree.school_a, edition, liaison, leaders="", safety="", leader_phone="", publicity="")
    error = refusal(lambda: submit_plan(plan, by=liaison, expected_version=plan.version))
    assert [row["code"] for row in error.details] == [
        "plan.no_activity", "plan.no_leader", "plan.no_leaders", "plan.no_safety", "plan.no_publicity",
    ]  # fmt: skip
    plan.refresh_from_db()
    assert plan.state == _S.DRAFT


@pytest.mark.requirement("B3")
def test_late_plans_are_flagged_and_taken(tree: Tree, edition: Edition, liaison: User, reviewer: User) -> None:
    due = {"plans_due_on": "2023-05-10"}
    change_document(edition, due, actor=None, reason="定截止日", expected_revision=edition.revision)  # type: ignore[arg-type]
    edition = Edition.objects.get()
    plan = make.plan(tree.school_a, edition, liaison)
    make.complete(tree.school_a, edition, liaison)
    with time_machine.travel(make.at(11, 0, 1)):
        plan = submit_plan(plan, by=liaison, expected_version=plan.version)
    assert plan.is_late
    assert "截止" in Message.objects.get(recipient=reviewer, kind="plan.submitted").body
    other = make.plan(tree.school_b, edition, who := person(tree.school_b, "liaison"))
    make.complete(tree.school_b, edition, who)
    with time_machine.travel(make.at(10, 23, 59)):
        assert not submit_plan(other, by=who, expected_version=other.version).is_late


@pytest.mark.requirement("B3")
def test_save_plan_keeps_days_and_colleagues(tree: Tree, edition: Edition, liaison: User) -> None:
    plan = make.plan(tree.school_a, edition, liaison)
    plan = save_plan(plan, {"arrangements": {"2023-05-14": "启动"}}, by=liaison, expected_version=plan.version)
    plan = save_plan(plan, {"arrangements": {"2023-05-15": "进社区"}}, by=liaison, expected_version=plan.version)
    assert plan.arrangements == {"2023-05-14": "启动", "2023-05-15": "进社区"}
    outside = {"arrangements": {"2023-06-01": "太晚"}}
    assert refusal(lambda: save_plan(plan, outside, by=liaison, expected_version=plan.version)).field == "arrangements"
    assert refusal(lambda: save_plan(plan, {"goals": "x"}, by=liaison, expected_version=1)).code == "changed"


@pytest.mark.requirement("B3")
def test_plan_remarks_are_for_both_sides_only(tree: Tree, edition: Edition, liaison: User, reviewer: User) -> None:
    plan = make.plan(tree.school_a, edition, liaison)
    comment_plan(plan, by=reviewer, text="请补充。", part="goals")
    comment_plan(plan, by=liaison, text="已补充。", part="goals")
    with pytest.raises(NotAllowed):
        comment_plan(plan, by=person(tree.huli, "reviewer"), text="插一句")
    assert refusal(lambda: comment_plan(plan, by=liaison, text="x", part="moon")).field == "part"
    assert plan.comments.count() == 2


@pytest.mark.requirement("A8")
def test_closed_edition_takes_no_more_plans(tree: Tree, edition: Edition, liaison: User, reviewer: User) -> None:
    activity = make.complete(tree.school_a, edition, liaison)
    activity = submit_activity(activity, by=liaison, expected_version=activity.version)
    close_edition(edition, actor=None, reason="归档")
    activity = Activity.objects.get(pk=activity.pk)
    for call in (
        lambda: make.draft(tree.school_a, Edition.objects.get(), liaison),
        lambda: withdraw_submission(activity, by=liaison),
        lambda: approve_activity(activity, by=reviewer, expected_version=activity.version),
    ):
        with pytest.raises(NotAllowed):
            call()
