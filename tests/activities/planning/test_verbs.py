"""Planning, handing in, returning, approving, publishing: the verbs (B2–B5, B13)."""

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
    approve_plan,
    create_activity,
    delete_draft,
    publish_due,
    put_back,
    reopen_activity,
    restore_draft,
    return_activity,
    return_plan,
    save_activity,
    save_plan,
    submit_activity,
    submit_plan,
    withdraw_activity,
    withdraw_submission,
)
from skillweek.activities.domain.plans import comment_plan, resolve_plan_comment
from skillweek.activities.domain.sessions import SessionValues
from skillweek.activities.integrity import error_count
from skillweek.activities.models import Activity, Session
from skillweek.activities.signals import activity_published, activity_withdrawn
from skillweek.core import audit
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.domain import change_document, close_edition
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


@pytest.mark.requirement("B5")
def test_create_activity_from_an_idea_brings_its_text_and_ticks(tree: Tree, edition: Edition, liaison: User) -> None:
    activity = create_activity(tree.school_a, edition, by=liaison, idea="skills-and-youth")

    assert (activity.kind, activity.idea_code, activity.state) == ("feature", "skills-and-youth", _S.DRAFT)
    assert activity.title == "“技能与少年”亲子活动"
    assert "联合普通中小学" in activity.description
    assert {(tag.group, tag.code) for tag in activity.tags.all()} == {
        ("audience", "pupils"), ("audience", "parents"), ("outreach", "open-campus"),
        ("integration", "vocational-general"), ("form", "demonstration"),
    }  # fmt: skip
    assert activity.plan is not None and activity.plan.organisation == tree.school_a


@pytest.mark.requirement("B2")
def test_create_activity_for_a_city_activity_leaves_time_and_place_open(tree: Tree, edition: Edition) -> None:
    editor = person(tree.host, "liaison")
    activity = create_activity(tree.host, edition, by=editor, city="opening")

    session = activity.sessions.get()
    assert (activity.kind, activity.title) == ("city", "2023年厦门市职业教育活动周启动仪式")
    assert (session.is_time_open, session.is_place_open) == (True, True)
    assert {row["code"] for row in activity.findings} >= {"activity.time_open", "activity.place_open"}
    school = person(tree.school_a, "liaison")
    with pytest.raises(NotAllowed):
        create_activity(tree.school_a, edition, by=school, city="opening")


@pytest.mark.requirement("B2")
def test_city_activity_with_time_and_place_open_becomes_public_by_the_hosts_own_people(
    tree: Tree, edition: Edition
) -> None:
    manager = person(tree.host, "manager")
    activity = create_activity(tree.host, edition, by=manager, city="opening")
    activity = save_activity(
        activity, by=manager, expected_version=activity.version, values={**make.COMPLETE, "title": activity.title}
    )
    activity = submit_activity(activity, by=manager, expected_version=activity.version)
    with time_machine.travel(BEFORE):
        activity = approve_activity(activity, by=manager, expected_version=activity.version)
    assert public(activity)


@pytest.mark.requirement("B3")
@pytest.mark.parametrize(
    ("unit", "role"), [("school_b", "liaison"), ("siming", "reviewer"), ("host", "manager"), ("", "")]
)
def test_activities_are_written_by_their_own_people_only(unit: str, role: str, tree: Tree, edition: Edition) -> None:
    stranger = person(getattr(tree, unit) if unit else None, role or "liaison")
    own = make.draft(tree.school_a, edition, person(tree.school_a, "member"))
    with pytest.raises(NotAllowed):
        make.draft(tree.school_a, edition, stranger)
    with pytest.raises(NotAllowed):
        save_activity(own, by=stranger, expected_version=own.version, values={"title": "改名"})
    assert not access.visible_to(stranger).filter(pk=own.pk).exists()


@pytest.mark.requirement("B3")
def test_save_activity_names_the_field_that_cannot_be_kept(tree: Tree, edition: Edition, liaison: User) -> None:
    activity = make.draft(tree.school_a, edition, liaison)

    def save(**more: Any) -> DomainError:
        return refusal(lambda: save_activity(activity, by=liaison, expected_version=activity.version, **more))

    assert save(values={"title": "长" * 101}).field == "title"
    assert save(values={"kind": "city"}).field == "kind"
    assert save(values={"idea_code": "nowhere"}).field == "idea_code"
    assert save(values={"state": "approved"}).field == "state"
    assert save(tags={"outreach": ["moon"]}).field == "outreach"
    late = make.session_values(ends_at=make.at(15, 8))
    assert save(sessions=[SessionValues(None, late)]).field == "session-0-ends_at"
    half = make.session_values(latitude=24.4)
    assert save(sessions=[SessionValues(None, half)]).field == "session-0-latitude"
    activity.refresh_from_db()
    assert (activity.version, activity.sessions.count()) == (1, 0)


@pytest.mark.requirement("B3")
def test_save_activity_keeps_only_safe_html(tree: Tree, edition: Edition, liaison: User) -> None:
    activity = make.complete(tree.school_a, edition, liaison, description="<p onclick=x>好</p><script>x</script>")
    assert activity.description == "<p>好</p>"


@pytest.mark.requirement("B3")
def test_save_activity_never_overwrites_a_colleague(tree: Tree, edition: Edition, liaison: User) -> None:
    colleague = person(tree.school_a, "member")
    activity = make.draft(tree.school_a, edition, liaison)
    save_activity(activity, by=colleague, expected_version=1, values={"title": "同事的名称"})

    error = refusal(lambda: save_activity(activity, by=liaison, expected_version=1, values={"summary": "我的介绍"}))

    assert (error.code, error.details) == ("changed", [{"version": 2, "state": "draft"}])
    activity.refresh_from_db()
    assert (activity.title, activity.summary, activity.version) == ("同事的名称", "", 2)


@pytest.mark.requirement("B3")
def test_save_activity_makes_the_sessions_exactly_those_given(tree: Tree, edition: Edition, liaison: User) -> None:
    activity = make.complete(tree.school_a, edition, liaison)
    first = activity.sessions.get()
    assert first.day == date(2023, 5, 15)

    rows = [
        SessionValues(first.pk, {"starts_at": make.at(16, 9), "ends_at": make.at(16, 11)}),
        SessionValues(None, make.session_values(17)),
        SessionValues(first.pk, make.session_values(18)),  # the same again: a copy
    ]
    activity = save_activity(activity, by=liaison, expected_version=activity.version, sessions=rows)
    assert [session.day for session in activity.sessions.all()] == [date(2023, 5, day) for day in (16, 17, 18)]
    assert activity.sessions.filter(uid=first.uid, place="示例社区广场", day=date(2023, 5, 16)).exists()

    activity = save_activity(activity, by=liaison, expected_version=activity.version, sessions=[])
    assert activity.sessions.count() == 0
    assert "activity.no_session" in [row["code"] for row in activity.findings]


@pytest.mark.requirement("B3")
def test_saving_the_same_again_is_no_new_version(tree: Tree, edition: Edition, liaison: User) -> None:
    activity = make.complete(tree.school_a, edition, liaison)
    session = activity.sessions.get()
    rows = [SessionValues(session.pk, make.session_values())]
    again = save_activity(activity, by=liaison, expected_version=2, values=make.COMPLETE, sessions=rows)
    assert again.version == activity.version == 2


@pytest.mark.requirement("B3")
def test_delete_draft_can_be_undone_once_by_the_same_person(tree: Tree, edition: Edition, liaison: User) -> None:
    activity = make.complete(tree.school_a, edition, liaison)
    save_activity(activity, by=liaison, expected_version=2, tags={"audience": ["residents"]})
    uid = activity.sessions.get().uid

    event = delete_draft(activity, by=liaison)
    assert not Activity.objects.exists()
    with pytest.raises(NotAllowed):
        restore_draft(event.pk, by=person(tree.school_a, "liaison"))
    restored = restore_draft(event.pk, by=liaison)

    assert {name: getattr(restored, name) for name in make.COMPLETE} == make.COMPLETE
    assert restored.sessions.get().uid == uid
    assert [tag.code for tag in restored.tags.all()] == ["residents"]
    with pytest.raises(Conflict):
        restore_draft(event.pk, by=liaison)
    assert Activity.objects.count() == 1


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


def _stricter(edition: Edition, **rules: Any) -> None:
    edition = Edition.objects.get(pk=edition.pk)
    changed = {"activity_rules": {**edition.document["activity_rules"], **rules}}
    change_document(edition, changed, actor=None, reason="更严", expected_revision=edition.revision)  # type: ignore[arg-type]


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
    _stricter(edition, safety_plan_words=500)
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
    _stricter(edition, description_words=500)
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
        "rules": lambda: _stricter(activity.edition, safety_plan_words=step[1]),
    }
    try:
        calls[step[0]]()
    except DomainError:
        return
    assert Session.objects.filter(activity=pk).count() == 1
