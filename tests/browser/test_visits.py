"""A creator asks to visit a school, the school agrees and plans the way, what was filmed comes back (E9)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.signing import Signer
from playwright.sync_api import Page, expect

from skillweek.core.clock import now
from skillweek.press.models import Coverage, SchoolVisit
from tests.factories import Tree, person
from tests.participation.make import participant

SHOTS = Path("test-results/visits")


@pytest.mark.requirement("E9")
def test_a_creator_visits_a_school_and_hands_in_a_film(
    tree: Tree, edition: Any, desktop_page: Page, phone_page: Page, live_site: str, sign_in: Callable[..., Any],
    assert_accessible: Callable[..., None], settings: Any,
) -> None:  # fmt: skip
    settings.REQUIRE_TWO_FACTOR = False
    SHOTS.mkdir(parents=True, exist_ok=True)
    desk, phone = desktop_page, phone_page
    sign_in(desk, person(tree.school_a, "liaison", name="陈老师"))
    desk.goto("/w/press/visits/")
    assert_accessible(desk)
    desk.get_by_role("link", name="开放探校").click()
    desk.get_by_label("看点").fill("焊接机器人实训室、茶艺课堂，可以采访大赛获奖学生。")
    desk.get_by_label("进校须知").fill("拍摄学生请先征得同意；车间穿平底鞋。")
    assert_accessible(desk)
    desk.get_by_role("button", name="保存").click()
    expect(desk.get_by_text("已开放探校申请。")).to_be_visible()

    phone.goto("/press/visits/")
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "list-phone.png", full_page=True)
    phone.get_by_role("link", name="示例第一职业学校").click()
    expect(phone.get_by_role("link", name="我是达人，验证手机或邮箱")).to_be_visible()
    assert_accessible(phone)
    who = participant(edition)
    value = Signer(salt="skillweek.participation.who").sign(f"{who.pk}.{who.nonce}")
    phone.context.add_cookies([{"name": f"participant_{edition.pk}", "value": value, "url": live_site}])
    phone.reload()
    day = (now().astimezone(ZoneInfo(edition.zone)) + timedelta(days=3)).date().isoformat()
    for label, text in (("联系人", "示例达人"), ("手机号码", "13800138000"), ("账号名称", "示例账号"),
                        ("粉丝数", "12000"), ("到校时间", f"{day}T09:00"), ("离校时间", f"{day}T11:00"), ("人数", "2"),
                        ("想看什么", "拍焊接实训")):  # fmt: skip
        phone.get_by_label(label, exact=False).first.fill(text)
    phone.get_by_label("平台").select_option(label="哔哩哔哩")
    phone.get_by_label("我已阅读进校须知", exact=False).check()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "apply-phone.png", full_page=True)
    phone.get_by_role("button", name="发送申请").click()
    expect(phone.get_by_text("申请已发给学校", exact=False)).to_be_visible()

    desk.goto("/w/press/visits/")
    desk.screenshot(path=SHOTS / "list-desktop.png", full_page=True)
    desk.get_by_role("link", name="示例达人").click()
    desk.get_by_role("button", name="同意探校").click()
    desk.locator("[name=stop-0-at]").fill("09:00")
    desk.locator("[name=stop-0-place]").fill("南门")
    desk.locator("[name=stop-1-at]").fill("09:30")
    desk.locator("[name=stop-1-place]").fill("焊接实训室")
    desk.locator("[name=stop-1-person]").fill("陈老师")
    desk.get_by_label("到校提示").fill("车停南门外。")
    desk.get_by_role("button", name="保存行程").click()
    expect(desk.get_by_text("行程已保存。")).to_be_visible()
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "visit-desktop.png", full_page=True)

    phone.reload()
    expect(phone.get_by_text("焊接实训室")).to_be_visible()
    expect(phone.get_by_role("link", name="加入日历")).to_be_visible()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "visit-phone.png", full_page=True)
    visit = SchoolVisit.objects.get()
    SchoolVisit.objects.filter(pk=visit.pk).update(starts_at=now() - timedelta(hours=3), ends_at=now())
    phone.reload()
    phone.get_by_label("报道标题").fill("一分钟看焊接机器人")
    phone.get_by_label("链接").fill("https://example.org/video/1")
    phone.get_by_role("button", name="交回").click()
    expect(phone.get_by_text("已登记，学校核实后计入", exact=False)).to_be_visible()
    assert_accessible(phone)

    desk.reload()
    desk.get_by_role("link", name="一分钟看焊接机器人").click()
    desk.get_by_role("button", name="核实无误").click()
    expect(desk.get_by_text("已核实").first).to_be_visible()
    assert Coverage.objects.get().state == Coverage.State.CONFIRMED
