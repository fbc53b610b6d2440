"""The product as its users meet it: the real command with its workers, on the test's database, and a real browser."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.browser.conftest import DESKTOP, PHONE
from tests.browsers import RERUN
from tests.site.processes import end, start, wait_for

#: Set ``SHOTS=folder`` to keep pictures of the pages on the way.
SHOTS = os.environ.get("SHOTS", "")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys need a browser, a database that other processes see, and their time."""
    here = Path(__file__).parent
    for item in items:
        if here in Path(item.path).parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(RERUN)
            item.add_marker(pytest.mark.django_db(transaction=True))
            item.add_marker(pytest.mark.timeout(700))


@dataclass
class Site:
    """A running product. Its clock stands at ``moment`` when it starts, and ticks on."""

    home: Path
    port: int
    moment: datetime
    process: subprocess.Popen[bytes] | None = None
    #: More of its environment, e.g. where its mail goes.
    more: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it as the README does and wait until it answers and both workers live."""
        offset = round((self.moment - datetime.now(UTC)).total_seconds())
        more = {"SKILLWEEK_DEMO": "1", "SKILLWEEK_CLOCK_OFFSET": str(offset), "ALLOWED_HOSTS": "127.0.0.1"}
        more |= {"BASE_URL": self.url, "LOG_LEVEL": "WARNING"} | self.more
        self.process = start(self.home, "serve", "--prepare", "--bind", f"127.0.0.1:{self.port}", **more)
        wait_for(lambda: self.answers("?workers"), "site and workers answer", 60)

    def restart(self, moment: datetime) -> None:
        """Stop it in order and start it at another moment: the days between have passed."""
        assert self.process is not None
        end(self.process)
        self.moment = moment
        self.start()

    def answers(self, query: str = "") -> bool:
        """Whether it is healthy now."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz{query}", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def children(self, word: str) -> list[int]:
        """Process ids of the children whose command line holds ``word``, theirs included."""
        assert self.process is not None
        return [pid for pid in _descendants(self.process.pid) if word in _command(pid)]

    def kill(self, word: str) -> None:
        """Kill such children outright, as a crash does. The supervisor starts them again."""
        for pid in self.children(word):
            os.kill(pid, signal.SIGKILL)


def _descendants(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    found = [int(word) for word in text.split()]
    return found + [below for child in found for below in _descendants(child)]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


@pytest.fixture
def site(tmp_path: Path, built_frontend: None, transactional_db: None) -> Iterator[Site]:
    """The product, stopped in order at the end."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    running = Site(tmp_path / "home", port, datetime(2023, 5, 15, 2, 0, tzinfo=UTC))
    yield running
    if running.process is not None:
        end(running.process)


@dataclass
class Person:
    """Somebody with a page of their own. What they do by hand is counted: ``clicks`` and typed ``fields``."""

    page: Page
    clicks: int = 0
    fields: int = 0
    log: list[str] = field(default_factory=list)

    def click(self, target: Locator) -> None:
        """Press something."""
        target.click()
        self.clicks += 1

    def write(self, target: Locator, text: str) -> None:
        """Type into one field."""
        target.fill(text)
        self.fields += 1

    def look(self, name: str) -> None:
        """Keep a picture of the page when somebody wants to look at it (``SHOTS=folder``)."""
        if SHOTS:
            self.page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)

    def choose(self, target: Locator, files: list[Path]) -> None:
        """Press a file field and choose files in the phone's album: two presses."""
        target.set_input_files(files)
        self.clicks += 2

    def sign_in(self, email: str, password: str) -> None:
        """Through the form, as everybody does."""
        self.page.goto("/accounts/login/")
        self.write(self.page.get_by_label("电子邮箱或手机号码"), email)
        self.write(self.page.get_by_label("密码"), password)
        self.click(self.page.get_by_role("button", name="登录", exact=True))
        self.page.wait_for_url("**/w/")


@pytest.fixture
def someone(browser: Browser, site: Site) -> Iterator[Callable[..., Person]]:
    """``someone(phone=True)``: a person with a browser of their own. A script error in any page fails the journey."""
    contexts = []
    errors: list[str] = []

    def make(*, phone: bool) -> Person:
        options = {"has_touch": True, "is_mobile": True, "device_scale_factor": 2} if phone else {}
        context = browser.new_context(
            viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]
            base_url=site.url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            accept_downloads=True,
            **options,
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return Person(page)

    yield make
    for number, context in enumerate(contexts):
        if SHOTS:
            context.pages[0].screenshot(path=Path(SHOTS) / f"last-{number}.png", full_page=True)
        context.close()
    assert errors == []
