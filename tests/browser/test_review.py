"""The bureau in a browser: queue, reading, lightbox, remark, return; accept, and the board turns green (C9, C10)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from playwright.sync_api import Page, expect

from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from skillweek.organisations.models import Organisation, User
from skillweek.reports.domain.review import accept_report
from skillweek.reports.findings import refresh_findings
from skillweek.reports.models import DailyReport, ItemComment, Reminder, ReportItem, ReportVersion
from skillweek.site.samples import make_photo, make_scan, make_video, sample_text
from skillweek.uploads.domain import store_local_file
from skillweek.uploads.domain.check import check_stored_file
from skillweek.uploads.models import StoredFile
from tests.factories import Tree, person
from tests.reports.review import make

pytestmark = pytest.mark.requirement("C10")
SUNDAY = date(2023, 5, 14)
_K = ReportItem.Kind


@pytest.fixture(autouse=True)
def _in_the_week() -> Iterator[None]:
    """Monday, three in the afternoon in Xiamen: Sunday's deadline has passed."""
    with time_machine.travel(datetime(2023, 5, 15, 7, 0, tzinfo=UTC), tick=True):
        yield


@dataclass
class City:
    """A small city on Monday afternoon."""

    edition: Edition
    tree: Tree
    reviewer: User
    liaison: User
    report: DailyReport


@pytest.fixture
def store(edition: Edition, tmp_path: Path) -> Callable[..., StoredFile]:
    """Take a file in and check it as the worker does."""

    def take(school: Organisation, path: Path, kind: str) -> StoredFile:
        Path(settings.SPOOL_ROOT).mkdir(parents=True, exist_ok=True)
        file = store_local_file(path, edition=edition, organisation=school, user=None, kind=kind, name=path.name)
        check_stored_file(file.pk)
        return file

    return take


@pytest.fixture
def city(edition: Edition, tree: Tree, store: Callable[..., StoredFile], tmp_path: Path) -> City:
    """School A waits with a full report; the others are late, missing, returned, accepted."""
    reviewer = person(tree.edu, "reviewer", name="市教育局审核员")
    liaison = person(tree.school_a, "liaison", name="林老师")
    person(tree.college, "liaison", name="陈老师")
    handed_in = datetime(2023, 5, 15, 2, 30, tzinfo=UTC)
    moment = {"submitted_at": handed_in, "first_submitted_at": handed_in, "submitted_by": liaison}
    report = make.report(edition, tree.school_a, day=SUNDAY, figures={"students": 320, "residents": 86}, **moment)
    make.item(report, title="走进社区，让技能点亮生活", text=sample_text(1000))
    make.item(report, title="太短的稿件", text=sample_text(300, seed=2))
    first = make_photo(tmp_path / "茶艺展示.jpg", title="茶艺", seed=1)
    make.item(report, _K.PHOTO, file=store(tree.school_a, first, "photo"), caption="茶艺专业学生为社区居民演示冲泡")
    second = make_photo(tmp_path / "护理服务.jpg", title="护理", seed=2)
    make.item(report, _K.PHOTO, file=store(tree.school_a, second, "photo"), caption="护理专业学生为老人测量血压")
    video = make_video(tmp_path / "开幕短片.mp4", width=1280, height=720, seconds=2)
    make.item(report, _K.VIDEO, file=store(tree.school_a, video, "video"), caption="开幕式短片")
    scan = make_scan(tmp_path / "版面.jpg", title="职教周开幕", outlet="厦门日报")
    coverage = {"outlet": "厦门日报", "level": "municipal", "title": "职教周开幕", "published_on": date(2023, 5, 15)}
    make.item(
        report, _K.COVERAGE, **coverage, text="厦门日报讯，活动周开幕。", file=store(tree.school_a, scan, "coverage")
    )
    refresh_findings(report)
    late = make.report(edition, tree.school_b, day=SUNDAY, is_late=True, **moment)
    make.item(late, title="护理服务进社区", text=sample_text(900, seed=5))
    make.report(edition, tree.school_b, day=SUNDAY + timedelta(days=1), state="draft")
    return City(edition, tree, reviewer, liaison, report)


@pytest.fixture(params=["phone", "desktop"])
def page(request: pytest.FixtureRequest) -> Page:
    """The story runs on both."""
    found: Page = request.getfixturevalue(f"{request.param}_page")
    return found


def test_read_look_remark_and_return(
    page: Page, sign_in: Callable[..., Any], city: City, assert_accessible: Callable[..., None]
) -> None:
    sign_in(page, city.reviewer)
    page.goto("/w/reports/queue/")
    expect(page.locator(".queue-row")).to_have_count(2)
    assert_accessible(page)

    page.get_by_role("link", name="示例第一职业学校").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("示例第一职业学校")
    expect(page.get_by_text("走进社区，让技能点亮生活")).to_be_visible()
    assert_accessible(page)

    page.get_by_role("img", name="茶艺专业学生为社区居民演示冲泡").click()
    lightbox = page.locator(".pswp")
    expect(lightbox).to_be_visible()
    expect(lightbox.locator(".shot-lightbox-caption")).to_have_text("茶艺专业学生为社区居民演示冲泡")
    expect(page.locator(".pswp--ui-visible")).to_be_visible()
    page.wait_for_timeout(1000)  # keys are deaf while it is still opening, a third of a second
    page.keyboard.press("ArrowRight")
    expect(lightbox.locator(".shot-lightbox-caption")).to_have_text("护理专业学生为老人测量血压")
    page.keyboard.press("Escape")
    expect(lightbox).to_have_count(0)

    photo = page.locator(".photo-piece", has_text="护理专业学生为老人测量血压")
    photo.get_by_text("写批注").click()
    photo.get_by_role("textbox").fill("请换一张看得清人物的照片。")
    photo.get_by_role("button", name="保存批注").click()
    expect(photo.locator(".comment")).to_contain_text("请换一张看得清人物的照片。")

    page.get_by_label("退回原因").fill("文稿少于 800 字，请补充。")
    page.get_by_role("button", name="退回修改").click()
    expect(page.get_by_role("status").or_(page.get_by_role("alert")).first).to_contain_text("已退回")

    city.report.refresh_from_db()
    assert (city.report.state, city.report.decision_note) == ("returned", "文稿少于 800 字，请补充。")
    assert ItemComment.objects.get().item.caption == "护理专业学生为老人测量血压"  # type: ignore[union-attr]
    assert Message.objects.get(recipient=city.liaison).kind == "report.returned"


@pytest.mark.requirement("C9")
def test_accepting_turns_the_board_green(
    page: Page, sign_in: Callable[..., Any], city: City, assert_accessible: Callable[..., None]
) -> None:
    sign_in(page, city.reviewer)
    page.goto(f"/w/reports/board/?day={SUNDAY}")
    expect(page.locator(".cell-mark-accepted:visible")).to_have_count(0)
    assert_accessible(page)

    page.get_by_role("link", name="示例第一职业学校").locator("visible=true").first.click()
    if "/board/school/" in page.url:
        page.get_by_role("link", name="查看").first.click()
    page.get_by_role("button", name="通过").first.click()
    expect(page.get_by_text("已通过：").first).to_be_visible()

    page.goto(f"/w/reports/board/?day={SUNDAY}")
    expect(page.locator("#board-live .cell-mark-accepted:visible")).to_have_count(1)
    city.report.refresh_from_db()
    assert (city.report.state, city.report.decided_by) == ("accepted", city.reviewer)


@pytest.mark.requirement("C9")
def test_the_open_board_follows_a_colleagues_decision(
    desktop_page: Page, sign_in: Callable[..., Any], city: City
) -> None:
    desktop_page.clock.install()
    sign_in(desktop_page, city.reviewer)
    desktop_page.goto(f"/w/reports/board/?day={SUNDAY}")
    tick = desktop_page.get_by_role("checkbox", name="勾选示例职业技术学院").locator("visible=true")
    tick.check()
    expect(desktop_page.locator(".cell-mark-accepted:visible")).to_have_count(0)

    accept_report(city.report, by=person(city.tree.siming, "reviewer"), expected_version=city.report.version)
    desktop_page.clock.fast_forward(61_000)

    expect(desktop_page.locator("#board-live .cell-mark-accepted:visible")).to_have_count(1)
    expect(tick).to_be_checked()


@pytest.mark.requirement("C9")
def test_one_click_reminds_the_missing(page: Page, sign_in: Callable[..., Any], city: City) -> None:
    sign_in(page, city.reviewer)
    page.goto(f"/w/reports/board/?day={SUNDAY}")

    page.get_by_role("button", name="提醒未报单位").click()
    page.get_by_role("dialog").get_by_role("button", name="提醒", exact=True).click()

    expect(page.get_by_text("已提醒 1 所学校：示例职业技术学院").first).to_be_visible()
    assert Reminder.objects.get().organisation == city.tree.college


def test_ticked_reports_are_accepted_together(page: Page, sign_in: Callable[..., Any], city: City) -> None:
    sign_in(page, city.reviewer)
    page.goto("/w/reports/queue/")

    page.get_by_label("全选本页").check()
    page.get_by_role("button", name="通过勾选的报告").click()
    page.get_by_role("dialog").get_by_role("button", name="全部通过").click()

    expect(page.get_by_text("已通过 1 份报告").first).to_be_visible()
    expect(page.get_by_text("检查结果中有错误").first).to_be_visible()
    assert list(DailyReport.objects.filter(state="accepted").values_list("organisation", flat=True)) == [
        city.tree.school_b.pk
    ]


def test_words_of_a_reason_survive_a_reload(desktop_page: Page, sign_in: Callable[..., Any], city: City) -> None:
    sign_in(desktop_page, city.reviewer)
    desktop_page.goto(f"/w/reports/review/{city.report.pk}/")
    desktop_page.get_by_label("退回原因").fill("写到一半")

    desktop_page.reload()

    expect(desktop_page.get_by_label("退回原因")).to_have_value("写到一半")


def test_keys_lead_through_the_report(desktop_page: Page, sign_in: Callable[..., Any], city: City) -> None:
    sign_in(desktop_page, city.reviewer)
    desktop_page.goto(f"/w/reports/review/{city.report.pk}/")

    desktop_page.keyboard.press("j")
    expect(desktop_page.locator("[data-piece]").first).to_be_focused()
    desktop_page.keyboard.press("r")
    expect(desktop_page.get_by_label("退回原因")).to_be_focused()
    desktop_page.keyboard.type("n")
    expect(desktop_page.get_by_label("退回原因")).to_have_value("n")


def test_the_other_pages_are_accessible(
    page: Page, sign_in: Callable[..., Any], city: City, assert_accessible: Callable[..., None]
) -> None:
    before = ReportVersion.objects.get(report=city.report)
    before.snapshot = {"items": [{"client_id": "a", "kind": "manuscript", "title": "见闻", "text": "来了三百人。"}]}
    before.save()
    ReportVersion.objects.create(
        report=city.report,
        number=2,
        snapshot={"items": [{"client_id": "a", "kind": "manuscript", "title": "见闻", "text": "来了五百人。"}]},
        submitted_at=datetime(2023, 5, 15, 3, 0, tzinfo=UTC),
    )
    sign_in(page, city.reviewer)
    for address in (
        "totals/",
        "archive/?include=all",
        "archive/",
        f"board/school/{city.tree.school_a.pk}/?day={SUNDAY}",
        f"review/{city.report.pk}/compare/",
        "board/?state=returned",
        "queue/?flag=again&flag=late",
    ):
        page.goto(f"/w/reports/{address}")
        assert_accessible(page)
