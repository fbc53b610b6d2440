"""A family books on a phone, gets a mail from a real server, cancels, and the waiting list moves up (B8, B10)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from playwright.sync_api import Page, expect

from skillweek.activities.models import SessionSeries
from skillweek.bookings import tokens
from skillweek.bookings.models import Booking
from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.notifications.domain import deliver
from skillweek.notifications.models import Delivery
from tests.bookings import make
from tests.bookings.conftest import postbox
from tests.factories import Tree

__all__ = ["postbox"]


def send_all() -> None:
    """What the worker does: every mail that is due goes out."""
    for delivery in Delivery.objects.filter(state=Delivery.State.QUEUED):
        deliver(delivery.pk)


@pytest.mark.requirement("B8")
def test_a_family_books_reads_its_mail_cancels_and_the_next_moves_up(
    phone_page: Page,
    new_page: Callable[..., Page],
    edition: Edition,
    tree: Tree,
    assert_accessible: Callable[..., None],
    postbox: Any,
) -> None:
    session = make.session(make.activity(edition, tree.school_a), capacity=2, starts_in=timedelta(days=3))
    phone_page.goto(f"/book/{session.pk}/")
    expect(phone_page.get_by_text("还剩 2 个名额")).to_be_visible()
    assert_accessible(phone_page)

    phone_page.get_by_role("button", name="人数：加一", exact=True).click()
    phone_page.get_by_role("button", name=re.compile("未满 14 周岁的孩子：加一")).click()
    phone_page.get_by_label("姓名", exact=True).fill("林女士")
    phone_page.get_by_label("电子邮箱").fill("lin@example.org")
    phone_page.get_by_role("button", name="提交预约").click()
    expect(phone_page.get_by_text("请先阅读个人信息说明，并勾选同意。")).to_be_visible()
    assert_accessible(phone_page)
    expect(phone_page.get_by_label("姓名", exact=True)).to_have_value("林女士")
    phone_page.get_by_label("我已阅读个人信息说明").check()
    phone_page.get_by_role("button", name="提交预约").click()
    expect(phone_page.get_by_text("需要监护人同意。请勾选监护人同意。")).to_be_visible()
    phone_page.get_by_label("我是这些孩子的监护人").check()
    phone_page.get_by_role("button", name="提交预约").click()

    expect(phone_page.get_by_text("预约成功。")).to_be_visible()
    expect(phone_page.get_by_role("img", name="签到二维码")).to_be_visible()
    assert_accessible(phone_page)
    booking = Booking.objects.get()
    assert (booking.state, booking.party_size, booking.children) == ("confirmed", 2, 1)
    send_all()
    [mail] = postbox.mails
    assert mail["To"] == "lin@example.org" and "预约成功" in mail["Subject"]
    assert tokens.ticket_url(booking) in mail.get_body(("plain",)).get_content()

    # Somebody else comes too late and waits.
    other = new_page({"width": 390, "height": 844})
    other.goto(f"/book/{session.pk}/")
    expect(other.get_by_text("名额已经约满，可以候补。")).to_be_visible()
    assert_accessible(other)
    other.get_by_label("姓名", exact=True).fill("陈先生")
    other.get_by_label("电子邮箱").fill("chen@example.org")
    other.get_by_label("我已阅读个人信息说明").check()
    other.get_by_role("button", name="加入候补").click()
    expect(other.get_by_text("候补第 1 位")).to_be_visible()
    assert_accessible(other)

    # The family cannot come: by the link of the mail.
    phone_page.goto(tokens.ticket_path(booking))
    phone_page.get_by_role("button", name="取消预约").click()
    phone_page.get_by_role("dialog").get_by_role("button", name="取消预约").click()
    expect(phone_page.get_by_text("您已取消这个预约")).to_be_visible()
    assert_accessible(phone_page)

    other.reload()
    expect(other.get_by_role("heading", name="名额轮到您了，请确认")).to_be_visible()
    assert_accessible(other)
    other.get_by_role("button", name="确认参加").click()
    expect(other.get_by_role("img", name="签到二维码")).to_be_visible()
    send_all()
    assert [(mail["To"], mail["Subject"].split("】")[1].split("：")[0]) for mail in postbox.mails[1:]] == [
        ("chen@example.org", "已进入候补"),
        ("lin@example.org", "预约已取消"),
        ("chen@example.org", "候补到名额了，请在" + mail_time(Booking.objects.get(name="陈先生")) + "前确认"),
        ("chen@example.org", "预约成功"),
    ]


def mail_time(booking: Booking) -> str:
    """As the offer's mail names its end: in the edition's zone."""
    until = make.offered_until(booking)
    return f"{until.month}月{until.day}日 {until:%H:%M}"


@pytest.mark.requirement("B8")
def test_a_visitor_changes_the_party_and_finds_a_lost_link(
    phone_page: Page, edition: Edition, tree: Tree, assert_accessible: Callable[..., None], postbox: Any
) -> None:
    session = make.session(make.activity(edition, tree.school_a), capacity=20)
    booking = make.book(session, 2, name="林女士", email="lin@example.org", phone="13800138000")
    phone_page.goto(tokens.ticket_path(booking))
    phone_page.get_by_text("修改人数").click()
    phone_page.get_by_role("button", name="人数：加一", exact=True).click()
    phone_page.get_by_role("button", name="保存修改").click()
    expect(phone_page.get_by_text("预约已修改。")).to_be_visible()
    booking.refresh_from_db()
    assert booking.party_size == 3

    phone_page.goto("/book/find/")
    assert_accessible(phone_page)
    phone_page.get_by_label("姓名").fill("林女士")
    phone_page.get_by_label("手机号码或电子邮箱").fill("138 0013 8000")
    phone_page.get_by_role("button", name="重新发送链接").click()
    expect(phone_page.get_by_text("已收到。")).to_be_visible()
    assert_accessible(phone_page)
    assert DBTaskResult.objects.filter(task_path="skillweek.bookings.tasks.send_links").get().args_kwargs["args"] == [
        [booking.pk]
    ]


@pytest.mark.requirement("B8")
def test_a_class_books_as_a_group(
    desktop_page: Page, edition: Edition, tree: Tree, assert_accessible: Callable[..., None]
) -> None:
    session = make.session(make.activity(edition, tree.school_a), capacity=60, allows_groups=True)
    desktop_page.goto(f"/book/{session.pk}/")
    desktop_page.get_by_role("link", name="班级团体").click()
    assert_accessible(desktop_page)
    desktop_page.get_by_label("学校和班级").fill("示例小学三（2）班")
    desktop_page.get_by_label("人数", exact=True).fill("40")
    desktop_page.get_by_role("spinbutton", name="其中未满 14 周岁的孩子").fill("38")
    desktop_page.get_by_label("学校已经取得这些孩子监护人的同意").check()
    desktop_page.get_by_label("联系人姓名").fill("王老师")
    desktop_page.get_by_label("手机号码").fill("13800138000")
    desktop_page.get_by_label("我已阅读个人信息说明").check()
    desktop_page.get_by_role("button", name="提交预约").click()

    expect(desktop_page.get_by_text("请收藏这个页面")).to_be_visible()
    booking = Booking.objects.get()
    assert (booking.kind, booking.group_name, booking.party_size) == ("group", "示例小学三（2）班", 40)


@pytest.mark.requirement("B8")
def test_the_page_opens_by_itself_when_booking_begins(
    phone_page: Page, edition: Edition, tree: Tree, assert_accessible: Callable[..., None]
) -> None:
    session = make.session(
        make.activity(edition, tree.school_a), booking_opens_at=timezone.now() + timedelta(seconds=4)
    )
    phone_page.goto(f"/book/{session.pk}/")
    expect(phone_page.get_by_role("heading", name="预约还没有开始")).to_be_visible()
    assert_accessible(phone_page)

    expect(phone_page.get_by_role("button", name="提交预约")).to_be_visible(timeout=15_000)


@pytest.mark.requirement("B10")
def test_a_resident_chooses_a_slot_and_gets_a_number(
    phone_page: Page, edition: Edition, tree: Tree, assert_accessible: Callable[..., None]
) -> None:
    activity = make.activity(edition, tree.school_a, title="家电维修进社区")
    series = SessionSeries.objects.create(activity=activity, pattern={})
    start = (now() + timedelta(days=2)).replace(hour=1, minute=0, second=0, microsecond=0)
    slots = [
        make.session(
            activity,
            starts_at=start + timedelta(days=day, minutes=20 * number),
            series=series,
            capacity=2,
            has_waiting_list=False,
            place="示例社区服务站",
        )
        for day in range(2)
        for number in range(9)
    ]
    make.book(slots[0]), make.book(slots[0]), make.book(slots[1])
    phone_page.goto(f"/book/slots/{activity.pk}/")
    expect(phone_page.locator(".slot")).to_have_count(9)
    expect(phone_page.locator("span.slot").get_by_text("已满")).to_have_count(1)
    assert_accessible(phone_page)

    phone_page.get_by_role("link", name="09:20").click()
    expect(phone_page.get_by_text("还剩 1 个名额")).to_be_visible()
    phone_page.get_by_label("姓名", exact=True).fill("林女士")
    phone_page.get_by_label("手机号码").fill("13800138000")
    phone_page.get_by_label("我已阅读个人信息说明").check()
    phone_page.get_by_role("button", name="提交预约").click()

    expect(phone_page.locator(".ticket-codes")).to_contain_text("排队号")
    assert Booking.objects.get(name="林女士").number == 4
