"""Parents book a class, a family and a school class book an afternoon, somebody learns their interests (E5, E6)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from skillweek.activities.models import Activity
from skillweek.bookings.models import Booking
from skillweek.careers.domain.counting import set_open
from skillweek.careers.models import Tally
from skillweek.core.clock import now
from tests.classes import make
from tests.factories import Tree, person

SHOTS = Path("test-results/classes")


@pytest.fixture(autouse=True)
def _quick(settings: Any) -> None:
    settings.REQUIRE_TWO_FACTOR = False
    settings.BOOKING_PROOF_WORK = 50
    SHOTS.mkdir(parents=True, exist_ok=True)


@pytest.mark.requirement("E5")
def test_a_school_opens_a_class_and_a_parent_books_it(
    tree: Tree, edition: Any, desktop_page: Page, phone_page: Page, sign_in: Callable[..., Any],
    assert_accessible: Callable[..., None],
) -> None:  # fmt: skip
    sign_in(desktop_page, person(tree.school_a, "liaison", name="陈老师"))
    desk = desktop_page
    desk.goto("/w/classes/")
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "parents-desktop.png", full_page=True)
    desk.get_by_role("button", name="新建（示例第一职业学校）").click()
    expect(desk.get_by_label("活动名称")).to_have_value("“职业教育一堂课”家长体验活动")
    activity = Activity.objects.get()
    assert activity.sessions.count() == 2
    desk.screenshot(path=SHOTS / "parents-form-desktop.png", full_page=True)
    activity.delete()

    lesson = make.lesson(edition, tree.school_a, make.PARENTS, title="和孩子一起上焊接课")
    phone = phone_page
    phone.goto("/classes/parents-class/")
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "parents-phone.png", full_page=True)
    phone.get_by_role("link", name=re.compile("^预约 ?：和孩子一起上焊接课")).click()
    phone.locator("#id_party_size").fill("2")
    phone.locator("#id_children").fill("1")
    phone.get_by_label("孩子的年级").select_option(label="初中二年级")
    phone.get_by_label("姓名", exact=True).fill("林女士")
    phone.get_by_label("手机号码").fill("13800138000")
    phone.get_by_label("我已阅读个人信息说明").check()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "parents-book-phone.png", full_page=True)
    phone.get_by_role("button", name="提交预约").click()
    expect(phone.get_by_text("需要监护人同意", exact=False)).to_be_visible()
    phone.get_by_label("我是同行孩子的监护人", exact=False).check()
    phone.get_by_role("button", name="提交预约").click()
    expect(phone.get_by_text("预约成功。")).to_be_visible()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "parents-ticket-phone.png", full_page=True)
    made = Booking.objects.get(session=lesson)
    assert (made.party_size, made.children, made.details) == (2, 1, {"grade": 8}) and made.consent_text


@pytest.mark.requirement("E6")
def test_school_classes_and_families_fill_the_timetable(
    tree: Tree, edition: Any, desktop_page: Page, phone_page: Page, sign_in: Callable[..., Any],
    assert_accessible: Callable[..., None],
) -> None:  # fmt: skip
    from skillweek.bookings.domain import book_places

    lesson = make.lesson(edition, tree.school_a, title="小小陶艺师", starts_at=now())
    lesson.starts_at = None
    lesson.set_day()
    lesson.save()
    book_places(lesson, make.school_class(party_size=40, children=38, needs="两人对花生过敏"))
    phone = phone_page
    phone.goto("/classes/skills-and-youth/?grade=3")
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "youth-phone.png", full_page=True)
    phone.get_by_role("link", name=re.compile("班级预约 ?：小小陶艺师")).click()
    for label, text in (("学校", "示例小学"), ("班级", "三（3）班"), ("带队老师姓名", "李老师"),
                        ("带队老师手机号码", "13800138000"), ("到校方式", "步行")):  # fmt: skip
        phone.get_by_label(label, exact=False).first.fill(text)
    phone.get_by_label("年级").select_option(label="小学三年级")
    phone.locator("#id_party_size").fill("30")
    phone.locator("#id_children").fill("28")
    phone.get_by_label("本校已告知", exact=False).check()
    phone.get_by_label("我已阅读个人信息说明").check()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "youth-book-phone.png", full_page=True)
    phone.get_by_role("button", name="提交预约").click()
    expect(phone.get_by_text("现在只剩 20 个名额", exact=False).first).to_be_visible()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "youth-choose-phone.png", full_page=True)
    phone.get_by_label("名额不够时，加入候补").check()
    phone.get_by_role("button", name="提交预约").click()
    expect(phone.get_by_text("已进入候补。")).to_be_visible()

    desk = desktop_page
    sign_in(desk, person(tree.school_a, "liaison", name="陈老师"))
    desk.goto("/w/classes/timetable/")
    expect(desk.get_by_role("rowheader", name="示例小学 三（2）班")).to_be_visible()
    expect(desk.get_by_text("候补 30 人", exact=False)).to_be_visible()
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "timetable-desktop.png", full_page=True)
    phone_two = phone
    sign_in(phone_two, person(tree.school_a, "liaison"))
    phone_two.goto("/w/classes/timetable/")
    assert_accessible(phone_two)
    phone_two.screenshot(path=SHOTS / "timetable-phone.png", full_page=True)
    desk.goto(f"/w/classes/{lesson.activity_id}/")
    assert_accessible(desk)


@pytest.mark.requirement("E6")
def test_somebody_answers_the_questionnaire_without_saying_who(
    tree: Tree, edition: Any, desktop_page: Page, phone_page: Page, sign_in: Callable[..., Any],
    assert_accessible: Callable[..., None],
) -> None:  # fmt: skip
    liaison = person(tree.school_a, "liaison")
    set_open(tree.school_a, edition, actor=liaison, is_on=True)
    make.lesson(edition, tree.school_a, title="机械臂小课堂")
    phone = phone_page
    phone.goto("/careers/?school=S-A")
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "careers-phone.png")
    for code in "riasec":
        for number in range(1, 7):
            value = "2" if code == "r" else "0"
            phone.locator(f'input[name="{code}{number}"][value="{value}"]').check()
    phone.get_by_role("button", name="看结果").click()
    expect(phone.get_by_role("heading", name="您的兴趣偏动手型")).to_be_visible()
    expect(phone.get_by_role("link", name="机械臂小课堂")).to_be_visible()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "careers-result-phone.png", full_page=True)
    assert Tally.objects.get().number == 1
    desk = desktop_page
    sign_in(desk, liaison)
    desk.goto("/w/careers/")
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "careers-desktop.png", full_page=True)
    desk.get_by_role("link", name="海报").click()
    assert_accessible(desk)
