"""From the notice to what schools and residents read of it, on phones and on the real product (A1–A3, B2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import expect

from skillweek.activities.models import Activity
from skillweek.notices.models import Notice, Receipt
from tests.factories import PASSWORD, person
from tests.journeys.conftest import Person, Site
from tests.journeys.planning import keep_order, saved
from tests.site.processes import wait_for

#: Monday of the week before, ten in the morning.
BEFORE = datetime(2023, 5, 8, 2, 0, tzinfo=UTC)
TITLE = "2023年厦门市职业教育活动周通知"
OPENING = "2023年厦门市职业教育活动周启动仪式"


@pytest.mark.requirement("A1", "A2", "A3", "B2", "C9")
def test_notice_goes_out_is_acknowledged_and_supplemented(
    site: Site, someone: Callable[..., Person], tree: Any, edition: Any
) -> None:
    person(tree.host, "manager", email="city@example.org")
    person(tree.school_a, "liaison", email="liaison@example.org", name="林老师")
    late = person(tree.school_b, "liaison", email="late@example.org", name="陈老师")
    site.moment = BEFORE
    site.start()

    city = someone(phone=True)
    city.sign_in("city@example.org", PASSWORD)
    before = (city.clicks, city.fields)
    publish_the_notice(city)
    publishing = (city.clicks - before[0], city.fields - before[1])

    school = someone(phone=True)
    school.sign_in("liaison@example.org", PASSWORD)
    before = (school.clicks, school.fields)
    acknowledge(school)
    receiving = (school.clicks - before[0], school.fields - before[1])

    remind(city)
    wait_for(lambda: late.messages.filter(kind="notice.reminder").exists(), "the other school is reminded")
    before = (city.clicks, city.fields)
    plan_the_opening(city)
    planning = (city.clicks - before[0], city.fields - before[1])

    visitor = someone(phone=True)
    to_be_announced(visitor)
    before = (city.clicks, city.fields)
    supplement(city)
    supplementing = (city.clicks - before[0], city.fields - before[1])
    old_and_new(visitor)
    school.page.goto("/w/")
    expect(school.page.locator("main")).to_contain_text("补充通知")
    school.look("n13-school-home-supplement")
    print(  # noqa: T201
        f"\n(clicks, fields): publishing {publishing}, receiving {receiving}, "
        f"planning a city activity {planning}, supplement {supplementing}"
    )
    assert receiving <= (2, 0)
    assert publishing[0] <= 7


def publish_the_notice(city: Person) -> None:
    """Make it from the edition's text, look at it, publish it."""
    page = city.page
    city.look("n01-city-home")
    page.goto("/w/notices/")
    city.click(page.get_by_role("button", name="导入通知原文"))
    expect(page.locator("#id_title")).to_have_value(TITLE)
    expect(page.locator("[data-count]")).to_contain_text("将发给 6 个单位")
    city.write(page.get_by_label("签收期限"), "2023-05-10T17:00")
    city.look("n02-notice-edit")
    city.click(page.get_by_role("button", name="预览和发布"))
    expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_have_text(TITLE)
    city.look("n03-notice-preview")
    city.click(page.get_by_role("button", name="发布通知"))
    city.click(page.get_by_role("dialog").get_by_role("button", name="发布", exact=True))
    expect(page.get_by_text("已发布，发给 6 个单位").first).to_be_visible()


def acknowledge(school: Person) -> None:
    """The school finds it on its home page and signs for it."""
    page = school.page
    page.goto("/w/")
    school.look("n04-school-home")
    school.click(page.get_by_role("link", name=TITLE).first)
    school.look("n05-notice-read")
    school.click(page.get_by_role("button", name="签收"))
    expect(page.get_by_text("已代表“示例第一职业学校”签收。").first).to_be_visible()


def remind(city: Person) -> None:
    """The city sees who has signed and who has not, and reminds these."""
    page = city.page
    page.get_by_role("link", name="签收情况").click()
    expect(page.get_by_role("row", name="示例第一职业学校")).to_contain_text("林老师")
    expect(page.get_by_role("row", name="示例第二职业学校")).not_to_contain_text("陈老师")
    city.look("n06-receipts")
    page.get_by_role("button", name="提醒未签收单位").click()
    page.get_by_role("dialog").get_by_role("button", name="提醒", exact=True).click()
    expect(page.get_by_text("已提醒").first).to_contain_text("示例第二职业学校")
    assert set(Receipt.objects.exclude(acknowledged_at=None).values_list("organisation__code", flat=True)) == {"S-A"}


def plan_the_opening(city: Person) -> None:
    """The city plans an activity of the notice whose time and place come later, and approves it."""
    page = city.page
    page.goto("/w/activities/")
    city.look("n07-city-activities")
    city.click(page.get_by_role("link", name="新建活动").first)
    city.look("n08-city-new")
    row = page.get_by_role("listitem").filter(has_text=OPENING)
    city.click(row.get_by_role("button", name="开始安排"))
    expect(page.get_by_label("活动名称")).to_have_value(OPENING)
    expect(page.locator("[data-session]:visible")).to_have_count(1)
    editor = page.locator(".ProseMirror").first
    city.click(editor)
    editor.press_sequentially("全市职业院校师生代表、行业企业和市民代表共同参加，现场展示职业教育成果和技能表演。")
    city.fields += 1
    keep_order(city)
    saved(page)
    city.look("n09-city-edit")
    city.click(page.get_by_role("button", name="提交审核"))
    expect(page.locator("#decide")).to_be_visible()
    city.look("n10-city-decide")
    city.click(page.get_by_role("button", name="通过", exact=True))
    wait_for(lambda: Activity.objects.filter(published_at__isnull=False).exists(), "the opening is public")


def to_be_announced(visitor: Person) -> None:
    """The portal says that time and place follow."""
    page = visitor.page
    page.goto("/")
    visitor.look("n11-portal-home")
    page.goto("/activities/")
    page.get_by_role("link", name=OPENING).first.click()
    expect(page.locator("#sessions")).to_contain_text("时间另行通知")
    visitor.look("n11-portal-open")


def supplement(city: Person) -> None:
    """另行通知: set time and place, publish."""
    page = city.page
    page.goto("/w/activities/")
    city.click(page.get_by_role("link", name="另行通知").first)
    city.click(page.get_by_label(OPENING))
    settle = page.locator(".settle").first
    city.write(settle.get_by_label("日期"), "2023-05-14")
    city.write(settle.get_by_label("开始时间"), "09:00")
    city.write(settle.get_by_label("结束时间"), "11:00")
    city.write(settle.get_by_label("地点名称"), "示例会展中心")
    city.look("n12-supplement")
    city.click(page.get_by_role("button", name="发布并更新"))
    city.click(page.locator("#confirm-dialog").get_by_role("button", name="发布", exact=True))
    expect(page.get_by_text("补充通知已发布").first).to_be_visible()
    city.look("n12-supplement-read")
    assert Notice.objects.get(kind=Notice.Kind.SUPPLEMENT).parent == Notice.objects.get(title=TITLE)


def old_and_new(visitor: Person) -> None:
    """The visitor reads what was and what is, and finds the supplement."""
    page = visitor.page
    page.reload()
    change = page.locator(".session-change").first
    expect(change).to_contain_text("另行通知")
    expect(change.locator("ins").first).to_contain_text("5月14日")
    expect(page.locator("#sessions")).to_contain_text("示例会展中心")
    visitor.look("n14-portal-old-new")
    change.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("补充通知")
    visitor.look("n15-portal-supplement")
