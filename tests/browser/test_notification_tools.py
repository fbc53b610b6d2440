"""Choosing messages, group robots and the city's words, phone first (A2, A4, C9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from skillweek.notifications.domain import notify
from skillweek.notifications.models import Delivery, GroupChannel, MessageTemplate, Preference, ReaderSettings
from skillweek.organisations.models import User
from tests.factories import Tree, person
from tests.notifications.conftest import Platform, platform

__all__ = ["platform"]
SignIn = Callable[..., object]
Accessible = Callable[..., None]


@pytest.mark.requirement("C9")
def test_a_school_chooses_its_messages_on_a_phone(
    phone_page: Page, sign_in: SignIn, liaison: User, assert_accessible: Accessible
) -> None:
    sign_in(phone_page, liaison)
    phone_page.goto("/w/inbox/settings/")
    expect(phone_page.get_by_role("checkbox", name="邮件：报告被退回")).to_be_disabled()
    assert_accessible(phone_page)

    phone_page.get_by_role("checkbox", name="邮件：报告已通过").uncheck()
    phone_page.get_by_label("免打扰开始").fill("22:00")
    phone_page.get_by_label("免打扰结束").fill("07:30")
    phone_page.get_by_label("一般消息").select_option("daily")
    phone_page.get_by_role("button", name="保存").click()

    expect(phone_page.get_by_text("消息设置已保存。")).to_be_visible()
    expect(phone_page.get_by_role("checkbox", name="邮件：报告已通过")).not_to_be_checked()
    expect(phone_page.get_by_label("免打扰开始")).to_have_value("22:00")
    assert ReaderSettings.objects.get(user=liaison).digest == "daily"
    assert Preference.objects.get(user=liaison).kind == "report.accepted"


@pytest.mark.requirement("A2")
def test_a_bureau_sets_up_a_group_robot_on_a_phone(
    phone_page: Page, sign_in: SignIn, tree: Tree, platform: Platform, assert_accessible: Accessible
) -> None:
    sign_in(phone_page, person(tree.siming, "manager"))
    phone_page.goto("/w/inbox/robots/")
    assert_accessible(phone_page)
    phone_page.get_by_role("link", name="添加群机器人").first.click()
    assert_accessible(phone_page)
    phone_page.get_by_label("平台").select_option("dingtalk")
    phone_page.get_by_label("群名称").fill("思明区联络员群")
    phone_page.get_by_label("机器人地址").fill("http://169.254.169.254/robot/send?access_token=x")
    phone_page.get_by_label("签名密钥").fill("SEC123")
    phone_page.get_by_role("button", name="保存").click()
    expect(phone_page.get_by_text("这不是钉钉机器人的地址")).to_be_visible()
    expect(phone_page.get_by_label("群名称")).to_have_value("思明区联络员群")

    phone_page.get_by_label("机器人地址").fill(f"{platform.url}/robot/send?access_token=5d1c4f3e")
    phone_page.get_by_role("button", name="保存").click()
    expect(phone_page.get_by_text("已添加。")).to_be_visible()
    expect(phone_page.locator(".robots")).not_to_contain_text("access_token")
    assert_accessible(phone_page)
    phone_page.get_by_role("button", name="发送测试消息").click()

    expect(phone_page.get_by_text("测试消息已发到“思明区联络员群”。")).to_be_visible()
    assert "sign" in platform.asked[0].query
    phone_page.get_by_role("button", name="删除").click()
    phone_page.get_by_role("dialog").get_by_role("button", name="删除").click()
    expect(phone_page.get_by_text("已删除“思明区联络员群”。")).to_be_visible()
    assert not GroupChannel.objects.exists()


@pytest.mark.requirement("A4")
@pytest.mark.parametrize("size", ["phone_page", "desktop_page"])
def test_the_city_words_a_message(
    size: str, request: Any, sign_in: SignIn, tree: Tree, assert_accessible: Accessible
) -> None:
    page: Page = request.getfixturevalue(size)
    sign_in(page, person(tree.host, "manager"))
    page.goto("/w/inbox/templates/")
    assert_accessible(page)
    page.get_by_role("link", name="报告被退回").click()
    preview = page.locator("#wording-preview")
    expect(preview).to_contain_text("5月14日的一日一报被退回")
    assert_accessible(page)

    title = page.get_by_label("标题")
    title.fill("{day}的报告请修改：{nobody}")
    expect(preview).to_contain_text("没有这个变量：{nobody}")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".field-wrong")).to_contain_text("没有这个变量：{nobody}")
    title.fill("{day}的报告请您修改")
    expect(preview).to_contain_text("5月14日的报告请您修改")
    page.get_by_role("button", name="保存").click()

    expect(page.get_by_text("已保存，下一条消息就用新的文字。")).to_be_visible()
    template = MessageTemplate.objects.get()
    assert (template.title, template.body, template.markdown) == ("{day}的报告请您修改", "", "")
    page.get_by_text("看改了什么").click()
    assert_accessible(page)
    page.get_by_role("link", name="English").click()
    expect(page.get_by_label("标题")).not_to_have_value("{day}的报告请您修改")
    page.get_by_role("link", name="简体中文").click()
    page.get_by_role("button", name="恢复默认").click()
    page.get_by_role("dialog").get_by_role("button", name="恢复默认").click()
    expect(page.get_by_text("已恢复默认文字。")).to_be_visible()
    expect(page.get_by_label("标题")).to_have_value("{day}的一日一报被退回，请修改后重新报送")


def test_the_log_is_read_on_a_phone(
    phone_page: Page, sign_in: SignIn, tree: Tree, liaison: User, assert_accessible: Accessible
) -> None:
    for number in range(3):
        notify([liaison], kind="report.accepted", context={"day": f"5月{14 + number}日"}, dedupe_key=str(number),
               organisation=tree.school_a)  # fmt: skip
    Delivery.objects.filter(pk=Delivery.objects.latest("pk").pk).update(state="failed", reason="gave_up")
    sign_in(phone_page, person(tree.siming, "manager"))
    phone_page.goto("/w/inbox/deliveries/")
    expect(phone_page.locator("tbody tr")).to_have_count(3)
    assert_accessible(phone_page)

    phone_page.locator(".delivery-figures").get_by_role("link", name="发送失败").click()
    expect(phone_page.locator("tbody tr")).to_have_count(1)
    phone_page.get_by_role("button", name="重新发送").click()

    expect(phone_page.get_by_text("已重新排队")).to_be_visible()
    expect(phone_page.get_by_text("没有符合条件的记录")).to_be_visible()  # the filter stays
