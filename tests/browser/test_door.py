"""A phone at the door whose network goes away: everybody is let in, and counted once when it is back (B9)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from skillweek.bookings.domain import check_in
from skillweek.bookings.models import CheckIn
from skillweek.editions.models import Edition
from skillweek.organisations.models import User
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
