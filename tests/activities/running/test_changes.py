"""Sessions that the public sees are moved, settled, postponed and called off (A3)."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from skillweek.activities import offers
from skillweek.activities.domain.changes import (
    cancel_activity,
    cancel_session,
    change_session,
    postpone_session,
    reinstate,
    reinstate_session,
    seen_of,
    settle,
)
from skillweek.activities.models import Activity, Partner, Session, SessionChange
from skillweek.activities.queries.changes import settled_by
from skillweek.activities.session_words import differences
from skillweek.activities.signals import activity_changed, session_changed
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.notices.models import Notice
from skillweek.notifications.models import Message
from skillweek.organisations.models import User
from tests.activities.running import make
from tests.activities.running.make import at
from tests.factories import Tree, client_of, person

pytestmark = pytest.mark.requirement("A3")


@pytest.fixture
def tea(tree: Tree, edition: Edition) -> Session:
    """A public session of school A on Sunday, nine to eleven."""
    return make.session(make.activity(edition, tree.school_a), at(14, 9), room="一楼茶艺室")


@pytest.fixture
def told(request: pytest.FixtureRequest) -> list[Any]:
    """What the rooms above were told, in order."""
    heard: list[Any] = []

    def hear(sender: Any, **kwargs: Any) -> None:
        heard.append(kwargs)

    for signal in (session_changed, activity_changed):
        signal.connect(hear, weak=False)
        request.addfinalizer(lambda signal=signal: signal.disconnect(hear))
    return heard


def test_change_keeps_what_is_not_named(liaison: User, tea: Session, told: list[Any]) -> None:
    change = change_session(tea, {"starts_at": at(15, 14), "ends_at": at(15, 16)}, actor=liaison, reason="场地检修")

    tea.refresh_from_db()
    assert (tea.starts_at, tea.ends_at, str(tea.day)) == (at(15, 14), at(15, 16), "2023-05-15")
    assert (tea.place, tea.room, tea.state) == ("示例第一职业学校", "一楼茶艺室", Session.State.PLANNED)
    assert change.kind == SessionChange.Kind.MOVED
    [row] = differences(change, "Asia/Shanghai")
    assert (row.label, row.old, row.new) == ("时间", "5月14日 周日 09:00–11:00", "5月15日 周一 14:00–16:00")
    assert [call.get("change") or call["activity"] for call in told] == [change, tea.activity]
    event = AuditEvent.objects.get(verb="session.moved")
    assert (event.actor, event.reason, event.data["old"]["starts_at"]) == (
        liaison,
        "场地检修",
        "2023-05-14T01:00:00+00:00",
    )


def test_change_tells_the_house_but_not_who_did_it(tree: Tree, liaison: User, tea: Session) -> None:
    colleague, above = person(tree.school_a, "manager"), person(tree.siming, "reviewer")
    joint, asked, other = (person(unit, "liaison") for unit in (tree.school_b, tree.tech, tree.college))
    Partner.objects.create(activity=tea.activity, organisation=tree.school_b, state=Partner.State.ACCEPTED)
    Partner.objects.create(activity=tea.activity, organisation=tree.tech, state=Partner.State.INVITED)

    change_session(tea, {"place": "社区文化中心", "room": ""}, actor=liaison, reason="场地检修")

    reached = set(Message.objects.filter(kind="activity.session_changed").values_list("recipient", flat=True))
    assert reached == {colleague.pk, above.pk, joint.pk}
    assert not {asked.pk, other.pk, liaison.pk} & reached
    message = Message.objects.get(recipient=joint)
    assert message.title == "「茶艺体验」时间地点调整"
    assert "地点：示例第一职业学校 一楼茶艺室（思明区示例路1号） → 社区文化中心（思明区示例路1号）" in message.body
    assert "场地检修" in message.body
    assert "预约" not in message.body


def test_change_says_how_many_were_told(
    tree: Tree, liaison: User, tea: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offers, "_booked", [lambda ids: 38 if list(ids) == [tea.pk] else 0])
    person(tree.siming, "reviewer")
    change_session(tea, {"place": "社区文化中心"}, actor=liaison, reason="场地检修")
    assert "已通知预约的市民 38 位。" in Message.objects.get().body


@pytest.mark.parametrize(
    ("unit", "role", "allowed"),
    [
        ("school_a", "liaison", True),
        ("school_a", "manager", True),
        ("siming", "reviewer", True),
        ("host", "reviewer", True),
        ("school_a", "member", False),
        ("school_b", "manager", False),
        ("huli", "reviewer", False),
    ],
)
def test_change_is_for_the_organiser_and_the_line_above(
    tree: Tree, tea: Session, unit: str, role: str, allowed: bool
) -> None:
    Partner.objects.create(activity=tea.activity, organisation=tree.school_b, state=Partner.State.ACCEPTED)
    actor = person(getattr(tree, unit), role)
    if allowed:
        cancel_session(tea, actor=actor, reason="台风")
        assert SessionChange.objects.get().kind == SessionChange.Kind.CANCELLED
    else:
        with pytest.raises(NotAllowed):
            cancel_session(tea, actor=actor, reason="台风")
        assert not SessionChange.objects.exists()


@pytest.mark.parametrize(
    ("new", "field", "words"),
    [
        ({"ends_at": at(14, 8)}, "ends_at", "晚于"),
        ({"starts_at": at(6, 9), "ends_at": at(6, 10)}, "starts_at", "已经过去"),
        ({"starts_at": None}, "starts_at", "开始时间"),
        ({"online_url": "javascript:alert(1)", "is_online": True}, "online_url", "http"),
        ({"district": "atlantis"}, "district", "所在区"),
        ({"latitude": 24.4}, "latitude", "经度"),
        ({"latitude": 240.0, "longitude": 118.0}, "latitude", "超出范围"),
        ({"place": "很" * 121}, "place", "120"),
        ({}, "", "没有变"),
        ({"place": "示例第一职业学校\0 "}, "", "没有变"),
    ],
)
def test_change_refuses_nonsense(liaison: User, tea: Session, new: dict[str, Any], field: str, words: str) -> None:
    before = seen_of(tea)
    with pytest.raises(DomainError) as caught:
        change_session(tea, new, actor=liaison, reason="场地检修")
    assert (caught.value.field, words in caught.value.message) == (field, True)
    tea.refresh_from_db()
    assert (seen_of(tea), SessionChange.objects.count()) == (before, 0)


def test_change_needs_a_reason_and_what_was_seen(liaison: User, tea: Session) -> None:
    with pytest.raises(DomainError, match="原因"):
        postpone_session(tea, actor=liaison, reason=" \0 ")
    seen = seen_of(tea)
    change_session(tea, {"place": "社区文化中心"}, actor=liaison, reason="场地检修", seen=seen)
    with pytest.raises(Conflict, match="刚刚被别人改过") as caught:
        change_session(tea, {"place": "体育馆"}, actor=liaison, reason="场地检修", seen=seen)
    assert caught.value.details[0]["place"] == "社区文化中心"


def test_change_is_refused_before_approval_after_the_end_and_in_a_closed_edition(
    liaison: User, tea: Session, edition: Edition
) -> None:
    Activity.objects.update(state=Activity.State.SUBMITTED)
    with pytest.raises(Conflict, match="还没有通过审核"):
        cancel_session(tea, actor=liaison, reason="台风")
    Activity.objects.update(state=Activity.State.APPROVED)
    with time_machine.travel(at(14, 11, 1)), pytest.raises(DomainError, match="已经结束"):
        cancel_session(tea, actor=liaison, reason="台风")
    Edition.objects.update(state=Edition.State.CLOSED)
    with pytest.raises(NotAllowed):
        cancel_session(tea, actor=liaison, reason="台风")


def test_booking_ends_when_an_earlier_session_begins(liaison: User, tea: Session) -> None:
    tea.booking_closes_at = at(14, 8)
    tea.save()
    change_session(tea, {"starts_at": at(13, 9), "ends_at": at(13, 11)}, actor=liaison, reason="提前一天")
    tea.refresh_from_db()
    assert tea.booking_closes_at == at(13, 9)


def test_postponed_session_gets_a_time_and_takes_place(liaison: User, tea: Session) -> None:
    change = postpone_session(tea, actor=liaison, reason="台风")
    tea.refresh_from_db()
    assert (tea.state, tea.starts_at, tea.day) == (Session.State.POSTPONED, None, None)
    assert [row.new for row in differences(change, "Asia/Shanghai")] == ["时间待定", "延期，时间另行通知"]
    with pytest.raises(DomainError, match="已经延期"):
        postpone_session(tea, actor=liaison, reason="台风")

    change = change_session(tea, {"starts_at": at(20, 9), "ends_at": at(20, 11)}, actor=liaison, reason="台风过去了")
    tea.refresh_from_db()
    assert (tea.state, str(tea.day), change.kind) == (Session.State.PLANNED, "2023-05-20", SessionChange.Kind.MOVED)


def test_cancelled_activity_comes_back_with_what_went_with_it(
    tree: Tree, liaison: User, tea: Session, told: list[Any]
) -> None:
    activity = tea.activity
    alone = make.session(activity, at(16, 9))
    later = make.session(activity, at(17, 9))
    past = make.session(activity, at(1, 9))
    cancel_session(alone, actor=liaison, reason="老师生病")
    told.clear()

    changes = cancel_activity(activity, actor=liaison, reason="台风")

    activity.refresh_from_db()
    assert (activity.is_cancelled, activity.cancel_reason) == (True, "台风")
    assert {change.session_id for change in changes} == {tea.pk, later.pk}
    assert [call["change"].session_id for call in told if "change" in call] == [tea.pk, later.pk]
    past.refresh_from_db()
    assert past.state == Session.State.PLANNED
    for verb in (postpone_session, reinstate_session):
        with pytest.raises(DomainError, match="先恢复活动"):
            verb(tea, actor=liaison, reason="再说")
    with pytest.raises(DomainError, match="已经取消"):
        cancel_activity(activity, actor=liaison, reason="台风")

    person(tree.siming, "reviewer")
    back = reinstate(activity, actor=liaison, reason="台风过去了")
    activity.refresh_from_db()
    assert (activity.is_cancelled, activity.cancel_reason) == (False, "")
    assert {change.session_id for change in back} == {tea.pk, later.pk}
    alone.refresh_from_db()
    assert alone.state == Session.State.CANCELLED
    assert Message.objects.get(kind="activity.reinstated").title == "「茶艺体验」恢复举行"

    assert reinstate_session(alone, actor=liaison).kind == SessionChange.Kind.RESTORED


@pytest.mark.requirement("B2")
def test_supplement_settles_what_was_open_and_the_old_value_stays(tree: Tree, edition: Edition) -> None:
    editor = person(tree.host, "manager")
    opening = make.activity(edition, tree.host, title="启动仪式", kind=Activity.Kind.CITY, city_code="opening")
    lecture = make.activity(edition, tree.edu, title="专家讲座", kind=Activity.Kind.CITY, city_code="lectures")
    first, second = (make.session(owner, None, place="", address="", district="") for owner in (opening, lecture))
    bureau = person(tree.edu, "manager")
    notice = make.supplement(edition, tree.host)

    new = {"starts_at": at(14, 9), "ends_at": at(14, 11), "place": "示例会展中心", "district": "siming"}
    changes = settle([(second, {"place": "示例图书馆"}), (first, new)], notice=notice, actor=editor)

    assert {(change.kind, change.notice) for change in changes} == {(SessionChange.Kind.SETTLED, notice)}
    assert set(notice.session_changes.all()) == set(changes)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.place, first.is_time_open, second.place, second.is_time_open) == (
        "示例会展中心",
        False,
        "示例图书馆",
        True,
    )
    [time, place] = differences(first.changes.get(), "Asia/Shanghai")
    assert (time.old, place.old, place.new) == ("时间待定", "地点待定", "示例会展中心")
    message = Message.objects.get(recipient=bureau)
    assert "关于启动仪式时间地点的补充通知" in message.body

    with pytest.raises(DomainError, match="都没有变"):
        settle([(first, {"place": "示例会展中心"})], notice=notice, actor=editor)


def test_a_second_supplement_moves_what_the_first_announced(tree: Tree, edition: Edition) -> None:
    editor = person(tree.host, "manager")
    opening = make.activity(edition, tree.host, title="启动仪式", kind=Activity.Kind.CITY, city_code="opening")
    session = make.session(opening, None, place="", address="", district="")
    new = {"starts_at": at(14, 9), "ends_at": at(14, 11), "place": "示例会展中心", "district": "siming"}
    settle([(session, new)], notice=make.supplement(edition, tree.host), actor=editor)
    second = make.supplement(edition, tree.host)

    later = {"starts_at": at(15, 9), "ends_at": at(15, 11)}
    [change] = settle([(session, later)], notice=second, actor=editor)

    assert (change.kind, change.notice) == (SessionChange.Kind.MOVED, second)
    session.refresh_from_db()
    assert (session.starts_at, session.place) == (at(15, 9), "示例会展中心")
    [time] = differences(change, "Asia/Shanghai")
    assert "5月14日" in time.old and "5月15日" in time.new
    assert [row.change for row in settled_by(second)] == [change]


def test_the_supplement_shows_what_it_settled_and_leads_its_issuer_to_the_rest(tree: Tree, edition: Edition) -> None:
    editor = person(tree.host, "manager")
    opening, hidden = (
        make.activity(edition, tree.host, title=title, kind=Activity.Kind.CITY, city_code="opening", **more)
        for title, more in (("启动仪式", {}), ("未公开的讲座", {"withdrawn_at": at(7, 9)}))
    )
    sessions = [make.session(owner, None, place="", address="", district="") for owner in (opening, hidden)]
    notice = make.supplement(edition, tree.host)
    settle([(session, {"place": "示例会展中心"}) for session in sessions], notice=notice, actor=editor)

    public = Client().get(reverse("notices_public:notice", args=[notice.pk])).content.decode()
    read = reverse("notices:read", args=[notice.pk])
    own = client_of(editor).get(read).content.decode()
    for page in (public, own):
        assert "示例会展中心" in page
        assert reverse("portal:activity", args=[opening.pk]) in page
        assert "未公开的讲座" not in page
    link = reverse("activities:notice_changes", args=[notice.pk])
    assert link in own
    assert link not in client_of(person(tree.host, "viewer")).get(read).content.decode()
    page = client_of(editor).get(link, follow=True).content.decode()
    assert f'<option value="{notice.pk}" selected' in page


def test_settle_is_all_or_nothing_and_for_the_city_only(tree: Tree, edition: Edition, tea: Session) -> None:
    editor = person(tree.host, "manager")
    opening = make.activity(edition, tree.host, title="启动仪式", kind=Activity.Kind.CITY)
    open_one = make.session(opening, None, place="", address="", district="")
    of_school = make.session(tea.activity, None, place="")
    notice = make.supplement(edition, tree.host)
    with pytest.raises(NotAllowed):
        settle([(open_one, {"place": "甲"}), (of_school, {"place": "乙"})], notice=notice, actor=editor)
    with pytest.raises(NotAllowed):
        settle([(open_one, {"place": "甲"})], notice=notice, actor=person(tree.edu, "manager"))
    ordinary = make.supplement(edition, tree.host, kind=Notice.Kind.NOTICE)
    with pytest.raises(DomainError, match="补充通知"):
        settle([(open_one, {"place": "甲"})], notice=ordinary, actor=editor)
    with pytest.raises(DomainError, match="至少"):
        settle([], notice=notice, actor=editor)
    open_one.refresh_from_db()
    assert (open_one.place, SessionChange.objects.count(), Message.objects.count()) == ("", 0, 0)
