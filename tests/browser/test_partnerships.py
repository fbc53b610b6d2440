"""An enterprise signs up on the phone and meets schools; a student books a talk; an intention goes on (E3, E4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from skillweek.core.clock import now
from skillweek.notifications.models import Message
from skillweek.partnerships.models import Enterprise, FollowUp, Intention, Meeting, Need, Pairing
from tests.factories import Tree, person
from tests.participation.make import client_for, participant
from tests.partnerships import make

SHOTS = Path("test-results/partnerships")
_PASSWORD = "strong-words-2023"


@pytest.mark.requirement("E3")
@pytest.mark.requirement("E4")
def test_enterprises_meet_schools_and_students(
    tree: Tree,
    edition: Any,
    live_site: str,
    desktop_page: Page,
    phone_page: Page,
    new_page: Callable[..., Page],
    sign_in: Callable[..., Any],
    assert_accessible: Callable[..., None],
    settings: Any,
) -> None:
    settings.REQUIRE_TWO_FACTOR = False
    SHOTS.mkdir(parents=True, exist_ok=True)
    liaison, host = person(tree.school_a, "liaison", name="陈老师"), person(tree.host, "reviewer", name="市审核员")
    phone, desk = phone_page, desktop_page

    def look(page: Page, name: str) -> None:
        assert_accessible(page)
        page.screenshot(path=SHOTS / f"{name}.png", full_page=True)

    # The enterprise signs up on the phone.
    phone.goto("/partners/")
    look(phone, "welcome-phone")
    phone.get_by_role("link", name="企业注册").click()
    for label, text in (
        ("企业名称", "示例智造有限公司"), ("统一社会信用代码", "91350100M000100Y43"), ("所在地", "集美区"),
        ("联系人", "林经理"), ("手机号码", "13800138000"), ("邮箱", "lin@example.org"),
    ):  # fmt: skip
        phone.get_by_label(label, exact=False).first.fill(text)
    phone.get_by_label("行业").select_option("manufacturing")
    phone.get_by_label("规模").select_option("small")
    phone.get_by_label("我同意按上述说明使用").check()
    look(phone, "signup-phone")
    phone.get_by_role("button", name="发送确认邮件").click()
    expect(phone.get_by_role("heading", name="请查收邮件")).to_be_visible()
    phone.goto(Message.objects.get(kind="partner.confirm").url)
    phone.get_by_label("设置密码").fill(_PASSWORD)
    phone.get_by_label("再输一次密码").fill(_PASSWORD)
    phone.get_by_role("button", name="确认并登录").click()
    expect(phone.get_by_text("正在核验")).to_be_visible()

    # The host verifies it at the desk.
    sign_in(desk, host)
    desk.goto("/w/partners/")
    look(desk, "overview-desktop")
    desk.get_by_role("link", name="1 家企业待核验").click()
    desk.get_by_role("link", name="示例智造有限公司").click()
    expect(desk.get_by_role("heading", name="示例智造有限公司")).to_be_visible()
    look(desk, "enterprise-desktop")
    desk.get_by_role("button", name="通过核验").click()
    expect(desk.get_by_text("已核验").first).to_be_visible()
    firm = Enterprise.objects.get()

    # It posts a position, which is read before the public sees it.
    phone.goto("/partners/mine/needs/add/")
    phone.get_by_label("类型").select_option("position")
    phone.get_by_label("标题").fill("机电设备维修工")
    phone.get_by_label("要求和说明").fill("会看电气图。")
    phone.get_by_text("装备制造大类", exact=True).click()
    for name in ("机电一体化技术（高职专科）", "自动化类"):
        phone.get_by_label(name, exact=True).check()
    look(phone, "need-phone")
    phone.get_by_role("button", name="提交审核").click()
    expect(phone.get_by_text("已提交审核")).to_be_visible()
    need = Need.objects.get()
    desk.goto(f"/w/partners/needs/{need.pk}/")
    look(desk, "need-desktop")
    desk.get_by_role("button", name="公开").click()
    expect(desk.get_by_text("已公开").first).to_be_visible()

    # The school's majors match it, the school comes to the meeting and wishes.
    day = (now() + timedelta(days=3)).date()
    until = datetime(day.year, day.month, day.day, 0, 0, tzinfo=UTC)
    salon = make.meeting(edition, tree.host, host, day=day, apply_until=until)
    table = make.seat(salon, firm, host)
    school = new_page({"width": 1280, "height": 800})
    sign_in(school, liaison)
    school.goto("/w/partners/majors/?q=机电技术应用")
    look(school, "majors-desktop")
    school.get_by_role("button", name="添加").first.click()
    school.goto("/w/partners/matches/")
    expect(school.get_by_text("因为同属“自动化类”")).to_be_visible()
    look(school, "matches-desktop")
    school.goto(f"/w/partners/meetings/{salon.pk}/")
    school.get_by_role("button", name="学校报名").click()
    school.get_by_label("第 1 志愿").select_option(str(table.pk))
    school.get_by_role("button", name="保存志愿").click()
    expect(school.get_by_text("志愿已保存")).to_be_visible()
    look(school, "school-meeting-desktop")

    # The schedule is made, published and printed.
    desk.goto(f"/w/partners/meetings/{salon.pk}/schedule/")
    desk.get_by_role("button", name="按志愿排日程").click()
    expect(desk.get_by_text("排好 1 场")).to_be_visible()
    look(desk, "schedule-desktop")
    desk.get_by_role("button", name="公布日程").click()
    expect(desk.get_by_text("日程已公布").first).to_be_visible()
    desk.goto(f"/w/partners/meetings/{salon.pk}/")
    look(desk, "meeting-desktop")
    desk.goto(f"/w/partners/meetings/{salon.pk}/schedule/print/")
    desk.emulate_media(media="print")
    desk.screenshot(path=SHOTS / "print.png", full_page=True)
    desk.emulate_media(media="screen")
    assert_accessible(desk)
    phone.goto(f"/partners/mine/meetings/{salon.pk}/")
    expect(phone.locator(".partner-talks").get_by_text("示例第一职业学校")).to_be_visible()
    look(phone, "my-meeting-phone")

    # A student books a talk on the phone.
    fair = make.talks(edition, tree.host, host, day=day, apply_until=until, seats=2)
    make.seat(fair, firm, host)
    student = new_page({"width": 390, "height": 844})
    cookie = next(iter(client_for(participant(edition)).cookies.values()))
    student.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_site}])
    student.goto(f"/partners/meetings/{fair.pk}/")
    look(student, "fair-phone")
    student.get_by_role("link", name="约面谈").click()
    student.get_by_role("radio").first.check()
    student.get_by_label("姓名").first.fill("小林")
    student.get_by_label("我同意按上述说明使用").check()
    look(student, "book-phone")
    student.get_by_role("button", name="约这个时段").click()
    expect(student.get_by_text("已约好")).to_be_visible()
    look(student, "booked-phone")
    assert Pairing.objects.filter(meeting=fair).count() == 1

    # An intention is recorded after the meeting and followed up by the enterprise.
    school.goto(f"/w/partners/meetings/{salon.pk}/")
    school.get_by_role("link", name="记录与示例智造有限公司的意向").click()
    school.get_by_label("类型").select_option("order")
    school.get_by_label("内容").fill("开设机电订单班")
    school.get_by_label("人数或数量").fill("30")
    look(school, "intention-add-desktop")
    school.get_by_role("button", name="记录", exact=True).click()
    expect(school.get_by_text("到跟进日期会提醒双方")).to_be_visible()
    look(school, "intention-desktop")
    FollowUp.objects.filter(pk=FollowUp.objects.first().pk).update(due_on=now().date() - timedelta(days=1))
    phone.goto("/partners/mine/")
    phone.get_by_label("现在的状态").select_option("signed")
    phone.get_by_label("进展").fill("协议已签")
    look(phone, "mine-phone")
    phone.get_by_role("button", name="保存进展").click()
    expect(phone.get_by_text("已记下进展")).to_be_visible()
    assert Intention.objects.get().state == "signed"
    assert Meeting.objects.count() == 2
    for path, name in (
        ("/partners/", "needs"),
        ("/partners/enterprises/", "enterprises"),
        ("/partners/meetings/", "m"),
    ):
        student.goto(path)
        look(student, f"public-{name}-phone")
    for path, name in (("intentions/", "intentions"), ("catalogue/", "catalogue"), ("meetings/add/", "meeting-add")):
        desk.goto(f"/w/partners/{path}")
        look(desk, f"{name}-desktop")
    sign_in(phone, liaison)
    for path, name in (("", "overview"), ("intentions/", "intentions"), ("majors/", "majors")):
        phone.goto(f"/w/partners/{path}")
        look(phone, f"{name}-phone")
