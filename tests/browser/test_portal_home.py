"""The portal's first page and the map, on a phone and on a desk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.test.testcases import LiveServerThread
from playwright.sync_api import Page, Route, expect

from skillweek.core import clock
from skillweek.editions.models import Edition
from skillweek.site.tiles import tile_hosts
from tests.factories import REPOSITORY, Tree
from tests.portal import making

#: Set to a folder to keep a picture of every page looked at.
_PICTURES = os.environ.get("PORTAL_PICTURES", "")
_WEIGHT = 150 * 1024
_SHIFT = 0.02
_NAMES = [
    "“一片茶叶的旅行”茶艺体验",
    "家电维修进社区",
    "无人机编队表演",
    "闽南漆线雕工坊",
    "急救护理公开课",
    "烘焙课堂：自己做面包",
]


def _keep(page: Page, name: str) -> None:
    if _PICTURES:
        Path(_PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{_PICTURES}/{name}.png", full_page=True)


def _at(edition: Edition, days: int, hour: int = 8) -> datetime:
    day = edition.starts_on + timedelta(days=days)
    return datetime.combine(day, time(hour), tzinfo=ZoneInfo(edition.zone))


@pytest.fixture
def week(tree: Tree, edition: Edition) -> Iterator[Edition]:
    """A week with activities in every district; the clock stands on its second morning."""
    places = [(d.code, d.latitude, d.longitude) for d in edition.doc.districts]
    units = [tree.school_a, tree.school_b, tree.college, tree.tech]
    with clock.standing_at(_at(edition, 1)):
        for number in range(24):
            code, latitude, longitude = places[number % len(places)]
            activity = making.activity(
                edition,
                units[number % len(units)],
                _NAMES[number % len(_NAMES)],
                is_highlight=number < 4,
                highlight_rank=number,
                summary="老师带着做，做好的作品可以带回家，大人小孩都能参加",
                audience=["parents"],
            )
            for day in range(number % 3 + 1):
                making.session(
                    activity,
                    edition.days[day + 1],
                    9 + number % 8,
                    district=code,
                    latitude=latitude + number / 900 if latitude else None,
                    longitude=longitude,
                    place=f"{edition.doc.label_of('districts', code)}示例活动中心",
                )
        making.notice(edition, tree.host, "关于举办活动周的通知", document_number="厦教职〔2023〕1号", is_pinned=True)
        making.notice(edition, tree.host, "关于启动仪式时间地点的补充通知", kind="supplement")
        yield edition


def _watch(page: Page) -> Callable[[], dict[str, float]]:
    """Count what the page transfers (by the browser's own figures) and how far it shifts."""
    page.add_init_script(
        """window.__shift = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) { if (!entry.hadRecentInput) { window.__shift += entry.value; } }
        }).observe({type: "layout-shift", buffered: true});"""
    )
    sizes: dict[str, float] = {}
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    kinds: dict[str, str] = {}
    client.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    client.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))

    def read() -> dict[str, float]:
        page.wait_for_load_state("networkidle")
        counted = [size for key, size in sizes.items() if kinds.get(key) != "Image"]
        return {"bytes": sum(counted), "shift": page.evaluate("window.__shift")}

    return read


@pytest.fixture
def compressed_site(live_site: str, settings: Any, tmp_path: Path) -> Iterator[str]:
    """The site with styles and scripts collected and compressed, served by whitenoise as in production."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    settings.STATIC_ROOT = str(tmp_path / "static")
    settings.WHITENOISE_USE_FINDERS = False
    call_command("collectstatic", verbosity=0, interactive=False)
    thread = LiveServerThread("localhost", lambda application: application, port=0)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    assert thread.error is None
    yield f"http://localhost:{thread.port}"
    thread.terminate()


#: How far the brand ends before the first tool of the header begins, in pixels.
_HEADER_CLEARANCE = """() => {
    const box = (css) => document.querySelector(css).getBoundingClientRect();
    const shown = [...document.querySelectorAll(".site-bar-head .brand *")].map((one) => one.getBoundingClientRect());
    return box(".site-nav").left - Math.max(...shown.filter((one) => one.width > 1).map((one) => one.right));
}"""


@pytest.mark.requirement("D6")
def test_first_page_is_light_and_stands_still(
    week: Edition, compressed_site: str, new_page: Callable[..., Page]
) -> None:
    page = new_page({"width": 390, "height": 844})
    read = _watch(page)
    page.goto(f"{compressed_site}/")
    expect(page.get_by_role("heading", level=1, name=week.title)).to_be_visible()
    measured = read()
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(200)

    assert 10_000 < measured["bytes"] < _WEIGHT
    assert page.evaluate("window.__shift") < _SHIFT


@pytest.mark.requirement("D6")
def test_first_page_is_open_to_everybody(
    week: Edition, phone_page: Page, desktop_page: Page, assert_accessible: Callable[..., None]
) -> None:
    for name, page in (("phone", phone_page), ("desk", desktop_page)):
        page.goto("/")
        expect(page.get_by_role("heading", level=1, name=week.title)).to_be_visible()
        _keep(page, f"home-{name}")
        assert_accessible(page)
        assert page.context.cookies() == []
        expect(page.get_by_role("region", name="今天的活动").get_by_role("listitem")).to_have_count(6)


def test_first_page_speaks_english_and_large(
    week: Edition, phone_page: Page, assert_accessible: Callable[..., None]
) -> None:
    phone_page.goto("/")
    phone_page.get_by_role("button", name="大字版").click()
    expect(phone_page.locator("html")).to_have_class("text-large")
    assert_accessible(phone_page)
    assert phone_page.evaluate(_HEADER_CLEARANCE) >= 0
    _keep(phone_page, "home-phone-large")
    phone_page.get_by_role("button", name="标准字号").click()
    phone_page.get_by_role("button", name="English").click()
    expect(phone_page.locator("html")).to_have_attribute("lang", "en")
    _keep(phone_page, "home-phone-en")
    assert phone_page.evaluate(_HEADER_CLEARANCE) >= 0
    assert {cookie["name"] for cookie in phone_page.context.cookies()} == {"django_language"}
    assert_accessible(phone_page)


@pytest.mark.parametrize(("days", "name"), [(-12, "before"), (9, "after")])
def test_first_page_before_and_after(
    tree: Tree, edition: Edition, phone_page: Page, assert_accessible: Callable[..., None], days: int, name: str
) -> None:
    with clock.standing_at(_at(edition, days)):
        phone_page.goto("/")
        word = "距开幕" if days < 0 else "感谢参与"
        expect(phone_page.get_by_text(word)).to_be_visible()
        _keep(phone_page, f"home-phone-{name}")
        assert_accessible(phone_page)


def test_first_page_without_an_edition(phone_page: Page, db: None, assert_accessible: Callable[..., None]) -> None:
    phone_page.goto("/")
    expect(phone_page.get_by_text("还没有开放的活动周")).to_be_visible()
    phone_page.goto("/map/")
    expect(phone_page.get_by_text("还没有开放的活动周")).to_be_visible()
    assert_accessible(phone_page)


@pytest.mark.requirement("B7")
def test_map_without_tiles_is_a_sketch_with_the_same_list(
    week: Edition, phone_page: Page, desktop_page: Page, assert_accessible: Callable[..., None]
) -> None:
    for name, page in (("phone", phone_page), ("desk", desktop_page)):
        page.goto("/map/")
        expect(page.get_by_text("示意图")).to_be_visible()
        expect(page.locator(".map-place")).to_have_count(24)
        _keep(page, f"map-{name}")
        assert_accessible(page)
        page.get_by_label("区域").select_option("huli")
        expect(page.locator(".map-place")).to_have_count(4)
        assert "district=huli" in page.url


@pytest.mark.requirement("B7")
def test_nearest_first_stays_on_the_phone(week: Edition, new_page: Callable[..., Page], live_site: str) -> None:
    page = new_page(
        {"width": 390, "height": 844},
        geolocation={"latitude": 24.6186, "longitude": 118.2482},
        permissions=["geolocation"],
    )
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/map/")
    before = len(asked)
    page.get_by_role("button", name="离我最近").click()
    expect(page.locator("#map-state")).to_contain_text("已按距离排列")
    expect(page.locator(".map-place").first).to_contain_text("翔安区")
    expect(page.locator(".map-place").first).to_contain_text(" m")
    _keep(page, "map-near")
    assert [url for url in asked[before:] if "/static/" not in url] == []
    assert [url for url in asked if "24.6" in url] == []


@pytest.mark.requirement("B7")
def test_map_with_the_operators_tiles_has_markers_for_keyboard_and_list(
    week: Edition, desktop_page: Page, settings: Any, assert_accessible: Callable[..., None]
) -> None:
    settings.MAP_TILES_URLS = ["https://t{s}.tiles.example.org/{z}/{x}/{y}.png"]
    settings.MAP_TILES_SUBDOMAINS = "01"
    settings.MAP_TILES_ATTRIBUTION = "示例底图"
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    hosts = tile_hosts(settings.MAP_TILES_URLS, settings.MAP_TILES_SUBDOMAINS)
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**policy, "img-src": [*policy["img-src"], *hosts]}}
    asked: list[str] = []

    def tile(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(path=REPOSITORY / "src/skillweek/core/static/skillweek/icon-180.png")

    desktop_page.route("https://*.tiles.example.org/**", tile)
    desktop_page.goto("/map/")
    expect(desktop_page.locator(".map-pin").first).to_be_visible()
    # Pins that would lie on each other are one with a count; nothing is left out.
    counts = desktop_page.locator(".map-pin").evaluate_all("pins => pins.map(pin => Number(pin.dataset.places))")
    assert sum(counts) == 24
    expect(desktop_page.get_by_text("示例底图")).to_be_visible()
    assert asked != []
    marker = desktop_page.locator(".map-pin").first
    marker.focus()
    desktop_page.keyboard.press("Enter")
    expect(desktop_page.locator(".leaflet-popup")).to_contain_text("示例")
    # It comes up slowly, and colours are judged afterwards.
    expect(desktop_page.locator(".leaflet-popup")).to_have_css("opacity", "1")
    _keep(desktop_page, "map-tiles")
    assert_accessible(desktop_page)
