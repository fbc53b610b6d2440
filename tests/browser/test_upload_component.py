"""The upload component in a real browser: it checks before it sends, and what it sends arrives whole (C6)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from skillweek.uploads.models import StoredFile, Upload
from tests.factories import Tree, person
from tests.materials.make import make_docx, make_jpeg, plain_jpeg, plain_mp4
from tests.uploads.harness.serve import Gunicorn, bundle

pytestmark = pytest.mark.requirement("C6")
KIB = 1024
SignIn = Callable[..., Any]
#: What a browser with a full disk does: the record stays, the bytes are not there.
FORGET_BYTES = """() => new Promise((resolve) => {
  const opening = indexedDB.open("skillweek-uploads");
  opening.onsuccess = () => {
    const all = opening.result.transaction("files", "readwrite");
    all.objectStore("files").clear();
    all.oncomplete = resolve;
  };
})"""


@pytest.fixture(scope="session")
def harness_script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The harness's script, bundled once."""
    path = bundle(tmp_path_factory.mktemp("harness"))
    os.environ["UPLOAD_HARNESS_SCRIPT"] = str(path)
    return path


@pytest.fixture(scope="session")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good photo of about 2 MB."""
    return make_jpeg(tmp_path_factory.mktemp("photo") / "茶艺展示.jpg")


@pytest.fixture(autouse=True)
def _harness(harness_script: Path, settings: Any, live_site: str, tree: Tree, edition: object) -> None:
    settings.ROOT_URLCONF = "tests.uploads.harness.urls"
    settings.UPLOAD_CHUNK_BYTES = 128 * KIB


@pytest.fixture
def school(tree: Tree, desktop_page: Page, sign_in: SignIn) -> Page:
    """A page of school A's liaison."""
    sign_in(desktop_page, person(tree.school_a, "liaison"))
    return desktop_page


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


def wait_for_state(page: Page, name: str, state: str, seconds: float = 20) -> None:
    """Wait until the file's card shows a state."""
    expect(card(page, name)).to_have_attribute("data-state", state, timeout=seconds * 1000)


def wait_for_progress(page: Page, share: float = 0.2) -> None:
    """Wait until the server has confirmed a part of the first file."""
    script = "share => { const one = harness.list.uploader.items[0]; return one && one.sent > share * one.size }"
    page.wait_for_function(script, arg=share, timeout=20_000)


def sent_bytes(page: Page) -> list[int]:
    """The sizes of the chunks that the page sends from now on."""
    sizes: list[int] = []

    def note(request: Any) -> None:
        if request.method == "PATCH":
            sizes.append(int(request.headers.get("upload-offset", "-1")))

    page.on("request", note)
    return sizes


def arrived(path: Path) -> StoredFile:
    """The one stored file, which must be ``path`` byte for byte."""
    file = StoredFile.objects.get()
    assert file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    return file


def test_photo_is_checked_shown_and_sent(school: Page, photo: Path, assert_accessible: Callable[..., None]) -> None:
    open_list(school)
    choose(school, photo)

    wait_for_state(school, "茶艺展示.jpg", "done")
    expect(card(school, "茶艺展示.jpg")).to_contain_text("2400×1600")
    expect(school.locator("#files [role=status]")).to_have_text("《茶艺展示.jpg》：已上传。")
    file = arrived(photo)
    done = school.evaluate("harness.done")
    assert [(entry["name"], entry["fileId"]) for entry in done] == [("茶艺展示.jpg", str(file.pk))]
    assert Upload.objects.get().purpose == {"place": "harness", "client_id": done[0]["clientId"]}
    assert_accessible(school)


def test_several_files_go_at_once(school: Page, tmp_path: Path, photo: Path) -> None:
    paths = []
    for number in range(5):
        path = tmp_path / f"照片{number}.jpg"
        path.write_bytes(photo.read_bytes() + bytes([number]))
        paths.append(path)
    open_list(school)
    choose(school, *paths)

    expect(school.locator(".upload-item[data-state=done]")).to_have_count(5, timeout=30_000)
    assert StoredFile.objects.count() == 5


@pytest.mark.requirement("C14")
def test_nothing_is_sent_of_files_that_break_the_rules(school: Page, tmp_path: Path) -> None:
    false = tmp_path / "其实是PNG.jpg"
    false.write_bytes(plain_jpeg(2400, 1600, "PNG"))
    small = make_jpeg(tmp_path / "小图.jpg", 1900, 1267)
    calls: list[str] = []
    school.on("request", lambda request: calls.append(request.url) if "/uploads/" in request.url else None)
    open_list(school)
    choose(school, false, small)

    wait_for_state(school, "其实是PNG.jpg", "refused")
    wait_for_state(school, "小图.jpg", "refused")
    told = "照片《其实是PNG.jpg》的文件名写的是 .jpg，内容实际是PNG 图片，要求 JPG 格式。"
    expect(card(school, "其实是PNG.jpg")).to_contain_text(told)
    expect(card(school, "小图.jpg")).to_contain_text("照片《小图.jpg》宽 1900 像素，要求不低于 2000 像素。")
    assert calls == []
    assert not Upload.objects.exists()


def test_video_of_250_mb_is_refused_before_sending(school: Page, tmp_path: Path) -> None:
    path = tmp_path / "活动全程.mp4"
    movie = plain_mp4()
    with path.open("wb") as stream:
        stream.write(movie + (250_000_000 - len(movie)).to_bytes(4, "big") + b"free")
        stream.truncate(250_000_000)
    open_list(school, "video")
    choose(school, path)

    wait_for_state(school, "活动全程.mp4", "refused")
    expect(card(school, "活动全程.mp4")).to_contain_text("200 MB")
    assert not Upload.objects.exists()


def test_refused_file_can_be_sent_all_the_same(school: Page, tmp_path: Path) -> None:
    path = make_jpeg(tmp_path / "小图.jpg", 1080, 720, 500_000)
    open_list(school)
    choose(school, path)
    wait_for_state(school, "小图.jpg", "refused")

    school.get_by_role("button", name="仍要上传《小图.jpg》").click()

    wait_for_state(school, "小图.jpg", "done")
    assert {finding["code"] for finding in arrived(path).findings} >= {"photo.width", "photo.size"}


def test_words_of_a_manuscript_are_counted_on_the_phone(school: Page, tmp_path: Path) -> None:
    path = make_docx(tmp_path / "稿件.docx", 700)
    open_list(school, "manuscript")
    choose(school, path)

    wait_for_state(school, "稿件.docx", "refused")
    wait_for = card(school, "稿件.docx")
    expect(wait_for).to_contain_text("700 字")
    expect(wait_for).to_contain_text("不能少于")


def test_upload_goes_on_after_the_network_dropped(school: Page, photo: Path) -> None:
    open_list(school)
    slow(school)
    choose(school, photo)
    wait_for_progress(school)
    offsets = sent_bytes(school)

    slow(school, offline=True)
    wait_for_state(school, "茶艺展示.jpg", "offline")
    slow(school, 0)

    wait_for_state(school, "茶艺展示.jpg", "done")
    arrived(photo)
    assert offsets[0] > 0


def test_upload_goes_on_by_itself_after_a_reload(school: Page, photo: Path) -> None:
    open_list(school)
    slow(school)
    choose(school, photo)
    wait_for_progress(school)
    school.wait_for_function("harness.list.uploader.items[0].persisted")
    offsets = sent_bytes(school)

    slow(school, 0)
    open_list(school)

    wait_for_state(school, "茶艺展示.jpg", "done")
    arrived(photo)
    assert Upload.objects.count() == 1
    assert offsets[0] > 0
    open_list(school)
    assert school.locator(".upload-item").count() == 0


def test_paused_file_stays_paused_over_a_reload(school: Page, photo: Path) -> None:
    open_list(school)
    slow(school)
    choose(school, photo)
    wait_for_progress(school)
    school.wait_for_function("harness.list.uploader.items[0].persisted")
    school.get_by_role("button", name="暂停《茶艺展示.jpg》").click()
    wait_for_state(school, "茶艺展示.jpg", "paused")

    slow(school, 0)
    open_list(school)
    wait_for_state(school, "茶艺展示.jpg", "paused")
    assert not StoredFile.objects.exists()
    school.get_by_role("button", name="继续《茶艺展示.jpg》").click()

    wait_for_state(school, "茶艺展示.jpg", "done")
    arrived(photo)


def test_file_that_could_not_be_kept_is_asked_for_again(school: Page, photo: Path, tmp_path: Path) -> None:
    open_list(school)
    slow(school)
    choose(school, photo)
    wait_for_progress(school)
    school.wait_for_function("harness.list.uploader.items[0].persisted")
    slow(school, 0)
    school.evaluate(FORGET_BYTES)
    school.evaluate("harness.list.uploader.pauseAll()")
    open_list(school)
    school.evaluate("harness.list.uploader.resumeAll()")
    wait_for_state(school, "茶艺展示.jpg", "needs-file")
    offsets = sent_bytes(school)
    other = tmp_path / "另一张.jpg"
    other.write_bytes(photo.read_bytes()[:-1] + b"x")

    with school.expect_file_chooser() as chooser:
        school.get_by_role("button", name="重新选择《茶艺展示.jpg》").click()
    chooser.value.set_files(str(other))
    expect(card(school, "茶艺展示.jpg")).to_contain_text("这不是同一个文件")
    with school.expect_file_chooser() as chooser:
        school.get_by_role("button", name="重新选择《茶艺展示.jpg》").click()
    chooser.value.set_files(str(photo))

    wait_for_state(school, "茶艺展示.jpg", "done")
    arrived(photo)
    assert offsets[0] > 0


def test_upload_goes_on_after_the_server_was_killed(tree: Tree, school: Page, sign_in: SignIn, photo: Path) -> None:
    server = Gunicorn()
    server.start()
    try:
        cookies = [{"name": one["name"], "value": one["value"], "url": server.url} for one in school.context.cookies()]
        school.context.add_cookies(cookies)  # type: ignore[arg-type]
        open_list(school, base=server.url)
        slow(school)
        choose(school, photo)
        wait_for_progress(school)
        offsets = sent_bytes(school)

        server.kill()
        wait_for_state(school, "茶艺展示.jpg", "retrying")
        slow(school, 0)
        server.start()

        wait_for_state(school, "茶艺展示.jpg", "done", 40)
    finally:
        server.kill()
    arrived(photo)
    assert Upload.objects.count() == 1
    assert max(offsets) > 0
