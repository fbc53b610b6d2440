"""A school makes a tour with hotspots, visitors walk it, ask, sign, and are counted (B11)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from playwright.sync_api import Page, expect

from skillweek.online.domain import panoramas
from skillweek.online.models import GuestEntry, Panorama, Question, Tour, VisitCount
from skillweek.uploads.domain.check import check_stored_file
from tests.browser.conftest import PHONE
from tests.factories import Tree, person
from tests.online import make

AGENT = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/128.0 Mobile Safari/537.36"
SHOTS = Path("test-results/online")


def _work() -> None:
    """What the background worker does with arrived files."""
    for row in Panorama.objects.filter(state=Panorama.State.WAITING):
        check_stored_file(row.pk)
        panoramas.make_copies(row.pk)


def _places_hotspot(desk: Page, kind: str, name: str, at: tuple[float, float]) -> None:
    """Choose a kind and click on the panorama at a share of its width and height."""
    group = desk.get_by_role("group", name="添加热点")
    group.get_by_role("button", name=kind, exact=True).click()
    stage = desk.locator(".tour-canvas[data-loaded]")
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    assert box is not None
    desk.mouse.click(box["x"] + box["width"] * at[0], box["y"] + box["height"] * at[1])
    desk.get_by_label("热点名称").fill(name)


@pytest.mark.requirement("B11")
def test_a_tour_is_made_reviewed_walked_and_talked_about(
    tree: Tree,
    edition: Any,
    desktop_page: Page,
    new_page: Callable[..., Page],
    sign_in: Callable[..., Any],
    assert_accessible: Callable[..., None],
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.REQUIRE_TWO_FACTOR = False
    settings.BOOKING_PROOF_WORK = 200
    settings.PUBLIC_CACHE_SECONDS = 60
    caches["pages"].clear()
    SHOTS.mkdir(parents=True, exist_ok=True)
    liaison, reviewer = person(tree.school_a, "liaison", name="陈老师"), person(tree.siming, "reviewer")
    gate = make.panorama_jpeg(tmp_path / "大门.jpg", 4000)
    lab = make.panorama_jpeg(tmp_path / "实训室.jpg", 4000)

    desk = desktop_page
    sign_in(desk, liaison)
    desk.goto("/w/online/?kind=tour")
    assert_accessible(desk)
    desk.get_by_role("link", name="做全景导览").first.click()
    desk.get_by_label("标题").fill("走进第一职业学校")
    desk.get_by_role("button", name="开始").click()
    expect(desk.get_by_text("上传第一张全景图")).to_be_visible()
    for picture in (gate, lab):
        desk.locator("#tour-uploads input[type=file]").first.set_input_files(picture)
        scenes = desk.locator(".tour-scene-list li")
        expect(scenes).to_have_count(1 if picture == gate else 2, timeout=20_000)
    expect(desk.locator(".tour-saved")).to_have_text("已保存")
    _work()
    desk.locator(".tour-scene-list button").first.click()
    expect(desk.locator(".tour-canvas[data-loaded]")).to_be_visible(timeout=20_000)

    _places_hotspot(desk, "文字", "校训石", (0.5, 0.45))
    desk.get_by_label("文字", exact=True).fill("建校七十年时立的校训石。")
    _places_hotspot(desk, "前往场景", "去实训室", (0.7, 0.5))
    desk.get_by_label("前往的场景").select_option(label="实训室")
    _places_hotspot(desk, "图片", "点错了", (0.3, 0.5))
    desk.get_by_role("button", name="删除热点").click()
    expect(desk.locator("[data-spot]")).to_have_count(2)
    desk.get_by_role("button", name="撤销").click()
    expect(desk.locator("[data-spot]")).to_have_count(3)
    desk.get_by_role("button", name="重做").click()
    expect(desk.locator("[data-spot]")).to_have_count(2)
    dot = desk.locator("[data-spot]").filter(has_text="校训石")
    dot.scroll_into_view_if_needed()
    box = dot.bounding_box()
    assert box is not None
    desk.mouse.move(box["x"] + 10, box["y"] + 10)
    desk.mouse.down()
    desk.mouse.move(box["x"] - 90, box["y"] - 20, steps=5)
    desk.mouse.up()
    desk.get_by_label("场景说明").fill("左边是校训石，右边通往实训楼。")
    expect(desk.locator(".tour-saved")).to_have_text("已保存")
    tour = Tour.objects.get()
    moved = next(spot for spot in tour.draft["scenes"][0]["hotspots"] if spot["title"] == "校训石")
    assert moved["yaw"] < -3, moved
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "editor-desktop.png", full_page=True)
    desk.get_by_role("button", name="提交审核").click()
    expect(desk.get_by_text("已提交审核").first).to_be_visible()

    sign_in(desk, reviewer)
    desk.goto("/w/online/?kind=tour")
    desk.get_by_role("link", name="走进第一职业学校").click()
    expect(desk.get_by_text("建校七十年时立的校训石。")).to_be_visible()
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "review-desktop.png", full_page=True)
    desk.get_by_role("button", name="发布", exact=True).click()
    expect(desk.get_by_text("已发布，公众现在可以看到")).to_be_visible()

    # Chromium without a window calls itself a program, and programs are not counted.
    phone = new_page(PHONE, has_touch=True, is_mobile=True, device_scale_factor=2, user_agent=AGENT)
    phone.goto("/online/")
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "home-phone.png", full_page=True)
    phone.get_by_role("link", name="走进第一职业学校").click()
    expect(phone.locator("#tour-view[data-loaded]")).to_be_visible(timeout=20_000)
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "tour-phone.png", full_page=True)
    phone.locator(".tour-dot").filter(has_text="校训石").tap()
    expect(phone.get_by_role("dialog").get_by_text("建校七十年时立的校训石。")).to_be_visible()
    phone.screenshot(path=SHOTS / "spot-phone.png")
    phone.get_by_role("button", name="关闭").tap()
    phone.locator("#tour-view").focus()
    phone.keyboard.press("ArrowRight")
    go = phone.locator(".tour-dot").filter(has_text="去实训室")
    go.focus()
    phone.keyboard.press("Enter")
    expect(phone.locator(".tour-name")).to_have_text("实训室")
    phone.get_by_role("button", name="进入“大门”").tap()
    expect(phone.locator(".tour-name")).to_have_text("大门")

    room = make.publish(make.room(edition, tree.school_a))
    rows = [{"kind": "tour", "ref": str(tour.pk), "caption": "先逛一圈"}]
    hall = make.publish(make.hall(edition, tree.school_a, exhibits=rows))
    phone.goto(f"/online/rooms/{room.pk}/")
    assert_accessible(phone)
    phone.get_by_role("link", name="我要提问").tap()
    phone.get_by_label("您的问题").fill("新生什么时候报名？")
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "ask-phone.png", full_page=True)
    phone.get_by_role("button", name="提交").tap()
    expect(phone.get_by_text("已收到，谢谢").last).to_be_visible()
    phone.goto(f"/online/halls/{hall.pk}/")
    assert_accessible(phone)
    phone.get_by_role("link", name="写留言").tap()
    phone.get_by_label("您的留言").fill("实训室真先进")
    phone.get_by_label("称呼").fill("小林")
    phone.get_by_role("button", name="提交").tap()
    expect(phone.get_by_text("已收到，谢谢").last).to_be_visible()
    assert (Question.objects.count(), GuestEntry.objects.count()) == (1, 1)

    sign_in(desk, liaison)
    desk.goto("/w/online/moderation/")
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "moderation-desktop.png", full_page=True)
    desk.get_by_label("回答").fill("六月二十日起。")
    desk.get_by_role("button", name="回答并显示").click()
    expect(desk.get_by_text("已回答，公众可以看到")).to_be_visible()
    desk.goto("/w/online/moderation/?what=entry")
    desk.get_by_role("button", name="显示", exact=True).click()

    phone.goto(f"/online/rooms/{room.pk}/")
    expect(phone.get_by_text("六月二十日起。")).to_be_visible()
    phone.get_by_role("button", name="我也想问").tap()
    expect(phone.locator("[data-votes]")).to_have_text("1")
    phone.screenshot(path=SHOTS / "room-phone.png", full_page=True)
    phone.goto(f"/online/halls/{hall.pk}/")
    expect(phone.get_by_text("实训室真先进")).to_be_visible()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "hall-phone.png", full_page=True)

    plain = new_page(PHONE, java_script_enabled=False, user_agent=AGENT.replace("Pixel 8", "Pixel 9"))
    plain.goto(f"/online/tours/{tour.pk}/")
    expect(plain.get_by_text("建校七十年时立的校训石。")).to_be_visible()
    counted = VisitCount.objects.get(subject=f"tour:{tour.pk}")
    assert (counted.visitors, counted.views) == (2, 2)  # one with scripts, one by the pixel
    desk.goto("/w/online/visits/")
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "visits-desktop.png", full_page=True)
    for page, name in ((desk, "desktop"), (phone, "phone")):
        page.goto(f"/online/tours/{tour.pk}/")
        expect(page.locator("#tour-view[data-loaded]")).to_be_visible(timeout=20_000)
        page.screenshot(path=SHOTS / f"tour-{name}.png", full_page=True)
