"""Take the pictures of the guides: ``make screenshots`` (needs Chromium, a Chinese font, and a minute for the demo).

Starts the product on a demo of its own, signs in as the demo's accounts, and writes ``docs/images/<name>.png``. Each
picture is at most 150 KB. ``python docs/screenshots.py NAME …`` takes only those; with ``DEMO=http://127.0.0.1:8000``
before it, of a demo that runs already.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
LARGEST = 150 * 1024
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
PASSWORD = "demo-skillweek"
Do = Callable[[Page], object]


@dataclass(frozen=True)
class Picture:
    """``do`` is what happens on the page before the picture is taken; ``tall`` shows more than one screen."""

    name: str
    account: str
    path: str
    phone: bool = False
    do: Do | None = None
    tall: int = 0


def _first(*selectors: str) -> Do:
    """Follow the first link that fits, then on that page the next."""

    def follow(page: Page) -> None:
        for selector in selectors:
            page.locator(selector).first.click()
            page.wait_for_load_state()

    return follow


def _open_photo(page: Page) -> None:
    _first("main a[href*='/review/']")(page)
    page.locator("main img").first.click()


PICTURES = (
    Picture("portal", "", "/"),
    Picture("portal-phone", "", "/", phone=True),
    Picture("sign-in-phone", "", "/accounts/login/", phone=True),
    Picture("school-home-phone", "school", "/w/", phone=True, tall=1120),
    Picture("school-week-phone", "school", "/w/reports/", phone=True),
    Picture("school-form-phone", "school", "/w/reports/2023-05-15/", phone=True, tall=2400),
    Picture("school-form", "school", "/w/reports/2023-05-15/", tall=1600),
    Picture("school-inbox-phone", "school", "/w/inbox/", phone=True),
    Picture("rules-phone", "school", "/w/editions/rules/", phone=True, tall=1600),
    Picture("bureau-home", "host", "/w/"),
    Picture("bureau-home-phone", "district", "/w/", phone=True),
    Picture("queue", "city", "/w/reports/queue/"),
    Picture("queue-phone", "city", "/w/reports/queue/", phone=True),
    Picture("review", "city", "/w/reports/queue/", do=_first("main a[href*='/review/']"), tall=1400),
    Picture("review-phone", "city", "/w/reports/queue/", phone=True, do=_first("main a[href*='/review/']"), tall=1700),
    Picture("review-photo", "city", "/w/reports/queue/", do=_open_photo),
    Picture("board", "host", "/w/reports/board/", tall=1000),
    Picture("board-phone", "host", "/w/reports/board/", phone=True, tall=1300),
    Picture("totals", "host", "/w/reports/totals/"),
    Picture("archive", "host", "/w/reports/archive/"),
    Picture("people", "host", "/w/organisations/", tall=1000),
    Picture("roster", "host", "/w/organisations/roster/"),
    Picture("contacts", "host", "/w/organisations/contacts/"),
    Picture("invite", "host", "/w/organisations/", do=_first("main a.unit-link")),
    Picture("editions", "host", "/w/editions/"),
    Picture("edition", "host", "/w/editions/", do=_first("main a[href^='/w/editions/1/']"), tall=1200),
    Picture("activities-phone", "", "/activities/", phone=True, tall=1300),
    Picture("activities", "", "/activities/", tall=1100),
    Picture("map", "", "/map/"),
    Picture("calendar", "", "/calendar/", tall=1000),
    Picture("notice", "", "/notices/", do=_first("main a[href^='/notices/']")),
    Picture("school-notices-phone", "school", "/w/notices/", phone=True),
    Picture("school-plan-phone", "school", "/w/activities/", phone=True, tall=1300),
    Picture("bookings-phone", "school", "/w/bookings/", phone=True, tall=1100),
    Picture("coverage", "host", "/w/activities/coverage/", tall=1100),
    Picture("plan-queue", "city", "/w/activities/review/"),
    Picture("two-factor-phone", "host", "/accounts/2fa/", phone=True),
    Picture("take-part-phone", "", "/take-part/", phone=True, tall=1300),
    Picture("take-part", "host", "/w/take-part/", tall=1000),
    Picture("quiz-phone", "", "/quiz/", phone=True, do=_first("main a[href^='/quiz/']:not([href*=live])")),
    Picture("quiz-bank", "host", "/w/quiz/bank/"),
    Picture("vote-phone", "", "/vote/", phone=True, do=_first("main a[href^='/vote/']"), tall=1300),
    Picture("voting-holds", "host", "/w/voting/1/holds/", do=_first("main a[href^='/w/voting/holds/']"), tall=1100),
    Picture("contest-phone", "", "/contests/", phone=True, do=_first("main a:has-text('美拍')"), tall=1300),
    Picture(
        "contest-works", "host", "/w/contests/snaps/", do=_first("main a[href='/w/contests/1/']", "a[href$='/works/']")
    ),
    Picture("relay-phone", "", "/contests/", phone=True, do=_first("main a:has-text('接力')"), tall=1300),
    Picture("partners-phone", "", "/partners/", phone=True, tall=1200),
    Picture("partners-matches", "school", "/w/partners/matches/"),
    Picture(
        "partners-schedule",
        "host",
        "/w/partners/meetings/",
        do=_first("main a[href='/w/partners/meetings/1/']", "a[href$='/schedule/']"),
    ),
    Picture("class-phone", "", "/classes/parents-class/", phone=True, tall=1200),
    Picture("class-timetable", "school", "/w/classes/timetable/"),
    Picture("careers-phone", "", "/careers/", phone=True),
    Picture("careers", "school", "/w/careers/"),
    Picture("interview-phone", "", "/interviews/", phone=True, do=_first("main a[href='/interviews/1/']"), tall=1300),
    Picture("interview-edit", "host", "/w/interviews/", do=_first("main a[href='/w/interviews/3/']"), tall=1200),
    Picture("visits-phone", "", "/press/visits/", phone=True),
    Picture("visits", "school", "/w/press/visits/"),
    Picture("online-phone", "", "/online/", phone=True, do=_first("main a[href^='/online/tours/']"), tall=1200),
    Picture("online-tour", "school", "/w/online/", do=_first("main a[href^='/w/online/tour/']")),
    Picture("participation-figures", "host", "/w/statistics/taking-part/"),
    Picture("participation-figures-phone", "host", "/w/statistics/taking-part/", phone=True),
)


@contextmanager
def _demo() -> Iterator[str]:
    """The demo that ``DEMO`` names, else one in a temporary folder; yields its address."""
    if running := os.environ.get("DEMO"):
        yield running
        return
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "skillweek.site.cli", "demo", "--bind", f"127.0.0.1:{port}", "--home"]
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen([*command, str(Path(folder) / "demo")])
        try:
            _wait(f"http://127.0.0.1:{port}", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=60)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            sys.exit("the demo did not start")
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=2)
        except OSError:
            time.sleep(0.5)
        else:
            return
    sys.exit("the demo does not answer")


def _sign_in(browser: Browser, address: str, account: str, phone: bool) -> Page:
    options = {"viewport": PHONE, "has_touch": True, "is_mobile": True} if phone else {"viewport": DESKTOP}
    context = browser.new_context(base_url=address, locale="zh-CN", timezone_id="Asia/Shanghai", **options)
    page = context.new_page()
    page.set_default_timeout(120_000)
    if account:
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill(f"{account}@example.org")
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main form button[type=submit]").click()
        page.wait_for_url("**/w/")
    return page


def _take(page: Page, picture: Picture) -> bytes:
    page.set_viewport_size(PHONE if picture.phone else DESKTOP)
    page.goto(picture.path)
    if picture.do:
        picture.do(page)
    if picture.tall:
        page.set_viewport_size({"width": (PHONE if picture.phone else DESKTOP)["width"], "height": picture.tall})
    page.wait_for_timeout(900)
    return page.screenshot()


def _small(data: bytes) -> bytes:
    """The picture with as many colours, then as many pixels, as the limit allows."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    for share, colours in ((1.0, 256), (1.0, 128), (1.0, 64), (0.8, 64), (0.65, 64), (0.5, 48)):
        size = (round(image.width * share), round(image.height * share))
        smaller = image.resize(size, Image.Resampling.LANCZOS).quantize(colours, dither=Image.Dither.NONE)
        buffer = io.BytesIO()
        smaller.save(buffer, "PNG", optimize=True)
        if buffer.tell() <= LARGEST:
            break
    return buffer.getvalue()


def main(names: list[str]) -> None:
    """Take all pictures, or those named."""
    wanted = [picture for picture in PICTURES if not names or picture.name in names]
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    IMAGES.mkdir(exist_ok=True)
    with _demo() as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        pages: dict[tuple[str, bool], Page] = {}
        for picture in wanted:
            who = (picture.account, picture.phone)
            if who not in pages:
                pages[who] = _sign_in(browser, address, *who)
            data = _small(_take(pages[who], picture))
            (IMAGES / f"{picture.name}.png").write_bytes(data)
            print(f"{picture.name}: {len(data) // 1024} KB")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
