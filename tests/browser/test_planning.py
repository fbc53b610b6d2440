"""A school plans on a phone, hands in, is returned, mends, is approved; nothing typed is lost (B3, B10, B13)."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from skillweek.activities.domain import save_activity, submit_plan
from skillweek.activities.models import Activity, Plan
from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from tests.activities.planning import make
from tests.factories import Tree, person

#: Set SHOTS=folder to keep pictures of the pages.
SHOTS = os.environ.get("SHOTS", "")
#: Milliseconds to wait for a page; more on a machine that is busy with other things.
PATIENCE = int(os.environ.get("PATIENCE", "10000"))


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=5_000)


def patient(page: Page) -> Page:
    """Have the page wait that long."""
    page.set_default_timeout(PATIENCE)
    page.set_default_navigation_timeout(max(PATIENCE, 30_000))
    return page


def shot(page: Page, name: str) -> None:
    """Keep a picture when asked to."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def saved(page: Page) -> None:
    """Wait until the form says that it is saved."""
    expect(page.locator("[data-save-state]")).to_contain_text("已保存")


def _fill_activity(page: Page) -> None:
    page.get_by_label("一句话介绍").fill("带上旧家电，现场免费检修")
    page.locator(".ProseMirror").first.fill("")
    page.locator(".ProseMirror").first.press_sequentially("家电维修专业师生现场检修小家电，并讲解安全用电知识，" * 2)
    page.get_by_text("走进社区", exact=True).click()
    # The idea brings two sessions, whose place is still to be told.
    sessions = page.locator("[data-session]:visible")
    expect(sessions).to_have_count(2)
    sessions.nth(1).get_by_role("button", name="移除").click()
    session = sessions.first
    session.get_by_label("日期").fill("2023-05-15")
    session.get_by_label("开始时间").fill("09:00")
    session.get_by_label("结束时间").fill("11:00")
    session.get_by_label("地点另行通知").uncheck()
    session.get_by_label("地点名称").fill("示例社区广场")
    session.get_by_label("所在区").select_option("siming")
    session.get_by_text("地图位置").click()
    session.locator("[data-sketch] svg").click(position={"x": 120, "y": 150})
    page.get_by_label("活动负责人").fill("王老师")
    page.get_by_label("负责人电话").fill("13800000000")
    page.get_by_label("是否向参加者收费").select_option("no")
    page.get_by_label("经费来源").fill("学校年度活动经费")
    page.get_by_label("安全预案").fill(make.COMPLETE["safety_plan"])
    page.get_by_text("本单位承诺").click()


@pytest.mark.requirement("B3")
@pytest.mark.requirement("B13")
def test_school_plans_is_returned_mends_and_is_approved(
    phone_page: Page,
    new_page: Callable[..., Page],
    sign_in: Callable[..., Any],
    tree: Tree,
    edition: Edition,
    assert_accessible: Callable[..., None],
) -> None:
    liaison, reviewer = person(tree.school_a, "liaison"), person(tree.siming, "reviewer")
    page = patient(phone_page)
    sign_in(page, liaison)
    page.goto("/w/activities/")
    assert_accessible(page)
    shot(page, "01-index-empty")
    page.get_by_role("link", name="新建活动").click()
    assert_accessible(page)
    shot(page, "02-new")
    page.get_by_role("button", name=re.compile("从这项开始.*技能与少年")).click()
    expect(page.get_by_label("活动名称")).to_have_value("“技能与少年”亲子活动")

    _fill_activity(page)
    saved(page)
    shot(page, "03-form")
    assert_accessible(page)
    # A paid activity is kept, and says at once why it cannot be handed in.
    expect(page.locator("[data-findings]")).to_contain_text("活动填写为向参加者收费")
    activity = Activity.objects.get()
    assert (activity.is_free, activity.sessions.count()) == (False, 1)
    assert activity.sessions.get().latitude is not None
    page.get_by_label("是否向参加者收费").select_option("yes")
    expect(page.locator("[data-findings]")).not_to_contain_text("须改正")
    saved(page)

    page.goto("/w/activities/")
    page.get_by_role("link", name="填写方案").click()
    page.get_by_label("总负责人", exact=False).first.fill("陈校长")
    page.get_by_label("总负责人电话").fill("13900000000")
    page.get_by_label("组织领导和分工").fill("组长：陈校长")
    page.get_by_label("安全保障").fill("保卫处负责。")
    page.get_by_role("button", name="按已填活动填写空白的日子").click()
    saved(page)
    assert_accessible(page)
    shot(page, "04-plan")
    page.get_by_role("button", name="预览并提交").click()
    expect(page.locator(".plan-paper")).to_contain_text("09:00 “技能与少年”亲子活动（示例社区广场）")
    assert_accessible(page)
    shot(page, "05-preview")
    page.get_by_role("button", name="提交方案").click()
    expect(page.get_by_text("方案已提交，等待审核。")).to_be_visible()
    shot(page, "06-index-submitted")

    desk = patient(new_page())
    sign_in(desk, reviewer)
    desk.goto("/w/activities/review/")
    assert_accessible(desk)
    shot(desk, "07-queue")
    desk.get_by_role("link", name="示例第一职业学校").click()
    shot(desk, "08-review")
    assert_accessible(desk)
    desk.get_by_label("对“安全保障”的意见").fill("请写明值班电话。")
    desk.get_by_label("对《“技能与少年”亲子活动》的意见").fill("请写明集合地点。")
    desk.get_by_label("退回原因").fill("请按意见修改。")
    desk.get_by_role("button", name="退回修改").click()
    expect(desk.get_by_text("已退回方案")).to_be_visible()

    page.goto("/w/activities/")
    expect(page.get_by_text("请按意见修改。")).to_be_visible()
    shot(page, "09-index-returned")
    page.get_by_role("link", name="填写方案").click()
    expect(page.get_by_text("请写明值班电话。")).to_be_visible()
    page.get_by_label("安全保障").fill("保卫处负责，值班电话 0592-1234567。")
    saved(page)
    page.goto(f"/w/activities/{activity.pk}/edit/")
    expect(page.get_by_text("请写明集合地点。").first).to_be_visible()
    page.get_by_label("参加办法和注意事项").fill("北门集合。")
    saved(page)
    page.goto(f"/w/activities/plan/{Plan.objects.get().pk}/preview/")
    page.get_by_role("button", name="提交方案").click()
    expect(page.get_by_text("方案已提交，等待审核。")).to_be_visible()

    desk.goto("/w/activities/review/")
    desk.get_by_role("link", name="示例第一职业学校").click()
    desk.get_by_role("button", name="通过方案和 1 项活动").click()
    expect(desk.get_by_text("已通过方案")).to_be_visible()
    activity.refresh_from_db()
    assert (activity.state, activity.published_at is not None) == (Activity.State.APPROVED, True)
    page.goto(f"/w/activities/{activity.pk}/")
    expect(page.locator(".review-facts").get_by_text("已公开")).to_be_visible()
    assert_accessible(page)
    shot(page, "10-activity")
    page.goto(f"/w/activities/{activity.pk}/history/")
    expect(page.locator("ins", has_text="北门集合。")).to_be_visible()
    assert_accessible(page)


@pytest.mark.requirement("B3")
def test_colleagues_never_overwrite_each_other_and_nothing_typed_is_lost(
    phone_page: Page, sign_in: Callable[..., Any], tree: Tree, edition: Edition, liaison: User
) -> None:
    activity = make.complete(tree.school_a, edition, liaison)
    page = patient(phone_page)
    sign_in(page, liaison)
    page.goto(f"/w/activities/{activity.pk}/edit/")
    save_activity(activity, by=liaison, expected_version=activity.version, values={"summary": "同事写的"})
    page.get_by_label("参加办法和注意事项").fill("我写的办法")
    expect(page.get_by_role("button", name="用我的内容替换")).to_be_visible()
    activity.refresh_from_db()
    assert (activity.summary, activity.how_to_join) == ("同事写的", "")
    page.get_by_role("button", name="用我的内容替换").click()
    saved(page)
    activity.refresh_from_db()
    assert activity.how_to_join == "我写的办法"

    # No network: kept on the phone, offered again after a reload, saved at last.
    page.context.set_offline(True)
    page.get_by_label("参加办法和注意事项").fill("断网时写的办法")
    expect(page.locator("[data-save-state]")).to_contain_text("没有网络")
    page.context.set_offline(False)
    page.route("**/save/", lambda route: route.abort())
    page.reload()
    page.unroute("**/save/")
    page.get_by_role("button", name="恢复").click()
    expect(page.get_by_label("参加办法和注意事项")).to_have_value("断网时写的办法")
    saved(page)
    activity.refresh_from_db()
    assert activity.how_to_join == "断网时写的办法"


@pytest.mark.requirement("B8")
def test_sessions_are_copied_and_removed_with_undo(
    phone_page: Page, sign_in: Callable[..., Any], tree: Tree, edition: Edition, liaison: User
) -> None:
    activity = make.complete(tree.school_a, edition, liaison)
    page = patient(phone_page)
    sign_in(page, liaison)
    page.goto(f"/w/activities/{activity.pk}/edit/")
    page.get_by_role("button", name="复制").click()
    second = page.locator("[data-session]:visible").nth(1)
    expect(second.get_by_label("地点名称")).to_have_value("示例社区广场")
    second.get_by_label("日期").fill("2023-05-16")
    saved(page)
    days = [str(session.day) for session in activity.sessions.order_by("starts_at")]
    assert days == ["2023-05-15", "2023-05-16"]
    second.get_by_role("button", name="移除").click()
    page.locator(".toast-undo").click()
    second.get_by_label("结束时间").fill("10:30")
    saved(page)
    assert activity.sessions.count() == 2
    second.get_by_role("button", name="移除").click()
    saved(page)
    page.reload()
    expect(page.locator("[data-session]:visible")).to_have_count(1)


@pytest.mark.requirement("B10")
def test_service_slots_are_counted_before_they_are_made(
    phone_page: Page,
    sign_in: Callable[..., Any],
    tree: Tree,
    edition: Edition,
    liaison: User,
    assert_accessible: Callable[..., None],
) -> None:
    activity = make.complete(tree.school_a, edition, liaison)
    page = patient(phone_page)
    sign_in(page, liaison)
    page.goto(f"/w/activities/{activity.pk}/slots/")
    page.get_by_text("5月15日 周一").click()
    page.get_by_text("5月16日 周二").click()
    expect(page.locator("[data-slot-count]")).to_contain_text("2 天，共 36 个时段")
    assert_accessible(page)
    shot(page, "11-slots")
    page.get_by_role("button", name="生成时段").click()
    expect(page.get_by_text("共 36 个时段，新增 36 个")).to_be_visible()
    assert activity.sessions.filter(series__isnull=False).count() == 36
    shot(page, "12-slots-made")


@pytest.mark.requirement("B13")
def test_reviewer_cannot_approve_what_breaks_a_rule(
    desktop_page: Page, sign_in: Callable[..., Any], tree: Tree, edition: Edition, liaison: User
) -> None:
    plan = make.plan(tree.school_a, edition, liaison)
    activity = make.complete(tree.school_a, edition, liaison)
    submit_plan(plan, by=liaison, expected_version=plan.version)
    finding = {"code": "activity.not_free", "severity": "error", "message": "收费。", "message_en": "Paid."}
    Activity.objects.filter(pk=activity.pk).update(findings=[finding], is_free=False)
    patient(desktop_page)
    sign_in(desktop_page, person(tree.siming, "reviewer"))
    desktop_page.goto(f"/w/activities/{activity.pk}/")
    expect(desktop_page.get_by_role("button", name="退回修改")).to_be_visible()
    expect(desktop_page.get_by_role("button", name="通过", exact=True)).to_have_count(0)
