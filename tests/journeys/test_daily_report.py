"""The whole story of one day's report, from a phone to the city's board and archive, through crashes (C1–C10, C13)."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from skillweek.reports.models import DailyReport, ReportItem
from skillweek.site.samples import make_manuscript, make_photo, make_video
from skillweek.uploads.models import StoredFile, Upload
from tests.factories import EDITIONS, PASSWORD, person
from tests.journeys.conftest import Person, Site
from tests.site.processes import wait_for

_K = ReportItem.Kind
CAPTIONS = [f"第{number}组学生在社区广场为居民展示专业技能" for number in range(1, 11)]


@pytest.fixture
def album(tmp_path: Path) -> dict[str, list[Path]]:
    """What is on the liaison's phone: ten photos as a camera names them, a video, a manuscript."""
    folder = tmp_path / "album"
    folder.mkdir()
    photos = [make_photo(folder / f"IMG_{number:04}.jpg", seed=number, gps=number == 1) for number in range(1, 11)]
    video = make_video(folder / "VID_20230514.mp4", seconds=8, grain=12, bit_rate=24_000_000)
    manuscript = make_manuscript(folder / "活动概况.docx", 1000, title="走进社区，点亮生活", seed=7)
    return {"photos": photos, "video": [video], "manuscript": [manuscript]}


@pytest.mark.requirement("C1")
@pytest.mark.requirement("C6")
@pytest.mark.requirement("C9")
@pytest.mark.requirement("C10")
@pytest.mark.requirement("C13")
def test_a_report_from_the_phone_to_the_archive(
    site: Site, someone: Callable[..., Person], tree: Any, edition: Any, album: dict[str, list[Path]], tmp_path: Path
) -> None:
    person(tree.school_a, "liaison", email="liaison@example.org")
    person(tree.siming, "reviewer", email="district@example.org")
    person(tree.host, "reviewer", email="city@example.org")
    site.start()

    liaison = someone(phone=True)
    liaison.sign_in("liaison@example.org", PASSWORD)
    before = (liaison.clicks, liaison.fields)
    file_through_crashes(site, liaison, album)
    hand_in(liaison)
    filing = (liaison.clicks - before[0], liaison.fields - before[1])

    district = someone(phone=False)
    district.sign_in("district@example.org", PASSWORD)
    return_with_reason(district)
    mend_and_hand_in_again(liaison)
    site.kill("web")
    wait_for(site.answers, "the site is back")
    before = (district.clicks, district.fields)
    accept(district)
    review = (district.clicks - before[0], district.fields - before[1])

    city = someone(phone=False)
    city.sign_in("city@example.org", PASSWORD)
    board_is_green(city.page)
    folder = download_archive(city, tmp_path)
    same_findings(folder)
    print(f"\nfiling: {filing[0]} clicks, {filing[1]} fields; accepting: {review[0]} clicks, {review[1]} fields")  # noqa: T201
    assert filing[0] <= 12
    assert filing[1] <= 3
    assert review[0] <= 3


def file_through_crashes(site: Site, liaison: Person, album: dict[str, list[Path]]) -> None:
    """Fill the form; the server dies while the video is on its way, the workers while the photos are checked."""
    page = liaison.page
    liaison.click(page.get_by_role("link", name="填报 5月14日"))
    slow_down(page)
    liaison.choose(page.locator("#section-video .upload-input"), album["video"])
    wait_for(lambda: Upload.objects.filter(kind="video", offset__gt=0).exists(), "the video is on its way")
    site.kill("web")
    wait_for(site.answers, "the site is back")
    expect(page.locator("#section-video .report-card")).to_have_count(1, timeout=60_000)
    assert StoredFile.objects.get(kind="video").size == album["video"][0].stat().st_size

    liaison.choose(page.locator("#section-photo .upload-input"), album["photos"])
    expect(page.locator("#section-photo .report-card")).to_have_count(10, timeout=60_000)
    site.kill("worker")
    liaison.choose(page.locator("#section-manuscript .upload-input"), album["manuscript"])
    expect(page.locator("#section-manuscript .report-card")).to_have_count(1, timeout=30_000)
    liaison.click(page.get_by_role("button", name="批量写说明"))
    liaison.write(page.get_by_label("照片说明，一行一张"), "\n".join(CAPTIONS))
    liaison.click(page.get_by_role("button", name="填入"))
    liaison.write(page.get_by_label("参与学生"), "320")
    expect(page.locator(".report-sync")).to_contain_text("已保存")
    wait_for(lambda: not StoredFile.objects.filter(state="checking").exists(), "new workers check every file", 120)
    assert StoredFile.objects.filter(state="ready").count() == 12


def slow_down(page: Page) -> None:
    """A phone line of 2 MB a second, so that there is a middle of the upload to die in."""
    session = page.context.new_cdp_session(page)
    conditions = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 4_000_000}
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", conditions)


def hand_in(liaison: Person) -> None:
    """Press the one button."""
    liaison.click(liaison.page.get_by_role("button", name="提交"))
    expect(liaison.page.locator("#report-state")).to_contain_text("待审核")
    report = DailyReport.objects.get()
    assert (report.is_late, report.error_reason, report.items.count()) == (False, "", 12)


def return_with_reason(district: Person) -> None:
    """The district reads it, remarks on a photo and sends it back."""
    page = district.page
    page.goto("/w/reports/queue/")
    district.click(page.locator(".queue-link"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("示例第一职业学校")
    first = page.locator("[data-piece]").filter(has_text=CAPTIONS[0]).first
    first.get_by_text("写批注").click()
    first.get_by_placeholder("批注").fill("请写明是哪个专业")
    first.get_by_role("button", name="保存批注").click()
    page.get_by_label("退回原因").fill("照片说明请写明专业")
    page.get_by_role("button", name="退回修改").click()
    expect(page.locator("#toasts")).to_contain_text("已退回")


def mend_and_hand_in_again(liaison: Person) -> None:
    """The school hears of it, mends what was asked, and hands it in again."""
    page = liaison.page
    page.goto("/w/inbox/")
    expect(page.locator("main")).to_contain_text("被退回")
    page.goto("/w/")
    expect(page.locator(".panel-urgent")).to_contain_text("照片说明请写明专业")
    page.get_by_role("link", name="去修改").click()
    expect(page.locator("#section-photo .remark")).to_contain_text("请写明是哪个专业")
    page.locator("#section-photo textarea").first.fill("茶艺专业第一组学生在社区广场为居民表演茶艺")
    page.get_by_role("button", name="重新提交").click()
    expect(page.locator("#report-state")).to_contain_text("待审核")


def accept(district: Person) -> None:
    """From the queue to accepted."""
    page = district.page
    page.goto("/w/reports/queue/")
    district.click(page.locator(".queue-link"))
    expect(page.locator("main")).to_contain_text("茶艺专业第一组学生")
    district.click(page.get_by_role("button", name="通过", exact=True))
    expect(page.locator("#toasts")).to_contain_text("已通过")
    assert DailyReport.objects.get().state == "accepted"


def board_is_green(page: Page) -> None:
    """The city sees who has been accepted."""
    page.goto("/w/reports/board/?day=2023-05-14")
    row = page.locator("table.board tbody tr").filter(has_text="示例第一职业学校")
    expect(row).to_contain_text("通过")


def download_archive(city: Person, tmp_path: Path) -> Path:
    """Take the day's archive and unpack it; returns the school's folder."""
    page = city.page
    page.goto("/w/reports/archive/?day=2023-05-14")
    with page.expect_download(timeout=60_000) as waiting:
        page.get_by_role("link", name="下载压缩包").click()
    path = tmp_path / "day.zip"
    waiting.value.save_as(path)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path / "day")
    schools = [found for found in (tmp_path / "day").rglob("*") if found.is_dir() and "示例第一职业学校" in found.name]
    assert len(schools) == 1
    return schools[0]


def same_findings(folder: Path) -> None:
    """``skillweek check`` on the school's folder says what the site says, item for item."""
    command = [sys.executable, "-m", "skillweek.site.cli", "check", str(folder), "--full", "--json"]
    done = subprocess.run(
        [*command, "--edition", str(EDITIONS / "xiamen-2023")], capture_output=True, text=True, check=False, timeout=120
    )
    answer = json.loads(done.stdout)
    items = list(ReportItem.objects.filter(removed_at=None).select_related("file"))
    wrong = any(row["severity"] == "error" for item in items for row in item.findings)
    assert (done.returncode, answer["ok"]) == (int(wrong), not wrong)
    checked = {Path(item["path"]).name: Counter(row["code"] for row in item["findings"]) for item in answer["items"]}
    stored = {item.file.name: Counter(row["code"] for row in item.findings) for item in items if item.file}
    assert checked == stored
