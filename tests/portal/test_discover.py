"""Pages where visitors look for activities (B1, B2, B5, B7, D6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from skillweek.activities.indexing import all_entries
from skillweek.activities.models import Activity, ActivityTag, Partner, SessionChange
from skillweek.bookings.models import Seats
from skillweek.bookings.queries import booking_states
from skillweek.core.clock import now
from skillweek.core.coordinates import wgs84_to_gcj02
from skillweek.editions.models import Edition
from skillweek.search.domain import put, put_all
from tests.activities.running.make import activity, at, session, supplement
from tests.factories import Tree

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("B7")]


@pytest.fixture(autouse=True)
def _sunday_noon() -> Iterator[None]:
    with time_machine.travel(at(14, 12), tick=True):
        yield


def _tag(owner: Activity, **codes: str) -> Activity:
    for group, code in codes.items():
        ActivityTag.objects.create(activity=owner, group=group, code=code)
    return owner


@pytest.fixture
def week(tree: Tree, edition: Edition) -> dict[str, Activity]:
    """A few public activities, and a hidden one with secrets in it."""
    tea = _tag(
        activity(
            edition, tree.school_a, title="茶艺体验", summary="品一杯闽南茶", description="<p>点茶与礼仪。</p>",
            person_in_charge="负责人甲", phone_in_charge="13800001111", enquiry_phone="0592-1234567",
            safety_plan="安全预案内容", funding_source="专项经费",
        ),
        audience="parents", national="moe-8",
    )  # fmt: skip
    session(tea, at(15, 9), latitude=24.4455, longitude=118.0825, booking="open", capacity=30)
    repair = activity(edition, tree.school_b, title="家电维修", is_highlight=True)
    session(repair, at(16, 9), district="huli", place="湖里社区")
    opening = activity(edition, tree.host, title="启动仪式", kind="city", city_code="opening")
    session(opening, None, place="", address="", district="")
    hidden = activity(edition, tree.school_a, title="尚未公开的活动", published_at=None)
    session(hidden, at(15, 9))
    put_all(all_entries())
    return {"tea": tea, "repair": repair, "opening": opening, "hidden": hidden}


def _titles(page: str) -> list[str]:
    return re.findall(r'class="stub-link"[^>]*>([^<]+)<', page)


def _get(client: Client, address: str, **headers: str) -> str:
    response = client.get(address, headers=headers)
    assert response.status_code == 200, address
    return response.content.decode()


@pytest.mark.usefixtures("week")
def test_the_list_shows_public_activities_highlights_first(client: Client) -> None:
    page = _get(client, "/activities/")

    assert _titles(page) == ["家电维修", "茶艺体验", "启动仪式"]
    assert "可预约，余 30 个名额" in page
    assert "免预约" in page
    assert "时间另行通知" in page


@pytest.mark.usefixtures("week")
def test_the_list_filters_by_its_address_and_gives_htmx_the_part(client: Client) -> None:
    page = _get(client, "/activities/?audience=parents&day=2023-05-15")
    part = _get(client, "/activities/?audience=parents&day=2023-05-15", hx_request="true")

    assert _titles(page) == _titles(part) == ["茶艺体验"]
    assert '<a href="/activities/?day=2023-05-15">学生家长' in page  # takes this condition off
    assert "<html" in page
    assert "<html" not in part


@pytest.mark.usefixtures("week")
def test_an_empty_result_says_what_to_do(client: Client) -> None:
    assert "没有符合条件的活动" in _get(client, "/activities/?q=火箭发射")


def test_the_nearest_comes_first_with_its_distance(client: Client, week: dict[str, Activity]) -> None:
    page = _get(client, "/activities/?sort=near&near=24.4455,118.0925")

    assert _titles(page)[0] == "茶艺体验"
    assert "1.0 公里" in page


NONSENSE = [
    *("page=0", "page=x", "page=99999999999999999999", "kind=x", "view=year", "sort=;drop", "district=%F0%9F%8D%B5"),
    *("q=%00%27%22%3C", "q=" + "%E8%8C%B6" * 400, "organisation=%00", "audience=" + "a" * 300, "near=1,2&sort=near"),
    *("near=91,200&sort=near", "day=2023-02-31", "day=%00", "day=9999-12-31", "day=0001-01-01"),
]


@pytest.mark.usefixtures("week")
def test_no_address_is_an_error(client: Client) -> None:
    for path in ("/activities/?", "/calendar/?", "/calendar/?view=day&", "/calendar/?view=list&", "/search/?q=茶&"):
        for query in NONSENSE:
            _get(client, f"{path}{query}")


@pytest.mark.usefixtures("week")
def test_the_calendar_shows_week_day_and_list(client: Client) -> None:
    week_page, day_page, list_page = (
        _get(client, f"/calendar/{query}") for query in ("", "?view=day&day=2023-05-15", "?view=list")
    )

    assert _titles(week_page) == ["茶艺体验", "家电维修"]
    assert _titles(day_page) == ["茶艺体验"]
    assert _titles(list_page) == ["茶艺体验", "家电维修", "启动仪式"]
    assert "今天" in week_page


def test_many_slots_of_a_day_are_one_line_of_the_calendar(client: Client, tree: Tree, edition: Edition) -> None:
    nursing = activity(edition, tree.college, title="健康护理")
    for hour in range(9, 17):
        session(nursing, at(15, hour), hours=0.5, booking="open", capacity=1)

    page = _get(client, "/calendar/")

    assert _titles(page) == ["健康护理"]
    assert "8 场" in page
    assert re.search(r"09:00<span>–16:30", page)


@pytest.mark.requirement("A3")
def test_the_activity_page_tells_changes_places_and_way(
    client: Client, tree: Tree, edition: Edition, week: dict[str, Activity]
) -> None:
    tea = week["tea"]
    moved = tea.sessions.get()
    Seats.objects.create(session=moved, taken=28)
    notice = supplement(edition, tree.host)
    SessionChange.objects.create(
        session=moved,
        kind="moved",
        notice=notice,
        old={"starts_at": at(14, 9).isoformat(), "place": "旧礼堂"},
        new={"starts_at": at(15, 9).isoformat(), "place": "示例第一职业学校"},
        reason="礼堂检修",
    )
    Partner.objects.create(activity=tea, organisation=tree.college, state="accepted", part="茶席布置")
    Partner.objects.create(activity=tea, name="未答应的企业", state="invited")

    page = _get(client, f"/activities/{tea.pk}/")

    assert "可预约，余 2 个名额" in page
    assert "<del>旧礼堂</del>" in page
    assert "礼堂检修" in page
    assert notice.title in page
    assert "示例职业技术学院" in page
    assert "茶席布置" in page
    latitude, longitude = wgs84_to_gcj02(24.4455, 118.0825)
    assert f"position={longitude:.6f}%2C{latitude:.6f}" in page  # GCJ-02 for the Chinese programs …
    assert "geo:24.445500,118.082500" in page  # … and WGS-84 for the phone's own
    assert f"/book/{moved.pk}/" in page
    assert "风采展示" in page
    assert 'property="og:title" content="茶艺体验"' in page
    assert '"@type":"Event"' in page
    for secret in ("未答应的企业", "负责人甲", "13800001111", "安全预案内容", "专项经费"):
        assert secret not in page


@pytest.mark.requirement("B10")
def test_slots_are_a_grid_and_days_that_are_over_stand_folded_below(
    client: Client, tree: Tree, edition: Edition
) -> None:
    nursing = activity(edition, tree.college, title="健康护理")
    for day, hour in ((14, 8), (14, 9), (15, 9), (15, 10), (15, 11), (15, 13)):
        session(nursing, at(day, hour), hours=0.5, booking="open", capacity=1, place="社区")

    page = _get(client, f"/activities/{nursing.pk}/")

    coming, _start, gone = page.partition('<details class="sessions-gone">')
    assert len(re.findall(r'<a class="slot slot-free"', coming)) == 4
    assert "5月14日" not in re.sub(r"<head>.*</head>", "", coming, flags=re.DOTALL)
    assert "已结束的 2 场" in gone
    assert gone.count('class="session-row is-past"') == 2
    with time_machine.travel(at(16, 12)):
        assert "sessions-gone" not in _get(client, f"/activities/{nursing.pk}/")  # then all of it is told


def test_hidden_withdrawn_and_unknown_activities_are_not_there(client: Client, week: dict[str, Activity]) -> None:
    tea = week["tea"]
    Activity.objects.filter(pk=tea.pk).update(withdrawn_at=now())

    for path in (f"/activities/{tea.pk}/", f"/activities/{week['hidden'].pk}/", "/activities/999999/"):
        assert client.get(path).status_code == 404
        assert client.get(f"{path}qr.svg").status_code == 404


def test_a_cancelled_activity_stays_and_says_so(client: Client, week: dict[str, Activity]) -> None:
    Activity.objects.filter(pk=week["tea"].pk).update(cancelled_at=now(), cancel_reason="暴雨红色预警")

    page = _get(client, f"/activities/{week['tea'].pk}/")

    assert "活动已取消" in page
    assert "暴雨红色预警" in page
    assert "/book/" not in re.sub(r'href="/book/find/"', "", page)
    assert _titles(_get(client, "/activities/"))[-1] == "茶艺体验"


def test_the_qr_code_is_a_picture_of_the_address(client: Client, week: dict[str, Activity]) -> None:
    path = f"/activities/{week['tea'].pk}/qr.svg"

    svg, png = client.get(path), client.get(f"{path}?as=png")

    assert svg["Content-Type"] == "image/svg+xml"
    assert b"viewBox" in svg.content
    assert png.content.startswith(b"\x89PNG")


@pytest.mark.requirement("B1", "B2")
def test_the_nations_and_the_citys_activities_link_to_local_ones(client: Client, week: dict[str, Activity]) -> None:
    national, city = _get(client, "/activities/national/"), _get(client, "/activities/city/")

    assert "教育部" in national
    assert national.count(f"/activities/{week['tea'].pk}/") == 1
    assert city.count("另行通知") >= 6
    assert _titles(city) == ["启动仪式"]


@pytest.mark.requirement("B12")
def test_an_organisations_page_shows_its_own_and_joint_activities(
    client: Client, tree: Tree, week: dict[str, Activity]
) -> None:
    Partner.objects.create(activity=week["repair"], organisation=tree.school_a, state="accepted")
    tree.school_a.contact_note = "办公室 0592-7654321"
    tree.school_a.save()

    page = _get(client, "/organisations/S-A/")

    assert _titles(page) == ["茶艺体验", "家电维修", "家电维修", "茶艺体验"]  # the week, then all, highlights first
    assert "0592-7654321" in page
    assert client.get("/organisations/NONE/").status_code == 404
    assert "示例第一职业学校" in _get(client, "/organisations/")


def test_search_finds_across_kinds_and_marks_words_safely(client: Client, edition: Edition, week: Any) -> None:
    put("activity", 9, title="<b>茶艺</b>", body="闽南茶艺<script>", url="/x/", edition_id=edition.pk)

    page = _get(client, "/search/?q=茶艺")

    assert "<mark>茶艺</mark>体验" in page
    assert "&lt;b&gt;<mark>茶艺</mark>" in page
    assert "<script>" not in page.split("<main")[1].split("</main>")[0]
    assert "没有找到“火箭”" in _get(client, "/search/?q=火箭")
    assert "想找什么" in _get(client, "/search/")


@pytest.mark.usefixtures("week")
def test_strangers_get_no_cookie_and_few_queries_however_many_activities(
    client: Client, tree: Tree, edition: Edition
) -> None:
    counts: dict[str, list[int]] = {}
    for size in (3, 30):
        for number in range(size):
            more = _tag(activity(edition, tree.school_b, title=f"活动{number}"), audience="residents")
            session(more, at(15, 9) + timedelta(hours=number))
        for path in ("/activities/", "/activities/?audience=residents&q=", "/calendar/", "/calendar/?view=list"):
            with CaptureQueriesContext(connection) as queries:
                response = client.get(path)
            assert not response.cookies
            counts.setdefault(path, []).append(len(queries))
    assert {path: few for path, (few, _many) in counts.items()} == {path: many for path, (_few, many) in counts.items()}
    assert max(many for _few, many in counts.values()) <= 16, counts


@pytest.mark.parametrize(
    "path", ["/activities/", "/calendar/", "/search/?q=茶", "/organisations/", "/activities/national/"]
)
def test_pages_without_an_edition_say_so(client: Client, db: None, path: str) -> None:
    _get(client, path)


def test_free_places_are_those_that_can_still_be_had(tree: Tree, edition: Edition) -> None:
    sessions = {
        name: session(activity(edition, tree.school_a, title=name), start, booking="open", capacity=2, **more)
        for name, start, more in (
            ("开始了的", at(14, 11, 30), {}),
            ("约满了的", at(15, 9), {}),
            ("截止了的", at(15, 9), {"booking_closes_at": at(14, 10)}),
            ("还能约的", at(15, 9), {}),
        )
    }
    Seats.objects.create(session=sessions["约满了的"], taken=2)

    page = Client().get("/activities/?places=1").content.decode()

    assert [name for name in sessions if name in page] == ["还能约的"]
    assert booking_states([sessions["开始了的"]])[sessions["开始了的"].pk].code == "closed"
