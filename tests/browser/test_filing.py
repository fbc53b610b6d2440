"""The school's form on a phone: typing, uploading, losing the network, colleagues, handing in (C1–C6)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect

from skillweek.notifications.models import Message
from skillweek.reports.domain.comments import add_comment
from skillweek.reports.domain.review import return_for_correction
from skillweek.reports.models import DailyReport, ReportItem
from skillweek.site.samples import make_photo, make_scan
from skillweek.uploads.domain.check import check_stored_file
from skillweek.uploads.models import StoredFile
from tests.factories import Tree, person
from tests.site.processes import wait_for

DAY = date(2023, 5, 14)


@pytest.fixture(autouse=True)
def _in_the_week() -> Iterator[None]:
    """Monday, ten o'clock in Xiamen: Sunday's report is due at noon."""
    with time_machine.travel(datetime(2023, 5, 15, 2, 0, tzinfo=UTC), tick=True):
        yield


@pytest.fixture
def form(phone_page: Page, sign_in: Callable[..., Any], tree: Tree, edition: Any) -> Page:
    """The form of Sunday's report, open on the liaison's phone."""
    sign_in(phone_page, person(tree.school_a, "liaison"))
    phone_page.goto(f"/w/reports/school/{tree.school_a.pk}/{DAY}/")
    return phone_page


def check_all() -> None:
    """What the worker does with files that arrived."""
    for pk in StoredFile.objects.filter(state=StoredFile.State.CHECKING).values_list("pk", flat=True):
        check_stored_file(pk)


def saved(page: Page) -> None:
    """Wait until everything typed has reached the server."""
    expect(page.locator(".report-sync")).to_contain_text(re.compile("已保存|自动保存"))


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """Two photos within the rules; the first one's name says what it shows."""
    return [make_photo(tmp_path / "茶艺专业学生为居民表演.jpg", seed=1), make_photo(tmp_path / "IMG_0002.jpg", seed=2)]


def add_photos(page: Page, photos: list[Path]) -> None:
    """Choose the photos, wait until they are in the report, and check them as the worker does."""
    for number, photo in enumerate(photos, start=1):  # one after the other: together, the quicker one comes first
        page.locator("#section-photo .upload-input").set_input_files(photo)
        expect(page.locator("#section-photo .report-card")).to_have_count(number, timeout=20_000)
    check_all()


@pytest.mark.requirement("C1")
def test_what_is_in_the_way_is_shown_and_mended(
    form: Page, photos: list[Path], assert_accessible: Callable[..., None]
) -> None:
    form.get_by_role("button", name="提交").click()
    expect(form.locator("#report-problem")).to_contain_text("还没有任何材料")

    add_photos(form, photos)
    captions = form.locator("#section-photo textarea")
    expect(captions.nth(0)).to_have_value("茶艺专业学生为居民表演")
    form.get_by_role("button", name="提交").click()
    expect(form.locator(".in-the-way")).to_contain_text("没有文字说明")
    assert_accessible(form)

    form.locator(".in-the-way a").click()
    captions.nth(1).fill("家长体验数控车床操作")
    form.get_by_label("参与学生").fill("１２０")
    form.get_by_role("button", name="提交").click()
    expect(form.locator("#report-state")).to_contain_text("待审核")

    report = DailyReport.objects.get()
    assert (report.state, report.is_late, report.figures) == ("submitted", False, {"students": 120})
    assert report.versions.count() == 1
    expect(form.locator("#section-photo .upload-input")).to_be_hidden()
    assert_accessible(form)


@pytest.mark.requirement("C1")
def test_errors_may_be_filed_with_a_reason(form: Page) -> None:
    form.locator("#section-manuscript").get_by_role("button", name="直接填写或粘贴").click()
    form.locator("#section-manuscript textarea").fill("今天下雨，活动改到明天。")
    expect(form.locator("#section-manuscript .field-note").nth(1)).to_have_text("12 字")
    saved(form)
    expect(form.locator("#section-manuscript .finding-error")).to_contain_text("不能少于 720 字")

    form.get_by_role("button", name="提交").click()
    form.get_by_text("确实不能修改").click()
    form.get_by_role("button", name="带问题提交").click()
    expect(form.locator("#toasts")).to_contain_text("请先写明理由")
    form.get_by_label("理由").fill("因大雨停办，没有更多内容")
    form.get_by_role("button", name="带问题提交").click()
    expect(form.locator("#report-state")).to_contain_text("待审核")
    assert DailyReport.objects.get().error_reason == "因大雨停办，没有更多内容"


@pytest.mark.requirement("C1")
def test_text_typed_without_network_is_kept_and_sent_later(form: Page) -> None:
    form.locator("#section-case").get_by_role("button", name="直接填写或粘贴").click()
    expect(form.locator(".report-sync")).to_contain_text("已保存")
    form.context.set_offline(True)
    form.locator("#section-case").get_by_label("标题").fill("断网时写的标题")
    expect(form.locator(".report-sync")).to_contain_text("已存在本机")
    assert ReportItem.objects.get().title == ""

    # The phone is put away and taken out again: the page is loaded anew once there is a network.
    form.context.set_offline(False)
    form.reload()
    expect(form.locator("#section-case").get_by_label("标题")).to_have_value("断网时写的标题")
    wait_for(lambda: ReportItem.objects.get().title == "断网时写的标题", "the title reaches the server")


@pytest.mark.requirement("C1")
def test_two_people_never_overwrite_each_other_silently(
    form: Page, new_page: Callable[..., Page], sign_in: Callable[..., Any], tree: Tree
) -> None:
    form.locator("#section-case").get_by_role("button", name="直接填写或粘贴").click()
    form.locator("#section-case").get_by_label("标题").fill("开头")
    saved(form)
    colleague = new_page()
    sign_in(colleague, person(tree.school_a, "member"))
    colleague.goto(form.url)
    expect(colleague.locator("#section-case").get_by_label("标题")).to_have_value("开头")

    colleague.locator("#section-case").get_by_label("标题").fill("同事写的")
    colleague.locator("#section-case").get_by_label("引用来源").fill("厦门日报")
    saved(colleague)
    form.locator("#section-case").get_by_label("标题").fill("我写的")
    conflict = form.locator(".field-conflict")
    expect(conflict).to_contain_text("同事写的")
    assert ReportItem.objects.get().title == "同事写的"
    expect(form.locator("#section-case").get_by_label("引用来源")).to_have_value("厦门日报")

    conflict.get_by_role("button", name="用我写的").click()
    expect(conflict).to_have_count(0)
    saved(form)
    assert ReportItem.objects.get().title == "我写的"


@pytest.mark.requirement("C3")
def test_photos_are_ordered_captioned_in_bulk_and_brought_back(form: Page, photos: list[Path]) -> None:
    add_photos(form, photos)
    cards = form.locator("#section-photo .report-card")
    cards.nth(1).get_by_role("button", name="上移").click()
    expect(cards.nth(0)).to_contain_text("IMG_0002.jpg")

    form.get_by_role("button", name="批量写说明").click()
    form.get_by_label("照片说明，一行一张").fill("家长体验数控车床\n学生表演茶艺")
    form.get_by_role("button", name="填入").click()
    saved(form)
    live = ReportItem.objects.filter(removed_at=None).order_by("position")
    assert [item.caption for item in live] == ["家长体验数控车床", "学生表演茶艺"]

    cards.nth(0).get_by_role("button", name="移除").click()
    expect(cards).to_have_count(1)
    saved(form)
    form.get_by_role("button", name="撤销").click()
    expect(cards).to_have_count(2)
    saved(form)
    assert live.count() == 2


@pytest.mark.requirement("C5")
def test_a_media_report_takes_its_scan_photo_and_text(form: Page, photos: list[Path], tmp_path: Path) -> None:
    section = form.locator("#section-coverage")
    section.get_by_role("button", name="添加一篇报道").click()
    section.get_by_label("媒体名称").fill("厦门日报")
    expect(section.get_by_label("媒体级别")).to_have_value("municipal")
    section.get_by_label("报道标题").fill("职教周走进社区")
    section.get_by_label("发布日期").fill("2023-05-15")
    section.get_by_label("文稿电子版").fill("活动周期间，示例学校走进社区。")
    scan = make_scan(tmp_path / "截图.jpg", title="职教周走进社区", outlet="厦门日报")
    section.locator("[data-slot=coverage_scan] .upload-input").set_input_files(scan)
    section.locator("[data-slot=coverage_photo] .upload-input").set_input_files(photos[0])
    expect(section.locator(".slot-line")).to_have_count(2, timeout=20_000)
    saved(form)
    check_all()
    expect(section.locator(".finding")).to_have_count(0, timeout=15_000)

    item = ReportItem.objects.get()
    assert (item.outlet, item.level, item.published_on) == ("厦门日报", "municipal", date(2023, 5, 15))
    assert item.file is not None and item.photo_file is not None


@pytest.mark.requirement("C10")
def test_a_returned_report_shows_why_and_is_handed_in_again(
    form: Page, photos: list[Path], tree: Tree, assert_accessible: Callable[..., None]
) -> None:
    add_photos(form, photos[:1])
    form.get_by_role("button", name="提交").click()
    expect(form.locator("#report-state")).to_contain_text("待审核")
    reviewer = person(tree.siming, "reviewer")
    report = DailyReport.objects.get()
    add_comment(report, by=reviewer, text="请写明人物", item=report.items.get())
    return_for_correction(report, by=reviewer, expected_version=report.version, reason="照片说明太简单")

    form.reload()
    expect(form.locator(".report-returned")).to_contain_text("照片说明太简单")
    expect(form.locator("#section-photo .remark")).to_contain_text("请写明人物")
    assert_accessible(form)
    form.locator("#section-photo textarea").first.fill("茶艺专业学生林同学为社区居民表演")
    form.get_by_role("button", name="标为已处理").click()
    expect(form.locator(".remark-resolved")).to_have_count(1)
    form.get_by_role("button", name="重新提交").click()
    expect(form.locator("#report-state")).to_contain_text("待审核")
    assert report.versions.count() == 2

    form.get_by_role("link", name="报送记录").click()
    expect(form.locator(".diff ins")).to_have_text(["林同学", "社区"])
    assert_accessible(form)


@pytest.mark.requirement("C1")
def test_a_report_is_taken_back_until_somebody_decides(form: Page, photos: list[Path]) -> None:
    add_photos(form, photos[:1])
    form.get_by_role("button", name="提交").click()
    form.get_by_role("button", name="撤回修改").click()
    form.get_by_role("button", name="撤回", exact=True).click()
    expect(form.locator("#report-state")).to_contain_text("草稿")
    expect(form.get_by_role("button", name="提交")).to_be_visible()


@pytest.mark.requirement("C1")
def test_a_member_asks_the_liaison(
    phone_page: Page, sign_in: Callable[..., Any], tree: Tree, edition: Any, photos: list[Path]
) -> None:
    liaison = person(tree.school_a, "liaison")
    sign_in(phone_page, person(tree.school_a, "member"))
    phone_page.goto(f"/w/reports/school/{tree.school_a.pk}/{DAY}/")
    add_photos(phone_page, photos[:1])
    phone_page.get_by_role("button", name="请联络员提交").click()
    expect(phone_page.locator("#toasts")).to_contain_text("已通知 1 位联络员")
    assert Message.objects.get(recipient=liaison).kind == "report.ready"


@pytest.mark.requirement("C1")
def test_pages_of_the_school_fit_a_phone_and_a_desktop(
    form: Page, desktop_page: Page, sign_in: Callable[..., Any], tree: Tree, assert_accessible: Callable[..., None]
) -> None:
    assert_accessible(form)
    form.goto("/w/reports/")
    expect(form.locator("main")).to_contain_text("5月14日")
    assert_accessible(form)
    sign_in(desktop_page, person(tree.school_a, "liaison"))
    for path in ("/w/reports/", f"/w/reports/{DAY}/", f"/w/reports/school/{tree.school_a.pk}/2023-05-20/"):
        desktop_page.goto(path)
        assert_accessible(desktop_page)
