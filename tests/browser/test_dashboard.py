"""Dashboard and wall screen in a real browser: drawn, readable, fresh, and honest when the network goes (C13)."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.statistics.domain.wall_links import make_link, revoke_link, token_of
from skillweek.statistics.models import FormEntry
from skillweek.statistics.queries.figures import count_again
from tests.factories import Tree, person
from tests.statistics import make

WALL = {"width": 1920, "height": 1080}
#: A folder for pictures to look at; none are kept otherwise.
SHOTS = os.environ.get("SKILLWEEK_SHOTS", "")


def shot(page: Page, name: str, **options: Any) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", **options)


def week(tree: Tree, edition: Edition) -> None:
    before = edition.report_deadline(edition.days[0]) - timedelta(days=30)
    for number, school in enumerate((tree.school_a, tree.school_b, tree.college, tree.tech)):
        for n in range(number + 1):
            made = make.activity(
                edition, school, title=f"示例技能体验第{n + 1}场", kind="feature" if n == 0 else "regular",
                tags={"outreach": ["into-community"]}, days=(n, n + 1), published_at=before, is_highlight=n == 0,
            )  # fmt: skip
            make.session(made, n + 2, people=20 + 15 * number)
        for day in range(4):
            coverage = (("coverage", {"level": ("national", "provincial", "municipal")[number % 3]}),)
            state = "accepted" if day < 3 else "submitted"
            make.report(
                edition, school, day, figures={"students": 30 + day * 7, "sessions": 2}, items=coverage, state=state
            )
    count_again(edition, Organisation.objects.schools())
    FormEntry.objects.filter(organisation__in=[tree.school_a, tree.college]).update(state=FormEntry.State.ACCEPTED)


@pytest.mark.requirement("C13")
def test_the_dashboard_on_desk_phone_paper_and_without_scripts(
    new_page: Callable[..., Page], phone_page: Page, sign_in: Callable[..., Any], tree: Tree, edition: Edition,
    assert_accessible: Callable[..., None],
) -> None:  # fmt: skip
    week(tree, edition)
    boss = person(tree.host, "manager")
    desk = new_page(WALL)
    for page in (desk, phone_page):
        sign_in(page, boss)
        page.goto("/w/statistics/dashboard/")
        expect(page.get_by_role("heading", level=1)).to_contain_text("数据总览")
        districts = page.locator("[data-chart='chart-districts-data']")
        expect(districts.locator("svg path:not([fill='none'])").filter(visible=True).first).to_be_visible()
        expect(districts.get_by_role("img")).to_have_attribute(
            "aria-label", "各区开展活动总数：最多的是海沧区，4 项。合计 10 项。其中已审核 4，暂时 6。"
        )
        expect(districts.get_by_role("table")).to_be_hidden()
        assert_accessible(page)
        shot(page, f"dashboard-{page.viewport_size['width']}", full_page=True)  # type: ignore[index]
        districts.get_by_role("button", name="表格").click()
        expect(districts.get_by_role("row", name="海沧区 0 4 4")).to_be_visible()
        expect(districts.locator(".chart-plot")).to_be_hidden()
        assert_accessible(page)

    desk.get_by_label("比较的项目").select_option(label="参与学生")
    expect(desk.get_by_role("heading", name="各区参与学生")).to_be_visible()
    desk.get_by_label("数据", exact=True).select_option("accepted")
    expect(desk.locator(".figure-number", has_text="参与学生")).to_contain_text("324")

    desk.emulate_media(media="print")
    expect(desk.locator("[data-chart='chart-districts-data'] table")).to_be_visible()
    shot(desk, "dashboard-print", full_page=True)
    if SHOTS:
        desk.pdf(path=Path(SHOTS) / "dashboard.pdf")

    plain = new_page(java_script_enabled=False)
    sign_in(plain, boss)
    plain.goto("/w/statistics/dashboard/")
    expect(plain.locator("[data-chart='chart-districts-data'] table")).to_be_visible()
    expect(plain.locator(".chart-plot").first).to_be_hidden()


@pytest.mark.requirement("C13")
def test_the_wall_screen_refreshes_itself_and_says_when_it_cannot(
    new_page: Callable[..., Page], tree: Tree, edition: Edition, assert_accessible: Callable[..., None]
) -> None:
    week(tree, edition)
    link = make_link(tree.host, by=(boss := person(tree.host, "manager")), name="一楼大厅")
    page = new_page(WALL)
    page.clock.install()
    page.goto(f"/statistics/wall/{token_of(link)}/")
    people = page.locator("[data-figure='people']")
    expect(people).to_have_text("500")
    expect(page.locator(".wall-districts svg path:not([fill='none'])").filter(visible=True).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollHeight") <= WALL["height"]
    assert page.evaluate(
        "[...document.querySelectorAll('.wall-panel, .wall-figures > div')].every("
        "each => each.getBoundingClientRect().bottom <= innerHeight)"
    )
    assert_accessible(page)
    shot(page, "wall")

    make.session(make.activity(edition, tree.school_a, title="新来的活动"), 1, people=7)
    page.clock.run_for(31_000)
    expect(people).to_have_text("507")
    expect(page.locator(".wall-people svg path:not([fill='none'])").filter(visible=True).first).to_be_visible()

    page.context.set_offline(True)
    page.clock.run_for(31_000)
    expect(page.locator("#wall-state")).to_contain_text("网络中断，显示的是")
    expect(people).to_have_text("507")
    assert_accessible(page)
    shot(page, "wall-offline")
    page.context.set_offline(False)
    page.clock.run_for(31_000)
    expect(page.locator("#wall-state")).to_have_text("")

    revoke_link(link, by=boss)
    page.clock.run_for(31_000)
    expect(page.locator("#wall-state")).to_contain_text("已停用或过期")
    expect(people).to_have_count(0)


def test_the_wall_and_its_links_on_a_phone(
    phone_page: Page, sign_in: Callable[..., Any], tree: Tree, edition: Edition,
    assert_accessible: Callable[..., None],
) -> None:  # fmt: skip
    week(tree, edition)
    sign_in(phone_page, person(tree.siming, "manager"))
    phone_page.goto(f"/w/statistics/wall/{tree.siming.pk}/")
    expect(phone_page.locator("[data-figure='people']")).to_have_text("20")
    assert_accessible(phone_page)
    shot(phone_page, "wall-phone", full_page=True)
    phone_page.goto(f"/w/statistics/wall/{tree.siming.pk}/links/")
    phone_page.get_by_label("放在哪里").fill("一楼大厅")
    phone_page.get_by_role("button", name="生成链接").click()
    expect(phone_page.get_by_role("link", name="/statistics/wall/")).to_be_visible()
    assert_accessible(phone_page)
    shot(phone_page, "links-phone", full_page=True)
    phone_page.get_by_role("button", name="停用").click()
    phone_page.get_by_role("dialog").get_by_role("button", name="停用").click()
    expect(phone_page.get_by_text("还没有。")).to_be_visible()


def test_open_data_is_published_and_read(
    desktop_page: Page, phone_page: Page, sign_in: Callable[..., Any], tree: Tree, edition: Edition,
    assert_accessible: Callable[..., None],
) -> None:  # fmt: skip
    week(tree, edition)
    FormEntry.objects.filter(organisation=tree.tech).update(state=FormEntry.State.ACCEPTED)
    sign_in(desktop_page, person(tree.host, "manager"))
    desktop_page.goto("/w/statistics/open-data/")
    assert_accessible(desktop_page)
    desktop_page.get_by_role("button", name="公开", exact=True).click()
    expect(desktop_page.get_by_text("已公开。任何人都可以")).to_be_visible()
    shot(desktop_page, "open-data-switch", full_page=True)

    phone_page.goto("/statistics/")
    expect(phone_page.get_by_role("heading", name="开放数据", level=1)).to_be_visible()
    expect(phone_page.get_by_text("请注明来源：")).to_be_visible()
    assert_accessible(phone_page)
    shot(phone_page, "open-data-phone", full_page=True)
    with phone_page.expect_download() as waiting:
        phone_page.get_by_role("link", name="下载 CSV").click()
    assert Path(waiting.value.path()).read_bytes().startswith(b"\xef\xbb\xbf")

    desktop_page.get_by_role("button", name="收回").click()
    desktop_page.get_by_role("dialog").get_by_role("button", name="收回").click()
    expect(desktop_page.get_by_text("已收回")).to_be_visible()
    assert phone_page.goto("/statistics/").status == 404  # type: ignore[union-attr]
