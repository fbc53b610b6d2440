"""A school checks its figures on a phone and hands the form in; the district returns and accepts it (C12)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from skillweek.editions.models import Edition
from skillweek.statistics.models import FormEntry
from tests.factories import Tree, person
from tests.statistics import make


@pytest.mark.requirement("C12")
def test_a_form_from_the_phone_to_the_roll_up(
    phone_page: Page, desktop_page: Page, sign_in: Callable[..., Any], tree: Tree, edition: Edition,
    assert_accessible: Callable[..., None],
) -> None:  # fmt: skip
    report = make.report(edition, tree.school_a, 0, figures={"students": 30})
    make.activity(edition, tree.school_a, title="家电维修进社区", days=(0,))
    page = phone_page
    sign_in(page, person(tree.school_a, "liaison", name="示例林老师"))
    page.goto("/w/statistics/")
    expect(page.get_by_role("heading", name="情况统计表", level=1)).to_be_visible()
    assert_accessible(page)

    students = page.locator("#f-students")
    students.locator("summary").first.click()
    expect(students.get_by_text("由 1 条记录合计 30：")).to_be_visible()
    expect(students.get_by_role("link", name="一日一报")).to_have_attribute(
        "href", f"/w/statistics/report/{report.pk}/"
    )
    students.get_by_label("实际数字").fill("45")
    students.get_by_role("button", name="保存").click()
    expect(students.get_by_text("与平台统计的 30 不同，请写明修改理由")).to_be_visible()
    expect(students.get_by_label("实际数字")).to_have_value("45")
    students.get_by_label("修改理由").fill("下午场没有签到")
    students.get_by_role("button", name="保存").click()
    expect(students.get_by_text("平台统计 30，已修改")).to_be_visible()
    assert_accessible(page)
    text = page.get_by_label("特色亮点活动简介")
    text.fill("家电维修进社区，服务居民 30 户。")
    text.blur()
    expect(page.locator("#f-highlights").get_by_text("已保存")).to_be_visible()
    page.get_by_role("button", name="提交", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="提交").click()
    expect(page.get_by_text("情况统计表已提交，等待上级审核。").first).to_be_visible()

    desk = desktop_page
    sign_in(desk, person(tree.siming, "reviewer"))
    desk.goto("/w/statistics/queue/?state=submitted")
    desk.get_by_role("link", name="示例第一职业学校").click()
    expect(desk.get_by_text("平台统计 30，已修改")).to_be_visible()
    assert_accessible(desk)
    remark = desk.locator("#f-students")
    remark.get_by_text("写意见").click()
    remark.locator("textarea").fill("请附签到表")
    remark.get_by_role("button", name="保存意见").click()
    desk.get_by_label("退回原因").fill("学生人数请核对")
    desk.get_by_role("button", name="退回修改").click()
    expect(desk.get_by_text("已退回，学校会收到通知。").first).to_be_visible()

    page.goto("/w/statistics/")
    expect(page.get_by_text("学生人数请核对")).to_be_visible()
    students = page.locator("#f-students")
    expect(students.get_by_text("请附签到表")).to_be_visible()
    students.locator("summary").first.click()
    students.get_by_role("button", name="恢复平台统计的 30").click()
    expect(students.get_by_text("平台统计 30，已修改")).to_have_count(0)
    page.get_by_role("button", name="提交", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="提交").click()
    expect(page.get_by_text("情况统计表已提交，等待上级审核。").first).to_be_visible()

    desk.goto(f"/w/statistics/{tree.school_a.pk}/")
    desk.get_by_role("button", name="通过", exact=True).click()
    expect(desk.get_by_text("已通过示例第一职业学校的统计表。").first).to_be_visible()
    desk.goto(f"/w/statistics/rollup/{tree.siming.pk}/")
    assert_accessible(desk)
    desk.get_by_role("row", name="参与学生").get_by_role("link", name="30").click()
    desk.get_by_role("link", name="示例第一职业学校").click()
    desk.get_by_role("link", name="一日一报").click()
    expect(desk).to_have_url(f"{desk.url.split('/w/')[0]}/w/reports/review/{report.pk}/")
    assert FormEntry.objects.get(organisation=tree.school_a).state == "accepted"
