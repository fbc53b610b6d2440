"""A resident enters a photo, wins and takes it back; a relay of three; a picture too large (E1, E7)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from skillweek.contests.copies import make_copy
from skillweek.contests.models import AwardGiven, Call, Entry
from skillweek.participation.models import Participant
from tests.contests import make
from tests.contests.test_uploads import png_of
from tests.factories import Tree, person
from tests.materials.make import make_mp4
from tests.participation.make import client_for

SHOTS = Path("test-results/contests")
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _ready(settings: Any) -> None:
    settings.REQUIRE_TWO_FACTOR = False
    SHOTS.mkdir(parents=True, exist_ok=True)


@pytest.fixture
def known(live_site: str) -> Callable[[Page, Participant], None]:
    """Give the page the cookie of somebody who proved a contact."""

    def enter(page: Page, who: Participant) -> None:
        name = f"participant_{who.edition_id}"
        page.context.add_cookies([{"name": name, "value": client_for(who).cookies[name].value, "url": live_site}])

    return enter


@pytest.mark.requirement("E1")
def test_a_resident_enters_wins_and_takes_it_back(
    tree: Tree, edition: Any, desktop_page: Page, phone_page: Page, sign_in: Callable[..., Any],
    known: Callable[..., None], assert_accessible: Callable[..., None], tmp_path: Path,
) -> None:  # fmt: skip
    call = make.call(edition, tree.edu, groups=["市民组", "学生组"])
    phone, desk = phone_page, desktop_page
    known(phone, make.participant(edition, name="林小满"))

    phone.goto("/take-part/")
    phone.get_by_role("link", name=call.title).click()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "call-phone.png", full_page=True)
    phone.get_by_role("button", name="我要投稿").click()
    expect(phone.get_by_role("heading", name="我的作品")).to_be_visible()

    huge, photo = tmp_path / "大图.png", tmp_path / "车工.jpg"
    huge.write_bytes(png_of(10_000, 10_000))
    photo.write_bytes(make.jpeg(1600, 1200, gps=True))
    chooser = phone.locator('[data-upload="photo"] input[type="file"]').first
    chooser.set_input_files(huge)
    expect(phone.get_by_text("10000×10000 像素，超出了可以处理的大小")).to_be_visible()
    phone.screenshot(path=SHOTS / "refused-phone.png", full_page=True)
    assert Entry.objects.get().files.count() == 0
    phone.reload()
    phone.locator('[data-upload="photo"] input[type="file"]').first.set_input_files(photo)
    expect(phone.locator("[data-file]")).to_have_count(1)

    phone.get_by_label("车工.jpg 的说明").fill(SCRIPT)
    phone.get_by_label("作品标题").fill("晨光里的车工")
    expect(phone.get_by_text("草稿已保存")).to_be_visible()
    assert Entry.objects.get().title == "晨光里的车工"
    phone.get_by_label("署名").fill("林小满")
    phone.get_by_label("组别").select_option("市民组")
    phone.get_by_label("所在区").select_option("思明区")
    phone.get_by_label("作品里能认出的人都同意公开").check()
    phone.get_by_label("我已阅读并同意投稿须知").check()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "mine-phone.png", full_page=True)
    phone.get_by_role("button", name="提交作品").click()
    expect(phone.get_by_text("已提交，审核结果会发消息给您")).to_be_visible()
    entry = Entry.objects.get()
    make.check_files(entry)

    sign_in(desk, person(tree.edu, "reviewer"))
    desk.goto(f"/w/contests/{call.pk}/works/")
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "queue-desktop.png", full_page=True)
    desk.get_by_role("link", name="晨光里的车工").click()
    expect(desk.get_by_text(SCRIPT)).to_be_visible()
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "moderate-desktop.png", full_page=True)
    desk.keyboard.press("r")
    expect(desk.get_by_role("textbox", name="原因")).to_be_focused()
    desk.keyboard.press("Escape")
    desk.get_by_role("heading", name="晨光里的车工").click()
    desk.keyboard.press("a")
    expect(desk.get_by_text("已通过《晨光里的车工》。")).to_be_visible()

    phone.goto(f"/contests/{call.pk}/works/")
    expect(phone.get_by_role("link", name="晨光里的车工").last).to_be_visible()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "gallery-phone.png", full_page=True)
    phone.locator("a[data-shot]").click()
    expect(phone.locator(".pswp--open")).to_be_visible()
    phone.keyboard.press("Escape")
    phone.goto(entry.get_absolute_url())
    expect(phone.get_by_text(SCRIPT)).to_be_visible()

    desk.goto(f"/w/contests/{call.pk}/awards/")
    desk.get_by_label("奖项", exact=True).fill("一等奖")
    desk.get_by_role("button", name="添加", exact=True).click()
    desk.get_by_label("《晨光里的车工》的奖项").select_option("一等奖")
    desk.get_by_role("button", name="记下").click()
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "awards-desktop.png", full_page=True)
    desk.get_by_role("button", name="公布并颁发证书").click()
    desk.get_by_role("button", name="公布", exact=True).click()
    expect(desk.get_by_text("获奖结果已公布")).to_be_visible()

    phone.goto(call.get_absolute_url())
    expect(phone.get_by_role("heading", name="获奖作品")).to_be_visible()
    assert_accessible(phone)
    phone.screenshot(path=SHOTS / "winner-phone.png", full_page=True)
    phone.locator("section", has_text="我的作品").get_by_role("link", name="晨光里的车工").first.click()
    expect(phone.get_by_text("祝贺，获得一等奖")).to_be_visible()
    phone.get_by_role("button", name="撤回作品").click()
    phone.get_by_role("button", name="撤回", exact=True).click()
    expect(phone.get_by_text("已撤回，不再展示，文件已移除。")).to_be_visible()
    phone.goto(call.get_absolute_url())
    expect(phone.get_by_role("heading", name="获奖作品")).to_have_count(0)
    assert AwardGiven.objects.get().withdrawn_at is not None
    desk.goto(f"/w/contests/{call.pk}/")
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "call-desktop.png", full_page=True)


@pytest.mark.requirement("E7")
def test_three_pass_a_relay_on(
    tree: Tree, edition: Any, desktop_page: Page, new_page: Callable[..., Page], sign_in: Callable[..., Any],
    known: Callable[..., None], assert_accessible: Callable[..., None], tmp_path: Path,
) -> None:  # fmt: skip
    call = make.call(edition, tree.edu, face=Call.Face.RELAY, title="技能接力", photos_max=0, per_person=1)
    desk, film = desktop_page, make_mp4(tmp_path / "技能.mp4", 320, 240, 1)
    sign_in(desk, person(tree.edu, "reviewer"))
    address, page = "", None
    for number, (title, district) in enumerate((("车工", "思明区"), ("茶艺", "湖里区"), ("焊接", "集美区")), start=1):
        page = new_page({"width": 390, "height": 844}, has_touch=True, is_mobile=True)
        known(page, make.participant(edition))
        if number == 1:
            page.goto(call.get_absolute_url())
            page.get_by_role("button", name="我要投稿").click()
        else:
            page.goto(address)
            assert_accessible(page)
            page.screenshot(path=SHOTS / "passed-phone.png", full_page=True)
            page.get_by_role("button", name="接住这一棒").click()
        page.locator('[data-upload="video"] input[type="file"]').first.set_input_files(film)
        expect(page.locator("[data-file]")).to_have_count(1)
        page.get_by_label("作品标题").fill(title)
        page.get_by_label("署名").fill(f"第{number}位")
        page.get_by_label("所在区").select_option(district)
        page.get_by_label("作品里能认出的人都同意公开").check()
        page.get_by_label("我已阅读并同意投稿须知").check()
        page.get_by_role("button", name="提交作品").click()
        expect(page.get_by_text("已提交")).to_be_visible()
        entry = Entry.objects.latest("pk")
        make.check_files(entry)
        assert make_copy(entry.files.get().pk)
        desk.goto(f"/w/contests/entries/{entry.pk}/")
        desk.get_by_role("button", name="通过").click()
        expect(desk.get_by_text(f"已通过《{title}》。")).to_be_visible()
        if number < 3:
            page.get_by_label("下一位是谁").fill("陈老师")
            page.get_by_role("button", name="生成接力链接").click()
            address = re.sub(r"^https?://[^/]+", "", page.locator(".relay-link").inner_text())
    assert page is not None
    first = Entry.objects.get(step=1)
    page.goto(f"/contests/relays/{first.pk}/")
    expect(page.get_by_text("已经传了 3 棒，到过 3 个区")).to_be_visible()
    expect(page.locator("polyline")).to_have_count(1)
    assert_accessible(page)
    page.screenshot(path=SHOTS / "relay-phone.png", full_page=True)
    page.locator("video").evaluate("video => video.dispatchEvent(new Event('ended'))")
    expect(page.locator('.relay-list [aria-current="true"]')).to_have_text("茶艺 · 第2位")
    desk.goto(f"/contests/relays/{first.pk}/")
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "relay-desktop.png", full_page=True)
    desk.goto("/w/contests/")
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "index-desktop.png", full_page=True)
    desk.goto("/w/contests/add/?preset=snap")
    assert_accessible(desk)
    desk.screenshot(path=SHOTS / "add-desktop.png", full_page=True)
