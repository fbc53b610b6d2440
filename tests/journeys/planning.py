"""What a person does on the activity form, step by step. Shared by the journeys."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Person

IDEA = "“技能与少年”亲子活动"
SAFETY = "现场设安全员两名，用电设备专人看护，突发情况立即断电并联系社区医院。"


def saved(page: Page) -> None:
    """Wait until the form says that everything is saved."""
    expect(page.locator("[data-save-state]")).to_contain_text("已保存", timeout=20_000)


def keep_order(who: Person) -> None:
    """Fill what the rules for order and money ask."""
    page = who.page
    who.write(page.get_by_label("活动负责人"), "王老师")
    who.write(page.get_by_label("负责人电话"), "13800000000")
    page.get_by_label("是否向参加者收费").select_option("yes")
    who.fields += 1
    who.write(page.get_by_label("经费来源"), "年度活动经费")
    who.write(page.get_by_label("安全预案"), SAFETY)
    who.click(page.get_by_text("本单位承诺"))


def plan_an_activity(school: Person) -> None:
    """Begin with one of the notice's ideas, add what is the school's own, and a session of five places."""
    page = school.page
    page.goto("/w/activities/")
    school.look("p01-school-activities")
    school.click(page.get_by_role("link", name="从参考活动开始"))
    school.look("p02-ideas")
    school.click(page.get_by_role("button", name=re.compile(f"从这项开始.*{IDEA}")))
    expect(page.get_by_label("活动名称")).to_have_value(IDEA)
    school.write(page.get_by_label("一句话介绍"), "家长和孩子一起学一门手艺")
    # The idea brings two sessions, whose place is still to be told.
    sessions = page.locator("[data-session]:visible")
    school.click(sessions.nth(1).get_by_role("button", name="移除"))
    session = sessions.first
    school.write(session.get_by_label("日期"), "2023-05-15")
    school.write(session.get_by_label("开始时间"), "09:00")
    school.write(session.get_by_label("结束时间"), "11:00")
    school.click(session.get_by_label("地点另行通知"))
    school.write(session.get_by_label("地点名称"), "示例第一职业学校实训楼")
    session.get_by_label("所在区").select_option("siming")
    school.click(session.get_by_text("地图位置"))
    school.click(session.locator("[data-sketch] svg"))
    session.get_by_label("预约方式").select_option("open")
    school.write(session.get_by_label("名额"), "5")
    school.fields += 2
    keep_order(school)
    saved(page)
    school.look("p03-edit")
    expect(page.locator("[data-findings]")).not_to_contain_text("须改正")


def write_the_plan(school: Person) -> None:
    """Leaders, days, safety; then hand everything in."""
    page = school.page
    page.goto("/w/activities/")
    school.click(page.get_by_role("link", name="填写方案"))
    school.write(page.get_by_label("总负责人", exact=False).first, "陈校长")
    school.write(page.get_by_label("总负责人电话"), "13900000000")
    school.write(page.get_by_label("组织领导和分工"), "组长：陈校长；副组长：李副校长")
    school.write(page.get_by_label("安全保障"), "保卫处负责。")
    school.click(page.get_by_role("button", name="按已填活动填写空白的日子"))
    saved(page)
    school.look("p04-plan")
    school.click(page.get_by_role("button", name="预览并提交"))
    expect(page.locator(".plan-paper")).to_contain_text(IDEA)
    school.look("p05-plan-preview")
    school.click(page.get_by_role("button", name="提交方案"))
    expect(page.get_by_text("方案已提交，等待审核。")).to_be_visible()


def return_the_plan(district: Person) -> None:
    """The district reads it on a phone, remarks on a part and on the activity, and sends it back."""
    page = district.page
    page.goto("/w/")
    district.look("p06-district-home")
    page.goto("/w/activities/review/")
    district.look("p06-review-queue")
    page.get_by_role("link", name="示例第一职业学校").click()
    district.look("p07-review")
    page.get_by_label("对“安全保障”的意见").fill("请写明值班电话。")
    page.get_by_label(f"对《{IDEA}》的意见").fill("请写明在哪里集合。")
    page.get_by_label("退回原因").fill("请按意见修改后再报。")
    page.get_by_role("button", name="退回修改").click()
    expect(page.get_by_text("已退回方案")).to_be_visible()


def mend_the_plan(school: Person) -> None:
    """The school reads on its home page what is asked, mends it, hands it in again."""
    page = school.page
    page.goto("/w/")
    expect(page.locator(".panel-urgent").first).to_contain_text("请按意见修改后再报。")
    school.look("p08-school-home-returned")
    page.get_by_role("link", name="示例第一职业学校").filter(has_text="退回").first.click()
    expect(page.locator("main")).to_contain_text("请按意见修改后再报。")
    school.look("p09-returned")
    page.goto("/w/activities/")
    school.click(page.get_by_role("link", name="填写方案"))
    expect(page.get_by_text("请写明值班电话。")).to_be_visible()
    school.write(page.get_by_label("安全保障"), "保卫处负责，值班电话 0592-1234567。")
    saved(page)
    page.goto("/w/activities/")
    school.click(page.get_by_role("link", name=IDEA).first)
    school.look("p10-activity-returned")
    if "/edit/" not in page.url:
        school.click(page.get_by_role("link", name="修改").first)
    expect(page.get_by_text("请写明在哪里集合。").first).to_be_visible()
    school.write(page.get_by_label("参加办法和注意事项"), "请提前十分钟在学校北门集合。")
    saved(page)
    page.goto("/w/activities/")
    school.click(page.get_by_role("link", name="预览并提交"))
    school.click(page.get_by_role("button", name="提交方案"))
    expect(page.get_by_text("方案已提交，等待审核。")).to_be_visible()


def approve_the_plan(district: Person) -> None:
    """What was asked has been done: approve the plan with its activity."""
    page = district.page
    page.goto("/w/activities/review/")
    page.get_by_role("link", name="示例第一职业学校").click()
    expect(page.locator("main")).to_contain_text("0592-1234567")
    district.look("p11-review-again")
    page.get_by_role("button", name="通过方案和 1 项活动").click()
    expect(page.get_by_text("已通过方案")).to_be_visible()
