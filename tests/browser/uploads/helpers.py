"""What the tests of the upload component share: its page, a slow line, and what must have arrived."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from skillweek.uploads.models import StoredFile

KIB = 1024
#: What a browser with a full disk does: the record stays, the bytes are not there.
FORGET_BYTES = """() => new Promise((resolve) => {
  const opening = indexedDB.open("skillweek-uploads");
  opening.onsuccess = () => {
    const all = opening.result.transaction("files", "readwrite");
    all.objectStore("files").clear();
    all.oncomplete = resolve;
  };
})"""


def open_list(page: Page, kind: str = "photo", query: str = "", base: str = "") -> None:
    """Go to the page and wait until its list works."""
    page.goto(f"{base}/harness/{kind}/{query}")
    page.wait_for_selector("#files input[data-ready]", state="attached")


def choose(page: Page, *paths: Path) -> None:
    """Choose files as a person does."""
    page.set_input_files("#files input.upload-input", [str(path) for path in paths])


def slow(page: Page, kib_per_second: float = 400, *, offline: bool = False) -> None:
    """A slow line, or none; 0 is a fast one."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    throughput = kib_per_second * KIB if kib_per_second else -1
    conditions = {"offline": offline, "latency": 5, "downloadThroughput": -1, "uploadThroughput": throughput}
    session.send("Network.emulateNetworkConditions", conditions)


def card(page: Page, name: str) -> Any:
    """The card of one file."""
    return page.locator(".upload-item", has_text=name)


def wait_for_state(page: Page, name: str, state: str, seconds: float = 30) -> None:
    """Wait until the file's card shows a state."""
    expect(card(page, name)).to_have_attribute("data-state", state, timeout=seconds * 1000)


def wait_for_progress(page: Page, share: float = 0.2) -> None:
    """Wait until a part of the first file is on its way."""
    script = "share => { const one = harness.list.uploader.items[0]; return one && one.sent > share * one.size }"
    page.wait_for_function(script, arg=share, timeout=30_000)


def wait_until_kept(page: Page) -> None:
    """Wait until the browser has a copy of the first file."""
    page.wait_for_function("harness.list.uploader.items[0].persisted", timeout=30_000)


def sent_offsets(page: Page) -> list[int]:
    """The offsets of the chunks that the page sends from now on."""
    offsets: list[int] = []

    def note(request: Any) -> None:
        if request.method == "PATCH":
            offsets.append(int(request.headers.get("upload-offset", "-1")))

    page.on("request", note)
    return offsets


def arrived(path: Path) -> StoredFile:
    """The one stored file, which must be ``path`` byte for byte."""
    file = StoredFile.objects.get()
    assert file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    return file
