"""A visitor looks for activities on a phone and at a desk (B7, D6)."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect

from skillweek.activities.indexing import all_entries
from skillweek.activities.models import Activity, ActivityTag, Partner, SessionChange
from skillweek.bookings.models import Seats
from skillweek.editions.models import Edition
from skillweek.search.domain import put_all
from tests.activities.running.make import activity, at, session, supplement
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import Tree

pytestmark = pytest.mark.requirement("B7", "D6")
#: Set to look at the pages: ``SHOTS=/tmp/shots pytest tests/browser/test_discover.py``.
SHOTS = os.environ.get("SHOTS", "")
TITLES = [
    "闽南茶艺体验",
    "家电维修进社区",
    "老年人健康护理",
    "机器人编程开放课",
    "传统漆线雕工艺体验",
    "网上开放日：云逛校园",
]


@pytest.fixture(autouse=True)
def _sunday_noon() -> Iterator[None]:
    with time_machine.travel(at(14, 12), tick=True):
        yield


@pytest.fixture
def week(tree: Tree, edition: Edition) -> dict[str, Activity]:
    """A lively week: twelve activities of four schools, slots; moved, cancelled, full, without a time."""
    made: dict[str, Activity] = {}
    schools = [tree.school_a, tree.school_b, tree.college, tree.tech]
    districts = ["siming", "huli", "jimei", "haicang"]
    for number in range(12):
        title = TITLES[number % 6] + (f"（第{number // 6 + 1}期）" if number >= 6 else "")
        one = activity(
            edition,
            schools[number % 4],
            title=title,
            summary="跟着老师动手做，家长孩子都能来。",
            description="<p>活动由专业教师带领，现场提供材料。</p><ul><li>名额有限，先到先得</li></ul>",
            how_to_join="请提前十分钟到场签到。",
            enquiry_phone="0592-1234567",
            is_highlight=number in (0, 4),
        )
        for group, code in (("audience", "parents"), ("outreach", "open-campus" if number % 2 else "into-community")):
            ActivityTag.objects.create(activity=one, group=group, code=code)
        for day in range(15, 15 + 1 + number % 3):
            session(
                one,
                at(day, 9 + number % 6),
                district=districts[number % 4],
                place=f"{schools[number % 4].name}实训中心",
                latitude=24.44 + number / 100,
                longitude=118.08 + number / 100,
                is_online=number % 6 == 5,
                booking="open" if number % 2 == 0 else "none",
                capacity=40 if number % 2 == 0 else None,
            )
        made[title] = one
    nursing = made["老年人健康护理"]
    for slot in range(10):
        session(nursing, at(18, 9 + slot // 2, slot % 2 * 30), hours=0.5, booking="open", capacity=2, place="湖里社区")
    full = made[TITLES[4]].sessions.first()
    assert full is not None
    Seats.objects.create(session=full, taken=40)
    tea = made[TITLES[0]]
    moved = tea.sessions.get()
    SessionChange.objects.create(
        session=moved,
        kind="moved",
        notice=supplement(edition, tree.host),
        old={"starts_at": at(14, 9).isoformat(), "ends_at": at(14, 11).isoformat(), "place": "旧礼堂"},
        new={"starts_at": at(15, 9).isoformat(), "ends_at": at(15, 11).isoformat(), "place": moved.place},
        reason="礼堂检修",
    )
    Partner.objects.create(activity=tea, organisation=tree.college, state="accepted", part="茶席布置")
    cancelled = made[f"{TITLES[1]}（第2期）"]
    cancelled.cancelled_at, cancelled.cancel_reason = at(13, 8), "暴雨红色预警"
    cancelled.save()
    opening = activity(edition, tree.host, title="启动仪式", kind="city", city_code="opening")
    session(opening, None, place="", address="", district="")
    put_all(all_entries())
    return made


def _shot(page: Page, name: str) -> None:
    if SHOTS:
        wide = (page.viewport_size or PHONE)["width"] > 600
        page.screenshot(path=Path(SHOTS) / f"{name}-{'desktop' if wide else 'phone'}.png", full_page=True)


@pytest.mark.parametrize("viewport", ["phone_page", "desktop_page"])
def test_every_page_is_accessible_and_does_not_jump(
    request: pytest.FixtureRequest,
    viewport: str,
    week: dict[str, Activity],
    assert_accessible: Callable[..., None],
) -> None:
    page: Page = request.getfixturevalue(viewport)
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(e => { window.shift += e.value }))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    tea, nursing = week[TITLES[0]].pk, week["老年人健康护理"].pk
    pages = {
        "list": "/activities/",
        "nothing": "/activities/?q=火箭发射",
        "calendar": "/calendar/",
        "day": "/calendar/?view=day&day=2023-05-15",
        "agenda": "/calendar/?view=list",
        "activity": f"/activities/{tea}/",
        "slots": f"/activities/{nursing}/",
        "organisation": "/organisations/S-A/",
        "organisations": "/organisations/",
        "national": "/activities/national/",
        "city": "/activities/city/",
        "search": "/search/?q=茶艺 工艺",
    }
    for name, path in pages.items():
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.evaluate("window.shift") < 0.01, name
        _shot(page, name)
        assert_accessible(page)


def test_filters_answer_at_once_and_leave_an_address_to_share(
    new_page: Callable[..., Page], week: dict[str, Activity]
) -> None:
    page = new_page(PHONE, has_touch=True, is_mobile=True)
    page.goto("/activities/")
    expect(page.locator("#found")).to_have_text("13 项活动")

    page.get_by_label("区域").select_option("haicang")

    expect(page.locator("#found")).to_have_text("3 项活动")
    expect(page).to_have_url(re.compile(r"/activities/\?district=haicang$"))

    page.get_by_label("有名额").check()

    expect(page.locator("#found")).to_have_text("2 项活动")  # one is cancelled
    expect(page.get_by_label("区域")).to_have_value("haicang")

    page.go_back()

    expect(page.locator("#found")).to_have_text("3 项活动")
    expect(page.get_by_role("heading", level=1)).to_have_text("活动")


def test_filters_work_without_script(new_page: Callable[..., Page], week: dict[str, Activity]) -> None:
    page = new_page(DESKTOP, java_script_enabled=False)
    page.goto("/activities/")
    page.get_by_label("适合谁").select_option("parents")
    page.get_by_label("关键词").fill("茶艺")
    page.get_by_role("button", name="按条件筛选").click()

    expect(page.locator("#found")).to_have_text("2 项活动")
    page.get_by_role("link", name=re.compile("“茶艺”")).click()
    expect(page.locator("#found")).to_have_text("12 项活动")


def test_keyboard_reaches_an_activity_and_the_address_is_copied(
    new_page: Callable[..., Page], week: dict[str, Activity]
) -> None:
    page = new_page(DESKTOP, permissions=["clipboard-read", "clipboard-write"])
    page.goto("/activities/?q=闽南茶艺&sort=time")
    link = page.get_by_role("link", name=TITLES[0], exact=True)
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[0])

    page.evaluate("navigator.share = undefined")
    page.get_by_role("button", name="分享").click()

    expect(page.get_by_text("网址已复制")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith(f"/activities/{week[TITLES[0]].pk}/")


def test_the_nearest_activity_comes_first(new_page: Callable[..., Page], week: dict[str, Activity]) -> None:
    page = new_page(
        PHONE, is_mobile=True, geolocation={"latitude": 24.53, "longitude": 118.17}, permissions=["geolocation"]
    )
    page.goto("/activities/")
    page.get_by_role("button", name="离我最近").click()

    expect(page).to_have_url(re.compile(r"near=24\.530%2C118\.170"))
    expect(page.locator(".act-card").first).to_contain_text("第2期")
    expect(page.locator(".act-card").first).to_contain_text("米")


def test_pages_read_in_english(
    new_page: Callable[..., Page], week: Any, assert_accessible: Callable[..., None]
) -> None:
    page = new_page(PHONE, is_mobile=True, locale="en")
    for path in ("/activities/", "/calendar/", f"/activities/{week[TITLES[0]].pk}/"):
        page.goto(path)
        _shot(page, f"en{path.strip('/').replace('/', '-')}")
        assert_accessible(page)
