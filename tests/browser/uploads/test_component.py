"""The upload component in a real browser: it checks before it sends, and what it sends arrives whole (C6)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from skillweek.uploads.models import StoredFile, Upload
from tests.browser.uploads.helpers import (
    FORGET_BYTES,
    arrived,
    card,
    choose,
    open_list,
    sent_offsets,
    slow,
    wait_for_progress,
    wait_for_state,
    wait_until_kept,
)
from tests.materials.make import make_docx, make_jpeg, plain_jpeg, plain_mp4
from tests.uploads.harness.serve import Gunicorn

pytestmark = pytest.mark.requirement("C6")


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
    offsets = sent_offsets(school)

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
    wait_until_kept(school)
    offsets = sent_offsets(school)

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
    wait_until_kept(school)
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
    wait_until_kept(school)
    slow(school, 0)
    school.evaluate(FORGET_BYTES)
    school.evaluate("harness.list.uploader.pauseAll()")
    open_list(school)
    school.evaluate("harness.list.uploader.resumeAll()")
    wait_for_state(school, "茶艺展示.jpg", "needs-file")
    offsets = sent_offsets(school)
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


def test_upload_goes_on_after_the_server_was_killed(school: Page, photo: Path) -> None:
    server = Gunicorn()
    server.start()
    try:
        cookies = [{"name": one["name"], "value": one["value"], "url": server.url} for one in school.context.cookies()]
        school.context.add_cookies(cookies)  # type: ignore[arg-type]
        open_list(school, base=server.url)
        slow(school)
        choose(school, photo)
        wait_for_progress(school)
        offsets = sent_offsets(school)

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
