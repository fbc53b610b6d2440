"""What comes after approval, on a phone and a desktop (A3, B3, B5, B6, B12)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import Page, expect

from skillweek.activities.models import Activity, Partner, Session
from skillweek.editions.models import Edition
from skillweek.notices.domain.importing import seed_notice
from skillweek.notices.models import Notice
from skillweek.organisations.models import User
from tests.activities.running import make
from tests.activities.running.make import at
from tests.activities.running.test_transfer import TEA, sheet
from tests.factories import Tree, person


@pytest.fixture(autouse=True)
def _before_the_week() -> Iterator[None]:
    """Sunday, 7 May 2023, nine in the morning."""
    with time_machine.travel(at(7, 9), tick=True):
        yield


@pytest.fixture(params=["phone", "desktop"])
def page(request: pytest.FixtureRequest) -> Page:
    """The same journey at both sizes."""
    found: Page = request.getfixturevalue(f"{request.param}_page")
    return found


@pytest.fixture
def open_page(page: Page, sign_in: Callable[..., Any]) -> Callable[..., None]:
    """Open one of the room's pages as somebody."""

    def go(user: User, name: str, *args: Any) -> None:
        sign_in(page, user)
        page.goto(reverse(f"activities:{name}", args=args))

    return go


@pytest.fixture
def tea(tree: Tree, edition: Edition) -> Session:
    """A public session of school A on Sunday morning."""
    return make.session(make.activity(edition, tree.school_a), at(14, 9), room="一楼茶艺室")


@pytest.mark.requirement("A3")
def test_liaison_moves_and_calls_off_a_session(
    page: Page, open_page: Any, tree: Tree, liaison: User, tea: Session, assert_accessible: Callable[..., None]
) -> None:
    person(tree.siming, "reviewer")
    open_page(liaison, "changes", tea.activity_id)
    assert_accessible(page)
    page.get_by_role("link", name="调整时间地点").click()
    page.get_by_label("地点名称").fill("社区文化中心")
    page.get_by_label("开始时间").fill("14:00")
    page.get_by_label("结束时间").fill("16:00")
    assert_accessible(page)
    page.get_by_label("原因").fill("场地检修")
    page.get_by_role("button", name="调整并通知").click()
    change = page.locator(".change")
    expect(change).to_contain_text("场地检修")
    expect(change.locator("del").first).to_contain_text("09:00–11:00")
    expect(change.locator("ins").first).to_contain_text("14:00–16:00")
    page.get_by_role("link", name="取消这一场").click()
    page.get_by_label("原因").fill("台风预警")
    assert_accessible(page)
    page.get_by_role("button", name="确认取消这一场").click()
    expect(page.locator(".session-line")).to_contain_text("已取消")
    assert_accessible(page)


@pytest.mark.requirement("A3", "B2")
def test_host_issues_a_supplement(
    page: Page, open_page: Any, tree: Tree, edition: Edition, assert_accessible: Callable[..., None]
) -> None:
    seed_notice(edition, tree.host)
    for title, code in (("启动仪式", "opening"), ("专家讲座", "lectures")):
        owner = make.activity(edition, tree.host, title=title, kind=Activity.Kind.CITY, city_code=code)
        make.session(owner, None, place="", address="", district="")
    open_page(person(tree.host, "manager"), "supplement")
    expect(page.get_by_label("地点名称").first).to_be_hidden()
    page.get_by_label("启动仪式").check()
    opening = page.locator(".settle").first
    opening.get_by_label("日期").fill("2023-05-14")
    opening.get_by_label("开始时间").fill("09:00")
    opening.get_by_label("地点名称").fill("示例会展中心")
    assert_accessible(page)
    page.get_by_role("button", name="发布并更新").click()
    page.locator("#confirm-dialog").get_by_role("button", name="发布", exact=True).click()
    expect(page.get_by_text("示例会展中心").first).to_be_visible()
    assert Notice.objects.get(kind=Notice.Kind.SUPPLEMENT).state == Notice.State.PUBLISHED


@pytest.mark.requirement("B6")
def test_reviewer_sees_gaps_and_reminds(
    page: Page, open_page: Any, tree: Tree, edition: Edition, tea: Session, assert_accessible: Callable[..., None]
) -> None:
    person(tree.school_b, "liaison")
    make.session(make.activity(edition, tree.school_b, state="submitted"), at(15, 9))
    reviewer = person(tree.host, "reviewer")
    open_page(reviewer, "coverage")
    expect(page.get_by_role("heading", name="活动覆盖")).to_be_visible()
    expect(page.get_by_role("link", name="示例第二职业学校").locator("visible=true")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="提醒补充").click()
    page.locator("#confirm-dialog").get_by_role("button", name="提醒", exact=True).click()
    expect(page.get_by_text("已提醒 1 个单位补充活动。")).to_be_visible()
    page.get_by_role("link", name="分类占比").click()
    expect(page.get_by_role("row", name="开放校园")).to_be_visible()
    assert_accessible(page)
    page.goto(reverse("activities:coverage_unit", args=[tree.school_a.pk]))
    expect(page.get_by_text("茶艺体验")).to_be_visible()
    assert_accessible(page)


@pytest.mark.requirement("B5")
def test_marks_lead_to_highlights_ordered_by_keyboard(
    page: Page, open_page: Any, tree: Tree, edition: Edition, assert_accessible: Callable[..., None]
) -> None:
    feature = {"kind": Activity.Kind.FEATURE}
    for title, school in (("茶艺", tree.school_a), ("家电维修", tree.school_b)):
        make.activity(edition, school, title=title, **feature)
    open_page(person(tree.host, "manager"), "highlights")
    page.get_by_role("link", name="评分 家电维修").click()
    for group in page.locator("form.form-page").get_by_role("group").all():
        group.get_by_label("5").check()
    assert_accessible(page)
    page.get_by_role("button", name="保存评分").click()
    page.get_by_role("link", name="返回候选活动").click()
    expect(page.locator("tbody tr").first).to_contain_text("家电维修")
    for title in ("茶艺", "家电维修"):
        page.get_by_role("button", name=f"选为亮点 {title}").click()
    expect(page.locator(".highlight-row").first).to_contain_text("茶艺")
    up = page.get_by_role("button", name="上移：家电维修")
    up.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".highlight-row").first).to_contain_text("家电维修")
    assert_accessible(page)


@pytest.mark.requirement("B3")
def test_table_is_checked_and_imported(
    page: Page, open_page: Any, liaison: User, edition: Edition, tmp_path: Path, assert_accessible: Callable[..., None]
) -> None:
    path = tmp_path / "活动.xlsx"
    path.write_bytes(sheet(TEA, {"title": "插花", "fee": "看情况"}))
    open_page(liaison, "import")
    assert_accessible(page)
    page.get_by_label("活动表格").set_input_files(path)
    page.get_by_role("button", name="上传并预检").click()
    expect(page.get_by_text("看不懂「看情况」")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="确认导入 1 项活动").click()
    expect(page.get_by_role("heading", name="导入完成")).to_be_visible()
    assert Activity.objects.get().title == "茶艺体验"
    open_page(liaison, "copy", Activity.objects.get().pk)
    assert_accessible(page)


@pytest.mark.requirement("B12")
def test_school_invites_and_partner_reports(
    page: Page, open_page: Any, tree: Tree, liaison: User, tea: Session, assert_accessible: Callable[..., None]
) -> None:
    other = person(tree.school_b, "liaison")
    open_page(liaison, "partners", tea.activity_id)
    page.get_by_label("系统里的单位").fill("示例第二职业学校")
    page.locator("form.form-page").get_by_label("承担的工作").fill("维修师傅 5 名")
    page.get_by_role("button", name="邀请", exact=True).click()
    expect(page.get_by_role("link", name="示例第二职业学校")).to_be_visible()
    assert_accessible(page)
    open_page(other, "partner", Partner.objects.get().pk)
    page.get_by_role("button", name="确认联合举办").click()
    page.get_by_label("完成情况").fill("维修家电 46 件")
    page.get_by_label("参与学生").fill("30")
    assert_accessible(page)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已保存，主办单位看得到。")).to_be_visible()
