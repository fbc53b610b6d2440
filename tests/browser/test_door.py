"""A phone at the door whose network goes away: everybody is let in, and counted once when it is back (B9)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from skillweek.activities.models import Session
from skillweek.bookings import tokens
from skillweek.bookings.domain import check_in
from skillweek.bookings.models import CheckIn
from skillweek.core.clock import now, today_in
from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.reports.models import DailyReport
from tests.bookings import make
from tests.factories import Tree, person


@pytest.mark.requirement("B9")
def test_the_door_works_offline_and_the_numbers_arrive_once(
    phone_page: Page,
    edition: Edition,
    tree: Tree,
    sign_in: Callable[[Page, User], Client],
    assert_accessible: Callable[..., None],
) -> None:
    session = make.session(make.activity(edition, tree.school_a), starts_in=timedelta(minutes=10))
    lin = make.book(session, 2, name="林女士", phone="13800138000")
    chen = make.book(session, 3, name="陈先生", phone="13900139999")
    colleague = person(tree.school_a, "liaison")
    sign_in(phone_page, person(tree.school_a, "member"))
    phone_page.goto("/w/bookings/")
    assert_accessible(phone_page)
    phone_page.get_by_role("link", name="签到", exact=True).click()
    line = phone_page.locator("[data-line]")
    expect(line).to_have_text("已联网，全部已上传")
    assert_accessible(phone_page)

    # Online: a family by its last four digits.
    search = phone_page.get_by_label("取票码、手机后四位或姓名")
    search.fill("8000")
    phone_page.get_by_role("button", name=re.compile("林\\*士")).click()
    expect(phone_page.get_by_text("已签到 2 人")).to_be_visible()
    expect(line).to_have_text("已联网，全部已上传")
    assert CheckIn.objects.get().booking == lin
    expect(phone_page.locator("html[data-kept=page]")).to_be_attached(timeout=30_000)

    # The network goes; the page is even opened anew.
    phone_page.context.set_offline(True)
    phone_page.reload()
    expect(line).to_contain_text("离线")
    search.fill(chen.code)
    search.press("Enter")
    expect(phone_page.get_by_text("已签到 3 人")).to_be_visible()
    phone_page.get_by_role("button", name="2", exact=True).click()
    phone_page.locator("[data-audience=parents]").click()
    expect(line).to_have_text("离线，已记录 5 人，联网后自动上传")
    expect(phone_page.locator("[data-arrived]")).to_have_text("7")
    phone_page.locator("[data-audience=parents]").click()
    expect(line).to_contain_text("已记录 7 人")
    phone_page.get_by_role("button", name="撤销", exact=True).click()
    expect(line).to_contain_text("已记录 5 人")
    # A link half under the bar at the top would count as too small.
    phone_page.evaluate("scrollTo(0, 0)")
    assert_accessible(phone_page)
    assert CheckIn.objects.count() == 1
    # Closed and opened again, the taps are still there.
    phone_page.reload()
    expect(line).to_have_text("离线，已记录 5 人，联网后自动上传")

    # Meanwhile somebody at another door lets the same ticket in.
    import uuid

    check_in(session, client_id=uuid.uuid4(), booking=chen, by=colleague)
    phone_page.context.set_offline(False)
    expect(line).to_have_text("已联网，全部已上传", timeout=40_000)
    expect(phone_page.get_by_text(re.compile("已由另一部手机签到"))).to_be_visible()
    expect(phone_page.locator("[data-arrived]")).to_have_text("7")
    counted = CheckIn.objects.filter(undone_at=None)
    assert sorted(counted.values_list("people", "audience")) == [(2, ""), (2, "parents"), (3, "")]
    phone_page.reload()
    expect(phone_page.locator("[data-arrived]")).to_have_text("7")
    assert CheckIn.objects.filter(undone_at=None).count() == 3

    # Whoever comes next on this phone finds nothing.
    phone_page.evaluate("document.querySelector('form[action$=\"/accounts/logout/\"]').requestSubmit()")
    phone_page.wait_for_url(lambda url: "/door/" not in url)
    phone_page.wait_for_function("localStorage.getItem('skillweek-door') === null")
    assert phone_page.evaluate("caches.has('skillweek-door')") is False
    assert "skillweek-door-lists" not in phone_page.evaluate(
        "indexedDB.databases().then((all) => all.map((one) => one.name))"
    )


@pytest.mark.requirement("B6")
@pytest.mark.requirement("C1")
def test_the_organiser_reads_lists_and_words_and_takes_the_count_into_the_report(
    phone_page: Page,
    new_page: Callable[..., Page],
    edition: Edition,
    tree: Tree,
    sign_in: Callable[[Page, User], Client],
    assert_accessible: Callable[..., None],
) -> None:
    today = today_in(edition.zone)
    edition.document |= {"starts_on": str(today), "ends_on": str(today + timedelta(days=5))}
    edition.starts_on, edition.ends_on = today, today + timedelta(days=5)
    edition.save()
    session = make.session(make.activity(edition, tree.school_a), starts_in=timedelta(minutes=1))
    booking = make.book(session, 2, name="林女士", phone="13800138000")
    staff = person(tree.school_a, "member")
    check_in(session, client_id=uuid.uuid4(), people=30, audience="pupils", by=staff)
    Session.objects.filter(pk=session.pk).update(starts_at=now() - timedelta(hours=1))

    visitor = new_page({"width": 390, "height": 844})
    visitor.goto(tokens.ticket_path(booking))
    visitor.get_by_label("4 星").check()
    visitor.get_by_label("和家人一起动手").check()
    visitor.get_by_label("一句话").fill("孩子学会了泡茶")
    assert_accessible(visitor)
    visitor.get_by_role("button", name="提交评价").click()
    expect(visitor.get_by_role("heading", name="您的评价")).to_be_visible()

    sign_in(phone_page, staff)
    phone_page.goto(f"/w/bookings/{session.pk}/")
    expect(phone_page.get_by_role("link", name="13800138000")).to_be_visible()
    assert_accessible(phone_page)
    phone_page.goto(f"/w/bookings/activity/{session.activity_id}/feedback/")
    phone_page.get_by_role("button", name="展示", exact=True).click()
    expect(phone_page.get_by_text("正在展示").last).to_be_visible()
    assert_accessible(phone_page)

    phone_page.goto(f"/w/reports/school/{tree.school_a.pk}/{today}/")
    students = phone_page.locator("[data-field='figure:students']")
    expect(students.get_by_text("当天签到：30 人")).to_be_visible()
    expect(students.get_by_role("textbox")).to_have_value("")
    students.get_by_role("button", name="参与学生（人次）：采用 30").click()
    expect(students.get_by_role("textbox")).to_have_value("30")
    expect(students.get_by_role("button")).to_have_count(0)
    expect(phone_page.get_by_text(re.compile("已保存"))).to_be_visible()
    assert DailyReport.objects.get().figures == {"students": 30}
    phone_page.evaluate("scrollTo(0, 0)")
    assert_accessible(phone_page)
