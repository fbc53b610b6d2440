"""The inbox and the delivery log, phone first (C9, C10)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from skillweek.notifications.domain import notify
from skillweek.notifications.models import Delivery
from skillweek.organisations.models import User
from tests.factories import Tree, person


@pytest.mark.requirement("C10")
def test_a_school_reads_its_messages_on_a_phone(
    phone_page: Page, sign_in: Callable[..., object], liaison: User, tree: Tree, assert_accessible: Callable[..., None]
) -> None:
    for number in range(3):
        notify(
            [liaison],
            kind="report.returned",
            title=f"5月{14 + number}日的一日一报被退回，请修改后重新报送",
            body="审核人：示例王科员\n意见：第 2 张照片没有文字说明。",
            dedupe_key=str(number),
            organisation=tree.school_a,
        )
    sign_in(phone_page, liaison)
    phone_page.goto("/w/inbox/")
    expect(phone_page.locator(".inbox .unread")).to_have_count(3)
    assert_accessible(phone_page)

    phone_page.get_by_role("link", name="5月14日的一日一报被退回").click()
    expect(phone_page.get_by_role("heading", name="5月14日的一日一报被退回")).to_be_visible()
    assert_accessible(phone_page)
    phone_page.get_by_role("link", name="返回消息").click()
    phone_page.get_by_role("navigation", name="筛选消息").get_by_role("link", name="未读").click()
    expect(phone_page.locator(".inbox li")).to_have_count(2)

    phone_page.get_by_role("button", name="全部标为已读").click()

    expect(phone_page.get_by_text("已将 2 条消息标为已读。")).to_be_visible()
    expect(phone_page.locator(".inbox .unread")).to_have_count(0)


def test_a_manager_sends_a_failed_mail_again(
    desktop_page: Page,
    sign_in: Callable[..., object],
    liaison: User,
    tree: Tree,
    assert_accessible: Callable[..., None],
) -> None:
    notify([liaison], kind="k", title="请报送一日一报", dedupe_key="1", organisation=tree.school_a)
    Delivery.objects.update(state=Delivery.State.FAILED, reason=Delivery.Reason.REFUSED, reply_code=550, attempts=1)
    sign_in(desktop_page, person(tree.siming, "manager"))
    desktop_page.goto("/w/inbox/")
    desktop_page.get_by_role("link", name="发送记录").click()
    expect(desktop_page.get_by_text("请核对邮箱")).to_be_visible()
    assert_accessible(desktop_page)

    desktop_page.get_by_role("button", name="重新发送").click()

    expect(desktop_page.get_by_text("已重新排队，几分钟内会再次发送。")).to_be_visible()


@pytest.mark.requirement("C10")
def test_two_digits_of_unread_messages_stand_side_by_side(
    phone_page: Page, sign_in: Callable[..., object], liaison: User, tree: Tree
) -> None:
    for number in range(12):
        notify(
            [liaison],
            kind="report.returned",
            title="一日一报被退回",
            dedupe_key=str(number),
            organisation=tree.school_a,
        )
    sign_in(phone_page, liaison)
    phone_page.goto("/w/inbox/")

    count = phone_page.locator(".topbar-icon .count")

    expect(count).to_have_text("12")
    assert count.evaluate("element => element.getClientRects()[0].height < 25")
