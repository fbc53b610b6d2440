"""Pages about approved activities answer, keep what was typed, and do what their buttons say (A3, B5, B6, B12)."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.urls import reverse
from python_calamine import load_workbook

from skillweek.activities import offers
from skillweek.activities.models import Activity, Assessment, Partner, Session, SessionChange
from skillweek.editions.models import Edition
from skillweek.notices.domain.importing import seed_notice
from skillweek.notices.models import Notice
from skillweek.notifications.models import Message
from skillweek.organisations.models import User
from tests.activities.running import make
from tests.activities.running.make import at
from tests.factories import Tree, client_of, person


@pytest.fixture
def tea(tree: Tree, edition: Edition) -> Session:
    """A public session of school A on Sunday, nine to eleven."""
    return make.session(make.activity(edition, tree.school_a), at(14, 9), room="一楼")


def get(user: User, page: str, *args: Any, **query: Any) -> str:
    response = client_of(user).get(reverse(f"activities:{page}", args=args), query)
    assert response.status_code == 200
    return str(response.content.decode())


def post(user: User, page: str, *args: Any, **data: Any) -> Any:
    return client_of(user).post(reverse(f"activities:{page}", args=args), data)


def when(**more: Any) -> dict[str, Any]:
    """The form of one session as the page sends it."""
    return {
        "day": "2023-05-14",
        "begins": "09:00",
        "ends": "11:00",
        "place": "示例第一职业学校",
        "address": "思明区示例路1号",
        "room": "一楼",
        "district": "siming",
        **more,
    }


@pytest.mark.requirement("A3")
def test_session_is_changed_by_its_form(
    tree: Tree, liaison: User, tea: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offers, "_booked", [lambda ids: 38])
    person(tree.siming, "reviewer")
    page = get(liaison, "session_change", tea.pk)
    assert "将通知 38 位已预约的市民，以及本单位、合作单位和上级共 1 人。" in page

    refused = post(liaison, "session_change", tea.pk, **when(place="社区文化中心"))
    assert refused.status_code == 400
    assert "社区文化中心" in refused.content.decode()
    done = post(liaison, "session_change", tea.pk, **when(place="社区文化中心", reason="场地检修"))
    assert done.status_code == 302
    tea.refresh_from_db()
    assert (tea.place, tea.starts_at) == ("社区文化中心", at(14, 9))
    page = get(liaison, "changes", tea.activity_id)
    assert "<del>" in page and "社区文化中心" in page and "场地检修" in page


@pytest.mark.requirement("A3")
def test_stale_form_is_refused_and_the_next_attempt_counts(liaison: User, tea: Session) -> None:
    from skillweek.activities.domain.changes import change_session, seen_of

    seen = seen_of(tea)
    change_session(tea, {"room": "二楼"}, actor=liaison, reason="场地检修")
    stale = post(liaison, "session_change", tea.pk, **when(room="三楼", reason="换教室", seen=seen))
    assert (stale.status_code, "刚刚被别人改过" in stale.content.decode()) == (400, True)
    tea.refresh_from_db()
    assert f'value="{seen_of(tea)}"' in stale.content.decode()
    stale = post(liaison, "session_cancel", tea.pk, reason="台风", seen=seen)
    assert stale.status_code == 400
    assert f'value="{seen_of(tea)}"' in stale.content.decode()
    assert post(liaison, "session_cancel", tea.pk, reason="台风", seen=seen_of(tea)).status_code == 302


@pytest.mark.requirement("A3", "B3")
def test_clash_is_shown_before_the_change_and_may_be_passed(tree: Tree, liaison: User, tea: Session) -> None:
    other = make.activity(tea.activity.edition, tree.school_b, title="插花")
    make.session(other, at(15, 9), room="一楼")
    data = when(day="2023-05-15", reason="改期")
    asked = post(liaison, "session_change", tea.pk, **data)
    assert asked.status_code == 200
    assert "同一场地同时有「插花」" in asked.content.decode()
    assert not SessionChange.objects.exists()
    assert post(liaison, "session_change", tea.pk, **data, anyway="1").status_code == 302
    assert SessionChange.objects.get().new["starts_at"] == "2023-05-15T01:00:00+00:00"


@pytest.mark.requirement("A3")
@pytest.mark.parametrize(
    ("name", "of_session", "state"),
    [("session_postpone", True, "postponed"), ("session_cancel", True, "cancelled"), ("cancel", False, "cancelled")],
)
def test_calling_off_asks_for_a_reason(liaison: User, tea: Session, name: str, of_session: bool, state: str) -> None:
    pk = tea.pk if of_session else tea.activity_id
    assert "没有人预约，也没有其他人需要通知。" in get(liaison, name, pk)
    assert post(liaison, name, pk, reason=" ").status_code == 400
    assert post(liaison, name, pk, reason="台风").status_code == 302
    tea.refresh_from_db()
    assert tea.state == state
    back = "reinstate" if name == "cancel" else "session_reinstate"
    if state == "cancelled":
        assert post(liaison, back, pk).status_code == 302
        tea.refresh_from_db()
        assert tea.state == "planned"


@pytest.mark.requirement("A3", "B2")
def test_supplement_is_written_published_and_settles_in_one_go(tree: Tree, edition: Edition) -> None:
    editor = person(tree.host, "manager")
    receiver = person(tree.school_a, "liaison")
    notice = seed_notice(edition, tree.host)
    opening = make.activity(edition, tree.host, title="启动仪式", kind=Activity.Kind.CITY, city_code="opening")
    lecture = make.activity(edition, tree.host, title="专家讲座", kind=Activity.Kind.CITY, city_code="lectures")
    first, second = (make.session(owner, None, place="", address="", district="") for owner in (opening, lecture))
    assert "启动仪式" in get(editor, "supplement")

    data = {"parent": notice.pk, "title": "关于市级活动的补充通知", "intro": "时间地点如下。"}
    assert "请至少勾选一场活动" in post(editor, "supplement", **data).content.decode()
    chosen = {f"s{first.pk}-{key}": value for key, value in when(place="会展中心", room="").items()}
    chosen[f"s{first.pk}-chosen"] = "1"
    wrong = post(editor, "supplement", **data, **{**chosen, f"s{first.pk}-ends": "08:00"})
    assert (wrong.status_code, "结束时间要晚于开始时间" in wrong.content.decode()) == (400, True)
    assert "会展中心" in wrong.content.decode()

    done = post(editor, "supplement", **data, **chosen)
    issued = Notice.objects.get(kind=Notice.Kind.SUPPLEMENT)
    assert done.url == reverse("notices:read", args=[issued.pk])
    assert (issued.state, issued.parent) == (Notice.State.PUBLISHED, notice)
    assert "会展中心" in issued.live["body"] and "时间地点如下。" in issued.live["body"]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.place, first.starts_at, second.place) == ("会展中心", at(14, 9), "")
    assert first.changes.get().notice == issued
    assert issued.receipts.filter(organisation=tree.school_a).exists()
    assert receiver.pk


@pytest.mark.requirement("A3")
def test_a_supplement_may_also_move_what_was_announced(tree: Tree, edition: Edition) -> None:
    editor = person(tree.host, "manager")
    notice = seed_notice(edition, tree.host)
    opening = make.activity(edition, tree.host, title="启动仪式", kind=Activity.Kind.CITY, city_code="opening")
    session = make.session(opening, at(13, 9))
    assert "已经公布的，要改时间地点" in get(editor, "supplement")

    data = {"parent": notice.pk, "title": "启动仪式改期", "intro": ""}
    moved = {f"s{session.pk}-{key}": value for key, value in when(place="会展中心", room="").items()}
    done = post(editor, "supplement", **data, **moved, **{f"s{session.pk}-chosen": "1"})

    issued = Notice.objects.get(kind=Notice.Kind.SUPPLEMENT)
    assert done.url == reverse("notices:read", args=[issued.pk])
    change = session.changes.get()
    assert (change.kind, change.notice, change.new["place"]) == (SessionChange.Kind.MOVED, issued, "会展中心")
    assert change.old["place"] and change.old["place"] != "会展中心"


@pytest.mark.requirement("B2", "B6")
def test_the_shares_count_the_citys_own_activities_until_schools_are_asked_for(
    tree: Tree, edition: Edition, tea: Session
) -> None:
    make.activity(edition, tree.host, title="启动仪式", kind=Activity.Kind.CITY, city_code="opening")
    manager = person(tree.host, "manager")

    whole = client_of(manager).get(reverse("activities:coverage_shares"))
    schools = client_of(manager).get(reverse("activities:coverage_shares"), {"kind": ""})

    def city(response: Any) -> int:
        kinds = response.context["groups"][0]
        return next(share.number for share in kinds.shares if share.name == "市级活动")

    assert (city(whole), city(schools)) == (1, 0)
    assert (whole.context["whole"], schools.context["whole"]) == (2, 1)


@pytest.mark.requirement("B6")
def test_coverage_shows_gaps_and_reminds_once(tree: Tree, edition: Edition, liaison: User, tea: Session) -> None:
    reviewer = person(tree.siming, "reviewer")
    page = get(reviewer, "coverage")
    assert "示例第一职业学校" in page and "示例第二职业学校" not in page
    assert "无亮点" in page
    for _again in range(2):
        assert post(reviewer, "coverage_remind", edition=edition.slug).status_code == 302
    message = Message.objects.get(kind="activity.coverage_gap")
    assert message.recipient == liaison
    assert message.title == f"请补充活动安排：有 {len(edition.days) - 1} 天没有活动"
    assert "5月15日" in message.body and "还没有特色亮点活动" in message.body


@pytest.mark.requirement("B6")
def test_reminder_reaches_only_ticked_units_below(tree: Tree, edition: Edition) -> None:
    people = {name: person(getattr(tree, name), "liaison") for name in ("school_a", "school_b", "tech")}
    reviewer = person(tree.edu, "reviewer")
    post(reviewer, "coverage_remind", edition=edition.slug, unit=[tree.school_b.pk, tree.tech.pk])
    assert set(Message.objects.values_list("recipient", flat=True)) == {people["school_b"].pk}
    assert post(people["school_a"], "coverage_remind", edition=edition.slug).status_code == 403


@pytest.mark.requirement("B6")
def test_school_sees_its_own_row_and_week(tree: Tree, edition: Edition, liaison: User, tea: Session) -> None:
    page = get(liaison, "coverage")
    assert "示例第一职业学校" in page and "提醒补充" not in page
    assert "茶艺体验" in get(liaison, "coverage_unit", tree.school_a.pk)
    assert client_of(liaison).get(reverse("activities:coverage_unit", args=[tree.school_b.pk])).status_code == 404


@pytest.mark.requirement("B6")
def test_drafts_of_others_are_counted_not_named(tree: Tree, edition: Edition) -> None:
    draft = make.activity(edition, tree.school_a, title="秘密草稿", state="draft", first_submitted_at=None)
    make.session(draft, at(14, 9))
    page = get(person(tree.siming, "reviewer"), "coverage_unit", tree.school_a.pk)
    assert "只有草稿 1" in page and "秘密草稿" not in page


@pytest.mark.requirement("B6")
def test_export_holds_all_units_and_shares(tree: Tree, edition: Edition, tea: Session) -> None:
    response = client_of(person(tree.host, "reviewer")).get(reverse("activities:coverage_export"))
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[arg-type]
    matrix = book.get_sheet_by_name("覆盖").to_python()
    assert [row[0] for row in matrix[2:]] == [
        "示例第一职业学校",
        "示例第二职业学校",
        "示例职业技术学院",
        "示例技师学院",
    ]
    assert matrix[2][5:7] == ["已通过 1", "空白"]
    assert ["四开放", "开放校园", 0.0, 0.0] in book.get_sheet_by_name("分类占比").to_python()


@pytest.mark.requirement("B6", "B4")
def test_shares_are_bars_that_read_as_a_table(tree: Tree, edition: Edition, tea: Session) -> None:
    page = get(person(tree.host, "reviewer"), "coverage_shares")
    assert "四开放" in page and "还没有" in page and "<progress" in page


@pytest.mark.requirement("B5")
def test_marks_are_given_sorted_and_hidden_from_the_organiser(tree: Tree, edition: Edition, liaison: User) -> None:
    reviewer, host = person(tree.siming, "reviewer"), person(tree.host, "reviewer")
    tea = make.activity(edition, tree.school_a, title="茶艺", kind=Activity.Kind.FEATURE)
    repair = make.activity(edition, tree.school_b, title="家电维修", kind=Activity.Kind.FEATURE)
    assert post(reviewer, "assess", tea.pk, substance=5, distinction=4).status_code == 400
    assert post(reviewer, "assess", tea.pk, substance=5, distinction=4, influence=6).status_code == 400
    done = post(reviewer, "assess", tea.pk, substance=5, distinction=4, influence=3, comment="很有特色")
    assert done.status_code == 302
    post(host, "assess", tea.pk, substance=3, distinction=4, influence=3)
    post(host, "assess", repair.pk, substance=5, distinction=5, influence=4)
    assert Assessment.objects.count() == 3

    page = get(host, "highlights")
    assert page.index("家电维修") < page.index("茶艺")
    assert "4.7" in page
    assert "很有特色" in get(host, "assess", tea.pk)
    assert "家电维修" not in get(reviewer, "highlights")
    for user in (liaison, person(tree.school_a, "manager")):
        for name, args in (("assess", [tea.pk]), ("highlights", [])):
            assert client_of(user).get(reverse(f"activities:{name}", args=args)).status_code == 403
        assert "很有特色" not in get(user, "activity", tea.pk)
    assert post(reviewer, "assess_withdraw", tea.pk).status_code == 302
    assert Assessment.objects.filter(activity=tea).count() == 1


@pytest.mark.requirement("B5")
def test_host_chooses_and_orders_highlights(tree: Tree, edition: Edition, liaison: User) -> None:
    host = person(tree.host, "manager")
    made = [make.activity(edition, tree.school_a, title=title) for title in ("甲", "乙", "丙")]
    for activity in made:
        post(host, "highlight", activity.pk)
    post(host, "highlight", made[0].pk)  # twice changes nothing

    def order() -> list[str]:
        rows = Activity.objects.filter(is_highlight=True).order_by("highlight_rank")
        assert [row.highlight_rank for row in rows] == list(range(1, len(rows) + 1))
        return [row.title for row in rows]

    assert order() == ["甲", "乙", "丙"]
    post(host, "highlight_move", made[2].pk, to="up")
    post(host, "highlight_move", made[0].pk, to="up")
    assert order() == ["甲", "丙", "乙"]
    post(host, "highlight", made[0].pk, drop="1")
    assert order() == ["丙", "乙"]
    assert Message.objects.filter(recipient=liaison, kind="activity.highlight_chosen").count() == 3
    for other in (person(tree.edu, "manager"), liaison):
        assert post(other, "highlight", made[0].pk).status_code == 403
    submitted = make.activity(edition, tree.school_a, state="submitted", published_at=None)
    post(host, "highlight", submitted.pk)
    submitted.refresh_from_db()
    assert not submitted.is_highlight


@pytest.mark.requirement("B12")
def test_partner_is_asked_says_yes_and_reports(tree: Tree, edition: Edition, liaison: User, tea: Session) -> None:
    other = person(tree.school_b, "liaison")
    activity = tea.activity
    assert post(liaison, "partners", activity.pk, unit="没有这个学校").status_code == 400
    assert post(liaison, "partners", activity.pk, unit="", name="").status_code == 400
    assert post(liaison, "partners", activity.pk, unit="示例第一职业学校").status_code == 400
    post(liaison, "partners", activity.pk, unit="s-b", part="维修师傅 5 名")
    partner = Partner.objects.get()
    assert Message.objects.get(recipient=other).url == reverse("activities:partner", args=[partner.pk])
    assert "维修师傅 5 名" in get(other, "partner", partner.pk)
    assert post(other, "partner", partner.pk, report="先写").status_code == 403
    assert (
        client_of(person(tree.tech, "liaison")).get(reverse("activities:partner", args=[partner.pk])).status_code == 404
    )

    post(other, "partner_answer", partner.pk, answer="accept")
    assert Message.objects.get(recipient=liaison).title == "示例第二职业学校同意联合举办「茶艺体验」"
    figures = {"figure-students": "30", "figure-teachers": ""}
    assert post(other, "partner", partner.pk, report="", **{"figure-students": "-1"}).status_code == 400
    assert post(other, "partner", partner.pk, report="维修家电 46 件", **figures).status_code == 302
    partner.refresh_from_db()
    assert (partner.report, partner.figures) == ("维修家电 46 件", {"students": 30})
    assert "维修家电 46 件" in get(liaison, "partners", activity.pk)
    assert "茶艺体验" in get(other, "joint")
    assert post(liaison, "partner_answer", partner.pk, answer="decline").status_code == 403

    post(liaison, "partner_remove", partner.pk)
    assert Partner.objects.filter(pk=partner.pk).exists()  # its figures would be lost


@pytest.mark.requirement("B12")
def test_declined_partner_no_longer_sees_it_and_may_be_asked_again(tree: Tree, liaison: User, tea: Session) -> None:
    other = person(tree.school_b, "manager")
    post(liaison, "partners", tea.activity_id, unit="S-B", part="场地")
    partner = Partner.objects.get()
    assert client_of(other).get(reverse("activities:activity", args=[tea.activity_id])).status_code == 200
    post(other, "partner_answer", partner.pk, answer="decline")
    assert client_of(other).get(reverse("activities:activity", args=[tea.activity_id])).status_code == 404
    assert post(liaison, "partners", tea.activity_id, unit="S-B", part="场地和茶具").status_code == 302
    partner.refresh_from_db()
    assert (partner.state, partner.part) == (Partner.State.INVITED, "场地和茶具")
    assert post(liaison, "partners", tea.activity_id, unit="S-B").status_code == 400
    post(liaison, "partners", tea.activity_id, name="示例茶业公司", part="茶叶")
    assert Partner.objects.get(name="示例茶业公司").state == Partner.State.ACCEPTED
    assert post(other, "partners", tea.activity_id, name="别家").status_code == 403


@pytest.mark.requirement("B3")
def test_every_page_offered_about_an_activity_is_there(tree: Tree, edition: Edition, liaison: User) -> None:
    activity = make.activity(edition, tree.school_a, kind=Activity.Kind.FEATURE)
    make.session(activity, at(14, 9))
    offered: set[str] = set()
    for user in (liaison, person(tree.siming, "reviewer")):
        client = client_of(user)
        response = client.get(reverse("activities:activity", args=[activity.pk]))
        for label, address, _icon in response.context["more"]:
            offered.add(label)
            assert client.get(address).status_code == 200, address
    assert offered == {
        "调整时间地点、延期或取消",
        "合作单位",
        "复制为新活动",
        "评价与亮点",
        "预约与签到",
        "参加者评价",
        "门户上的页面",
    }
