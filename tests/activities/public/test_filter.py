"""What strangers see of activities, how they filter, and that the search keeps step (B5, B7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.http import QueryDict

from skillweek.activities import signals
from skillweek.activities.indexing import all_entries
from skillweek.activities.models import Activity, ActivityTag, Partner, Session, SessionChange
from skillweek.activities.queries.public import ActivityFilter, facets, public_activities, public_sessions
from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.search.domain import put_all
from skillweek.search.queries import search
from tests.activities.running.make import activity, at, session
from tests.factories import Tree

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("B7")]


@pytest.fixture(autouse=True)
def _sunday_noon() -> Iterator[None]:
    with time_machine.travel(at(14, 12), tick=True):
        yield


def _tag(owner: Activity, **codes: str) -> None:
    for group, code in codes.items():
        ActivityTag.objects.create(activity=owner, group=group, code=code)


@pytest.fixture
def week(tree: Tree, edition: Edition) -> dict[str, Activity]:
    """Tea (Sunday over, Monday to come), repair (Monday), talk (online, Tuesday), opening (to be announced), and four
    that nobody may see."""
    tea = activity(edition, tree.school_a, title="茶艺体验")
    session(tea, at(14, 9))
    session(tea, at(15, 9), district="huli", place="湖里社区")
    _tag(tea, audience="parents", outreach="open-campus")
    repair = activity(edition, tree.school_b, title="家电维修", is_highlight=True, highlight_rank=1)
    session(repair, at(15, 14), district="siming", place="思明社区", booking="open", capacity=2)
    _tag(repair, audience="residents", outreach="into-community", service="appliances")
    Partner.objects.create(activity=repair, organisation=tree.school_a, state="accepted")
    talk = activity(edition, tree.college, title="网上讲座", published_at=now() - timedelta(days=1))
    session(talk, at(16, 10), is_online=True, place="", address="", district="")
    _tag(talk, audience="parents")
    opening = activity(edition, tree.host, title="启动仪式", kind="city", city_code="opening")
    session(opening, None, place="", address="", district="")
    for hidden in (
        {"state": "submitted", "published_at": None},
        {"published_at": None},
        {"withdrawn_at": now()},
        {"publish_on": date(2023, 5, 15)},
    ):
        secret = activity(edition, tree.school_a, title="未公开的茶艺", **hidden)
        session(secret, at(15, 9))
        _tag(secret, audience="parents")
    put_all(all_entries())
    return {"tea": tea, "repair": repair, "talk": talk, "opening": opening}


def _found(edition: Edition, query: str, **more: Any) -> list[str]:
    wanted = ActivityFilter.from_query(QueryDict(query), edition)
    return [row.title for row in wanted.ordered(wanted.activities(public_activities(edition), **more), **more)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["家电维修", "茶艺体验", "网上讲座", "启动仪式"]),
        ("sort=time", ["茶艺体验", "家电维修", "网上讲座", "启动仪式"]),
        ("sort=newest", ["启动仪式", "家电维修", "茶艺体验", "网上讲座"]),
        ("day=2023-05-15", ["家电维修", "茶艺体验"]),
        ("day=today", ["茶艺体验"]),
        ("day=tomorrow", ["家电维修", "茶艺体验"]),
        ("day=open", ["启动仪式"]),
        ("district=huli", ["茶艺体验"]),
        ("district=huli&district=siming", ["家电维修", "茶艺体验"]),
        ("day=2023-05-15&district=siming", ["家电维修"]),  # one session has both: tea is in Siming on Sunday only
        ("audience=parents", ["茶艺体验", "网上讲座"]),
        ("audience=parents&audience=residents", ["家电维修", "茶艺体验", "网上讲座"]),
        ("audience=parents&outreach=open-campus", ["茶艺体验"]),
        ("organisation=S-A", ["家电维修", "茶艺体验"]),
        ("online=1", ["网上讲座"]),
        ("online=open-day", []),
        ("highlight=1", ["家电维修"]),
        ("q=茶艺", ["茶艺体验"]),
        ("q=思明 维修", ["家电维修"]),
        ("q=无此活动", []),
        ("day=31&district=%00&audience='&sort=x&near=1e9&q=", ["家电维修", "茶艺体验", "网上讲座", "启动仪式"]),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("week")
def test_filter_finds_what_is_asked_and_nothing_hidden(edition: Edition, query: str, expected: list[str]) -> None:
    assert _found(edition, query) == expected


def test_free_places_are_judged_by_the_condition_given(edition: Edition, week: dict[str, Activity]) -> None:
    from django.db.models import Q

    assert _found(edition, "places=1", free=Q(booking="none")) == ["茶艺体验", "网上讲座", "启动仪式"]
    Session.objects.filter(activity=week["tea"]).update(state="cancelled")

    assert _found(edition, "places=1", free=Q(booking="none")) == ["网上讲座", "启动仪式"]


@pytest.mark.usefixtures("week")
def test_facets_count_each_choice_with_the_other_conditions_kept(edition: Edition) -> None:
    wanted = ActivityFilter.from_query(QueryDict("audience=parents&day=2023-05-15"), edition)

    counted = facets(wanted, edition)

    assert counted.days == {date(2023, 5, 14): 1, date(2023, 5, 15): 1, date(2023, 5, 16): 1}
    assert counted.districts == {"huli": 1}
    assert counted.tags["audience"] == {"parents": 1, "residents": 1}
    assert counted.tags["outreach"] == {"open-campus": 1}
    assert wanted.count == 2


@pytest.mark.usefixtures("week")
def test_public_sessions_are_those_of_public_activities_in_order_of_time(edition: Edition) -> None:
    assert [(s.activity.title, s.day and s.day.day) for s in public_sessions(edition)] == [
        ("茶艺体验", 14),
        ("茶艺体验", 15),
        ("家电维修", 15),
        ("网上讲座", 16),
        ("启动仪式", None),
    ]


def test_the_search_follows_what_is_public(edition: Edition, week: dict[str, Activity]) -> None:
    tea = week["tea"]
    tea.description, tea.person_in_charge, tea.phone_in_charge = "<p>现场<b>点茶</b></p>", "负责人甲", "13800000000"
    tea.save()
    signals.activity_changed.send(sender=Activity, activity=tea)

    assert [hit.title for hit in search("点茶").hits] == ["茶艺体验"]
    assert [hit.title for hit in search("学生家长 开放校园").hits] == ["茶艺体验"]
    assert search("13800000000").total == search("负责人甲").total == 0

    tea.withdrawn_at = now()
    tea.save()
    signals.activity_withdrawn.send(sender=Activity, activity=tea)

    assert search("点茶").total == 0


def test_a_moved_session_is_found_by_its_new_place(edition: Edition, week: dict[str, Activity]) -> None:
    moved = week["repair"].sessions.get()
    moved.place = "筼筜社区"
    moved.save()
    change = SessionChange.objects.create(session=moved, kind="moved", old={}, new={})
    signals.session_changed.send(sender=Session, session=moved, change=change, actor=None)

    assert [hit.title for hit in search("筼筜").hits] == ["家电维修"]
