"""Writing activities: the verbs (B2, B4, B5)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine

from skillweek.activities import access
from skillweek.activities.domain import (
    approve_activity,
    create_activity,
    delete_draft,
    restore_draft,
    save_activity,
    submit_activity,
)
from skillweek.activities.domain.sessions import SessionValues
from skillweek.activities.models import Activity
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.models import Edition
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
