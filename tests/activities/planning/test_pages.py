"""The pages of planning and review, asked without a browser (B1–B3, B10, B13)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from skillweek.activities.domain import submit_plan
from skillweek.activities.models import Activity
from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from tests.activities.planning import make
from tests.factories import Tree, client_of, person


@pytest.fixture
def school(liaison: User) -> Client:
    return client_of(liaison)


@pytest.fixture
def bureau(tree: Tree, settings: Any) -> Client:
    settings.REQUIRE_TWO_FACTOR = False
    return client_of(person(tree.siming, "reviewer"))


def form_of(activity: Activity, **more: Any) -> dict[str, Any]:
    """What the browser would send of a form with one session."""
    return {
        "version": str(activity.version), "title": "家电维修进社区", "kind": "regular", "is_free": "yes",
        "sessions-TOTAL_FORMS": "1", "sessions-INITIAL_FORMS": "0", "sessions-0-day": "2023-05-15",
        "sessions-0-begins": "09:00", "sessions-0-ends": "11:00", "sessions-0-place": "示例社区广场", **more,
    }  # fmt: skip


@pytest.mark.requirement("B3")
def test_every_page_of_the_way_answers(
    tree: Tree, edition: Edition, liaison: User, school: Client, bureau: Client
) -> None:
    plan = make.plan(tree.school_a, edition, liaison)
    activity = make.complete(tree.school_a, edition, liaison)
    unit = tree.school_a.pk
    mine = [
        "", "national/", f"unit/{unit}/new/", f"unit/{unit}/plan/", f"plan/{plan.pk}/preview/",
        f"plan/{plan.pk}/history/", f"{activity.pk}/", f"{activity.pk}/edit/", f"{activity.pk}/slots/",
        f"{activity.pk}/history/",
    ]  # fmt: skip
    assert {path: school.get(f"/w/activities/{path}").status_code for path in mine} == dict.fromkeys(mine, 200)
    submit_plan(plan, by=liaison, expected_version=plan.version)
    theirs = [
        "", "review/", "review/?what=activities&flagged=1&state=all", "review/?late=1&district=思明区&q=示例",
        f"review/plan/{plan.pk}/", f"{activity.pk}/", f"{activity.pk}/history/", f"plan/{plan.pk}/preview/",
    ]  # fmt: skip
    assert {path: bureau.get(f"/w/activities/{path}").status_code for path in theirs} == dict.fromkeys(theirs, 200)


@pytest.mark.requirement("B3")
def test_autosave_keeps_what_is_valid_and_names_the_rest(
    tree: Tree, edition: Edition, liaison: User, school: Client
) -> None:
    activity = make.draft(tree.school_a, edition, liaison)
    posted = form_of(activity, expected_people="很多", publish_on="2023-05-10")
    answer = school.post(f"/w/activities/{activity.pk}/save/", posted).json()
    assert (answer["ok"], list(answer["problems"])) == (True, ["expected_people"])
    activity.refresh_from_db()
    session = activity.sessions.get()
    assert (str(activity.publish_on), activity.is_free, str(session.day)) == ("2023-05-10", True, "2023-05-15")
    assert answer["sessions"] == {"sessions-0": session.pk}

    # The same form again, knowing its session's number: one session, moved, not two.
    posted = form_of(activity, **{"sessions-0-id": str(session.pk), "sessions-0-day": "2023-05-16"})
    assert school.post(f"/w/activities/{activity.pk}/save/", posted).json()["sessions"] == {"sessions-0": session.pk}
    assert [str(row.day) for row in activity.sessions.all()] == ["2023-05-16"]

    # A session that makes no sense leaves the stored ones alone; the rest is saved.
    activity.refresh_from_db()
    posted = form_of(activity, **{"sessions-0-id": str(session.pk), "sessions-0-ends": "08:00", "summary": "新的"})
    assert list(school.post(f"/w/activities/{activity.pk}/save/", posted).json()["problems"]) == ["sessions-0-ends"]
    activity.refresh_from_db()
    assert (activity.summary, [str(row.day) for row in activity.sessions.all()]) == ("新的", ["2023-05-16"])


@pytest.mark.requirement("B3")
def test_a_stale_form_comes_back_with_everything_typed(
    tree: Tree, edition: Edition, liaison: User, school: Client
) -> None:
    activity = make.complete(tree.school_a, edition, liaison)
    posted = form_of(activity, version="1", summary="我的介绍")
    response = school.post(f"/w/activities/{activity.pk}/edit/", posted)
    assert response.status_code == 409
    assert "我的介绍" in response.content.decode() and 'id="conflict"' in response.content.decode()
    stale = school.post(f"/w/activities/{activity.pk}/save/", posted)
    assert (stale.status_code, stale.json()["code"], stale.json()["version"]) == (409, "changed", activity.version)


@pytest.mark.requirement("B3")
def test_autosave_answers_in_json_whoever_asks(tree: Tree, edition: Edition, liaison: User) -> None:
    activity = make.draft(tree.school_a, edition, liaison)
    url = f"/w/activities/{activity.pk}/save/"
    assert Client().post(url).json()["code"] == "signed_out"
    assert client_of(person(tree.school_b, "liaison")).post(url).json()["code"] == "not_found"


@pytest.mark.requirement("B13")
def test_joint_organisers_and_strangers_do_not_read_the_safety_plan(
    tree: Tree, edition: Edition, liaison: User
) -> None:
    activity = make.complete(tree.school_a, edition, liaison)
    activity.partners.create(organisation=tree.school_b)
    partner = client_of(person(tree.school_b, "liaison"))
    page = partner.get(f"/w/activities/{activity.pk}/").content.decode()
    assert "家电维修进社区" in page and "安全员两名" not in page and "13800000000" not in page
    assert partner.get(f"/w/activities/{activity.pk}/history/").status_code == 302


@pytest.mark.requirement("B1")
def test_national_list_shows_linked_activities_to_those_who_see_them(
    tree: Tree, edition: Edition, liaison: User, school: Client
) -> None:
    activity = make.complete(tree.school_a, edition, liaison)
    activity.tags.create(group="national", code="moe-9")
    assert "家电维修进社区" in school.get("/w/activities/national/").content.decode()
    other = client_of(person(tree.school_b, "liaison")).get("/w/activities/national/").content.decode()
    assert "“未来工匠”读书活动" in other and "家电维修进社区" not in other


@pytest.mark.requirement("B3")
def test_review_keeps_what_was_typed_when_the_reason_is_missing(
    tree: Tree, edition: Edition, liaison: User, bureau: Client
) -> None:
    plan = make.plan(tree.school_a, edition, liaison)
    activity = make.complete(tree.school_a, edition, liaison)
    plan = submit_plan(plan, by=liaison, expected_version=plan.version)
    posted = {"version": str(plan.version), "part-safety": "请写值班电话", f"activity-{activity.pk}": "请写集合地点"}
    response = bureau.post(f"/w/activities/review/plan/{plan.pk}/return/", posted)
    page = response.content.decode()
    assert (response.status_code, "请写值班电话" in page, "请写集合地点" in page) == (400, True, True)
    assert "请写明退回原因" in page
