"""A city editor publishes the real notice, a school acknowledges it, the issuer reminds the others (A1, A2)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect

from skillweek.editions.models import Edition
from skillweek.notices.domain import pass_on, seed_notice
from skillweek.notices.models import Notice, Receipt
from skillweek.organisations.models import User
from skillweek.uploads.domain.check import check_stored_file
from skillweek.uploads.models import StoredFile
from tests.browser.conftest import DESKTOP
from tests.factories import Tree, person
from tests.notices import make

pytestmark = pytest.mark.requirement("A1")
#: Pictures for a person to look at, when somebody wants them.
SHOTS = os.environ.get("SKILLWEEK_SHOTS", "")


@pytest.fixture(autouse=True)
def _before_the_week() -> Iterator[None]:
    """The day on which the notice was issued."""
    with time_machine.travel(datetime(2023, 5, 6, 2, 0, tzinfo=UTC), tick=True):
        yield


@pytest.fixture
def editor(tree: Tree) -> User:
    return person(tree.host, "manager", name="市活动周办编辑")


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def confirm(page: Page, button: str) -> None:
    page.get_by_role("dialog").get_by_role("button", name=button, exact=True).click()


@pytest.mark.requirement("A2")
def test_the_real_notice_from_import_to_receipt(
    phone_page: Page,
    new_page: Callable[..., Page],
    sign_in: Callable[..., Any],
    edition: Edition,
    tree: Tree,
    editor: User,
    assert_accessible: Callable[..., None],
) -> None:
    liaison = person(tree.school_a, "liaison", name="林老师")
    other = person(tree.school_b, "liaison", name="陈老师")
    page = phone_page
    page.set_default_timeout(30_000)  # the first request of a run reads every room
    sign_in(page, editor)
    page.goto("/w/notices/")
    shot(page, "issued-empty")
    page.get_by_role("button", name="导入通知原文").click()

    expect(page.locator("#id_title")).to_have_value("2023年厦门市职业教育活动周通知")
    expect(page.locator("[data-count]")).to_contain_text("将发给 6 个单位")
    assert_accessible(page)
    shot(page, "edit-phone")
    page.get_by_label("签收期限").fill("2023-05-09T17:00")
    page.get_by_role("button", name="预览和发布").click()

    expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_have_text("2023年厦门市职业教育活动周通知")
    assert_accessible(page)
    shot(page, "preview-phone")
    page.get_by_role("button", name="发布通知").click()
    confirm(page, "发布")
    expect(page.get_by_text("已发布，发给 6 个单位").first).to_be_visible()
    for file in StoredFile.objects.all():
        check_stored_file(file.pk)
    make.work()

    school = new_page({"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    sign_in(school, liaison)
    school.goto("/w/")
    expect(school.get_by_role("heading", name="待签收的通知")).to_be_visible()
    assert_accessible(school)
    shot(school, "home-phone")
    school.get_by_role("link", name="2023年厦门市职业教育活动周通知").click()
    assert_accessible(school)
    shot(school, "read-phone")
    with school.expect_download() as download:
        school.get_by_role("link", name="附件3").click()
    assert download.value.suggested_filename.endswith(".docx")
    school.get_by_role("button", name="签收").click()
    expect(school.get_by_text("已代表“示例第一职业学校”签收。").first).to_be_visible()
    school.goto("/w/notices/")
    expect(school.get_by_text("已签收", exact=True).locator("visible=true").last).to_be_visible()
    assert_accessible(school)
    shot(school, "received-phone")

    page.get_by_role("link", name="签收情况").click()
    expect(page.get_by_role("row", name="示例第一职业学校")).to_contain_text("林老师")
    assert_accessible(page)
    shot(page, "receipts-phone")
    page.get_by_role("button", name="提醒未签收单位").click()
    confirm(page, "提醒")
    expect(page.get_by_text("已提醒 1 个单位：示例第二职业学校").first).to_be_visible()
    make.work()
    assert other.messages.filter(kind="notice.reminder").count() == 1
    assert not liaison.messages.filter(kind="notice.reminder").exists()
    assert Receipt.objects.get(organisation=tree.school_a).acknowledged_by == liaison


def test_everybody_reads_the_notice_and_its_correction(
    phone_page: Page,
    new_page: Callable[..., Page],
    sign_in: Callable[..., Any],
    edition: Edition,
    tree: Tree,
    editor: User,
    assert_accessible: Callable[..., None],
) -> None:
    seed_notice(edition, tree.host, editor)
    for file in StoredFile.objects.all():
        check_stored_file(file.pk)
    desk = new_page(DESKTOP)
    sign_in(desk, editor)
    notice = Notice.objects.get()
    desk.goto(f"/w/notices/{notice.pk}/edit/")
    shot(desk, "edit-desktop")
    desk.locator("#id_title").fill("2023年厦门市职业教育活动周的通知")
    desk.get_by_role("button", name="预览和发布").click()
    desk.get_by_role("button", name="电脑").click()
    assert_accessible(desk)
    shot(desk, "preview-desktop")
    desk.get_by_label("更正说明").fill("补上标题里的“的”字。")
    desk.get_by_role("button", name="发布更正").click()
    confirm(desk, "发布")
    expect(desk.get_by_text("已发布更正").first).to_be_visible()
    assert_accessible(desk)
    shot(desk, "read-desktop")

    page = phone_page
    page.goto("/notices/")
    assert_accessible(page)
    shot(page, "public-list-phone")
    page.get_by_role("link", name="2023年厦门市职业教育活动周的通知").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2023年厦门市职业教育活动周的通知")
    expect(page.get_by_text("上一条：")).to_contain_text("无")
    assert page.locator("meta[property='og:title']").get_attribute("content") == "2023年厦门市职业教育活动周的通知"
    assert_accessible(page)
    shot(page, "public-phone")
    with page.expect_download() as download:
        page.get_by_role("link", name="附件1").click()
    assert download.value.suggested_filename.endswith(".docx")
    page.get_by_role("link", name="查看对比").click()
    expect(page.locator("ins").get_by_text("的", exact=True)).to_be_visible()
    assert_accessible(page)
    shot(page, "public-history-phone")
    page.goto("/notices/contacts/")
    expect(page.get_by_role("link", name="2667858")).to_have_attribute("href", "tel:2667858")
    assert_accessible(page)
    shot(page, "contacts-phone")
    desk.goto(f"/notices/{notice.pk}/")
    shot(desk, "public-desktop")
    desk.goto(f"/w/notices/{notice.pk}/versions/")
    assert_accessible(desk)
    desk.goto(f"/w/notices/{notice.pk}/receipts/")
    assert_accessible(desk)
    shot(desk, "receipts-desktop")


@pytest.mark.requirement("A2")
def test_a_district_passes_on_and_writes_its_own(
    phone_page: Page,
    sign_in: Callable[..., Any],
    edition: Edition,
    tree: Tree,
    assert_accessible: Callable[..., None],
) -> None:
    reviewer = person(tree.siming, "reviewer")
    notice = make.published(edition, tree.host, audience={"kinds": ["district_bureau"]})
    page = phone_page
    sign_in(page, reviewer)
    page.goto(f"/w/notices/{notice.pk}/")
    page.get_by_role("link", name="转发").click()
    expect(page.locator("[data-count]")).to_contain_text("将发给 1 个单位")
    page.get_by_text("按条件选择").click()
    page.get_by_label("按名称查找单位").fill("第一")
    page.locator("[data-found]").get_by_text("示例第一职业学校").click()
    expect(page.locator("[data-count]")).to_contain_text("示例第一职业学校")
    assert_accessible(page)
    shot(page, "pass-on-phone")
    page.get_by_label("转发说明").fill("请于周五前报送方案。")
    page.get_by_role("button", name="转发").click()
    expect(page.get_by_text("已转发给 1 个单位：示例第一职业学校").first).to_be_visible()
    assert Receipt.objects.get(organisation=tree.school_a).passed_on_note == "请于周五前报送方案。"
    assert not pass_on(notice, tree.siming, by=reviewer, audience={"all": True}).reached

    page.goto("/w/notices/issued/new/")
    page.locator("#id_title").fill("思明区的通知")
    page.get_by_label("主送").fill("各中职学校")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("已保存草稿。").first).to_be_visible()
    page.goto("/w/notices/issued/")
    expect(page.get_by_role("link", name="思明区的通知")).to_be_visible()
    assert_accessible(page)
    shot(page, "issued-phone")
