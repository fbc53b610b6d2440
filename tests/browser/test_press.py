"""A journalist signs up, is accredited, takes a lead and hands in coverage; the school's figure shows it (D3, D4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from skillweek.core.clock import now
from skillweek.notifications.models import Message
from skillweek.press.models import Coverage, Journalist
from skillweek.statistics.queries.figures import count_again
from tests.factories import Tree, person
from tests.press import make

SHOTS = Path("test-results/press")
_PASSWORD = "strong-words-2023"


@pytest.mark.requirement("D3")
@pytest.mark.requirement("D4")
def test_a_journalist_takes_a_lead_and_its_coverage_is_counted(
    tree: Tree,
    edition: Any,
    desktop_page: Page,
    phone_page: Page,
    sign_in: Callable[..., Any],
    assert_accessible: Callable[..., None],
    settings: Any,
) -> None:
    settings.REQUIRE_TWO_FACTOR = False
    SHOTS.mkdir(parents=True, exist_ok=True)
    liaison = person(tree.school_a, "liaison", name="陈老师")
    lead = make.lead(edition, tree.school_a)

    phone = phone_page
    phone.goto("/press/")
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "welcome-phone.png", full_page=True)
    phone.get_by_role("link", name="记者注册").click()
    for label, text in (
        ("姓名", "林记者"), ("所在媒体", "人民日报"), ("手机号码", "13800138000"), ("邮箱", "lin@example.org"),
        ("记者证号", "B350001"),
    ):  # fmt: skip
        phone.get_by_label(label, exact=False).first.fill(text)
    phone.get_by_label("我同意按上述说明使用").check()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "signup-phone.png", full_page=True)
    phone.get_by_role("button", name="发送确认邮件").click()
    expect(phone.get_by_role("heading", name="请查收邮件")).to_be_visible()
    phone.goto(Message.objects.get(kind="journalist.confirm").url)
    phone.get_by_label("设置密码").fill(_PASSWORD)
    phone.get_by_label("再输一次密码").fill(_PASSWORD)
    phone.get_by_role("button", name="确认并登录").click()
    expect(phone.get_by_text("主办单位正在核验")).to_be_visible()

    desk = desktop_page
    sign_in(desk, person(tree.host, "reviewer"))
    desk.goto("/w/press/journalists/")
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "journalists-desktop.png", full_page=True)
    desk.get_by_role("button", name="通过核验").click()
    expect(desk.locator("main .panel").get_by_text("已核验", exact=True)).to_be_visible()
    assert Journalist.objects.get().is_accredited

    phone.goto("/press/")
    phone.screenshot(path=SHOTS / "leads-phone.png", full_page=True)
    phone.get_by_role("link", name="茶艺班与社区老人共学").click()
    expect(phone.get_by_role("link", name="0592-1234567")).to_be_visible()
    phone.get_by_role("button", name="我来报道").click()
    expect(phone.get_by_text("您已登记来报道")).to_be_visible()
    phone.get_by_label("您的问题").fill("可以拍课堂吗？")
    phone.get_by_role("button", name="提问").click()
    phone.get_by_text("请求到访").click()
    phone.get_by_label("到访时间").fill((now() + timedelta(days=1)).strftime("%Y-%m-%dT10:00"))
    phone.get_by_role("button", name="发送请求").click()
    expect(phone.get_by_text("待答复").first).to_be_visible()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "lead-phone.png", full_page=True)

    sign_in(desk, liaison)
    desk.goto(f"/w/press/leads/{lead.pk}/")
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "lead-desktop.png", full_page=True)
    desk.get_by_role("button", name="同意").click()
    desk.get_by_role("textbox", name="回答").fill("可以，请提前一天说。")
    desk.get_by_role("button", name="回答，所有记者可见").click()
    expect(desk.locator("main p").get_by_text("可以，请提前一天说。")).to_be_visible()

    phone.reload()
    expect(phone.get_by_text("可以，请提前一天说。")).to_be_visible()
    phone.get_by_text("登记一篇刊发的报道").click()
    phone.get_by_label("报道标题").fill("同饮一杯茶")
    phone.get_by_label("发布日期").fill(edition.days[0].isoformat())
    phone.get_by_role("button", name="交回").click()
    expect(phone.get_by_text("同饮一杯茶")).to_be_visible()

    row = Coverage.objects.get()
    count_again(edition, type(tree.school_a).objects.filter(pk=tree.school_a.pk))
    desk.goto(f"/w/statistics/{tree.school_a.pk}/figure/coverage_national/")
    expect(desk.get_by_text("平台统计到不重复的 1 项")).to_be_visible()
    desk.get_by_role("link", name="同饮一杯茶").click()
    expect(desk.get_by_role("heading", name="同饮一杯茶")).to_be_visible()
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "coverage-desktop.png", full_page=True)
    desk.get_by_role("button", name="核实无误").click()
    expect(desk.get_by_text("已核实").first).to_be_visible()
    row.refresh_from_db()
    assert row.state == Coverage.State.CONFIRMED
    make.coverage(edition, tree.school_a, title="甲校茶艺开放日引来三百市民", link="https://example.org/1")
    make.coverage(edition, tree.school_b, title="同饮一杯茶！", outlet="人民日报", level="national")
    sign_in(desk, person(tree.host, "reviewer"))
    for page, name in ((desk, "desktop"), (phone, "phone")):
        if page is phone:
            sign_in(page, liaison)
        page.goto("/w/press/")
        assert_accessible(page)
        page.screenshot(path=SHOTS / f"register-{name}.png", full_page=True)
