"""What a parent does on a phone, and the teacher at the door. Shared by the journeys."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, expect

from skillweek.bookings import tokens
from skillweek.bookings.models import Booking, CheckIn, Feedback
from skillweek.reports.models import DailyReport
from tests.journeys.conftest import Person, Site
from tests.journeys.planning import IDEA
from tests.site.processes import wait_for

#: Where something stands on the page in whole pixels, however far it is scrolled.
WHERE = "element => Math.round(element.getBoundingClientRect().top + scrollY)"


def find_by_search(parent: Person) -> None:
    """From the portal's home page by search to the activity."""
    page = parent.page
    page.goto("/")
    parent.look("v01-home")
    parent.write(page.get_by_label("搜索活动、通知和新闻"), "亲子")
    parent.click(page.get_by_role("button", name="搜索", exact=True).last)
    parent.look("v02-search")
    parent.click(page.locator(".hits").get_by_role("link", name=re.compile("技能与少年")).first)
    expect(page.get_by_role("heading", level=1)).to_have_text(IDEA)
    expect(page.locator("#sessions")).to_contain_text("5 个名额")
    parent.look("v03-activity")


def book_two_places(parent: Person) -> None:
    """For herself and a child, with her consent as guardian and a proof of work that her phone finds."""
    page = parent.page
    parent.click(page.get_by_role("link", name="预约").first)
    expect(page.get_by_text("还剩 5 个名额")).to_be_visible()
    parent.look("v04-book")
    parent.click(page.get_by_role("button", name="人数：加一", exact=True))
    parent.click(page.get_by_role("button", name=re.compile("未满 18 周岁的孩子：加一")))
    page.get_by_label("孩子的年级").select_option(label="小学五年级")
    parent.click(page.get_by_label("我是同行孩子的监护人"))
    parent.write(page.get_by_label("姓名", exact=True), "林女士")
    parent.write(page.get_by_label("手机号码"), "13800138000")
    parent.write(page.get_by_label("电子邮箱"), "lin@example.org")
    parent.click(page.get_by_label("我已阅读个人信息说明"))
    parent.look("v05-book-filled")
    parent.click(page.get_by_role("button", name="提交预约"))
    expect(page.get_by_text("预约成功。")).to_be_visible()
    parent.look("v06-ticket")
    booking = Booking.objects.get()
    assert (booking.state, booking.party_size, booking.children) == ("confirmed", 2, 1)
    assert booking.guardian_consent


def open_the_mail(parent: Person, site: Site, postbox: Any) -> str:
    """The mail comes from the product's worker over SMTP; its link opens the ticket. Returns the link."""
    [mail] = wait_for(lambda: [m for m in postbox.mails if m["To"] == "lin@example.org"], "the mail comes", 60)
    assert "预约成功" in mail["Subject"]
    text = mail.get_body(("plain",)).get_content()
    [link] = set(re.findall(rf"{re.escape(site.url)}/book/t/\S+", text))
    assert link == f"{site.url}{tokens.ticket_path(Booking.objects.get())}"
    parent.page.goto(link)
    expect(parent.page.get_by_role("img", name="签到二维码")).to_be_visible()
    return str(link)


def _settled(element: Locator) -> int:
    """Where the element is once the page around it has come to rest: the same half a second later."""
    place: int = element.evaluate(WHERE)
    for _attempt in range(20):
        element.page.wait_for_timeout(500)
        before, place = place, element.evaluate(WHERE)
        if place == before:
            break
    return place


def check_in_without_network(teacher: Person) -> None:
    """At the door the network goes away; the family and a passer-by are counted all the same, and sent later."""
    page = teacher.page
    page.goto("/w/")
    teacher.look("d01-teacher-home")
    teacher.click(page.get_by_role("link", name="预约与签到").locator("visible=true").first)
    teacher.look("d02-sessions")
    teacher.click(page.get_by_role("link", name="签到", exact=True))
    line = page.locator("[data-line]")
    expect(line).to_have_text("已联网，全部已上传")
    expect(page.locator("html[data-kept=page]")).to_be_attached(timeout=30_000)
    teacher.look("d03-door")

    page.context.set_offline(True)
    page.reload()  # the phone was put away and taken out again
    expect(line).to_contain_text("离线")
    walk_in = page.locator("[data-audience=parents]")
    expect(page.locator(".door-now")).to_contain_text("2")  # the kept list has been read: the page is as it stays
    place = _settled(walk_in)
    code = page.get_by_label("取票码、手机后四位或姓名")
    teacher.write(code, Booking.objects.get().code)
    code.press("Enter")
    expect(page.get_by_text("已签到 2 人")).to_be_visible()
    teacher.look("d04-door-offline")
    teacher.click(walk_in)
    # The answer above moves nothing: a finger that taps again meets the same button.
    assert _settled(walk_in) == place
    expect(line).to_have_text("离线，已记录 3 人，联网后自动上传")
    assert not CheckIn.objects.exists()
    teacher.look("d05-door-walk-in")

    page.context.set_offline(False)
    expect(line).to_have_text("已联网，全部已上传", timeout=60_000)
    expect(page.locator("[data-arrived]")).to_have_text("3")
    found = CheckIn.objects.filter(undone_at=None).values_list("people", "audience", "booking__name")
    assert sorted(found, key=str) == [(1, "parents", None), (2, "", "林女士")]


def leave_feedback(parent: Person, link: str) -> None:
    """By the ticket's link: stars, what was gained, a line."""
    page = parent.page
    page.goto(link)
    expect(page.get_by_text("签到", exact=False).first).to_be_visible()
    parent.look("f01-ticket-after")
    parent.click(page.locator(".feedback-choice label", has_text="5 星"))
    parent.click(page.locator("#feedback fieldset").nth(1).locator("label").first)
    parent.write(page.get_by_label("一句话"), "孩子学会了修台灯")
    parent.click(page.get_by_role("button", name="提交评价"))
    expect(page.get_by_role("heading", name="您的评价")).to_be_visible()
    parent.look("f02-feedback")
    said = Feedback.objects.get()
    assert (said.stars, said.comment) == (5, "孩子学会了修台灯")


def take_over_the_figures(school: Person) -> None:
    """The day's report offers what was counted; one tap each takes it over."""
    page = school.page
    page.goto("/w/")
    school.look("r01-school-home")
    school.click(page.get_by_role("link", name="填报 5月15日"))
    expect(page.locator("[data-suggestion]").filter(has_text="采用").first).to_be_visible()
    school.look("r02-report")
    school.click(page.get_by_role("button", name=re.compile("^活动场次.*采用 1$")))
    school.click(page.get_by_role("button", name=re.compile("^参与市民群众.*采用 3$")))
    expect(page.get_by_label("活动场次")).to_have_value("1")
    expect(page.get_by_label("参与市民群众")).to_have_value("3")
    expect(page.locator(".report-sync")).to_contain_text("已保存")
    school.look("r03-report-taken")
    figures = dict(DailyReport.objects.get().figures)
    assert (figures["sessions"], figures["residents"]) == (1, 3)
