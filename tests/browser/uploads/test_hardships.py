"""Two tabs, ended sign-ins, expired uploads, keyboards, small screens and buckets (C6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from django.core.files.storage import storages
from moto.server import ThreadedMotoServer
from playwright.sync_api import Page, expect

from skillweek.uploads import spool
from skillweek.uploads.models import StoredFile, Upload
from tests.browser.uploads.helpers import (
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
from tests.factories import Tree, person
from tests.materials.make import make_jpeg

pytestmark = pytest.mark.requirement("C6")
SignIn = Callable[..., Any]


def _halfway(page: Page, photo: Path) -> None:
    open_list(page)
    slow(page)
    choose(page, photo)
    wait_for_progress(page)
    wait_until_kept(page)


def test_only_one_of_two_tabs_sends_and_both_hear_of_the_end(school: Page, photo: Path) -> None:
    _halfway(school, photo)
    second = school.context.new_page()
    open_list(second)
    wait_for_state(second, "茶艺展示.jpg", "elsewhere")
    offsets = sent_offsets(second)

    slow(school, 0)

    wait_for_state(school, "茶艺展示.jpg", "done")
    wait_for_state(second, "茶艺展示.jpg", "done")
    arrived(photo)
    assert offsets == []


def test_second_tab_takes_over_when_the_first_is_closed(school: Page, photo: Path) -> None:
    _halfway(school, photo)
    second = school.context.new_page()
    open_list(second)
    wait_for_state(second, "茶艺展示.jpg", "elsewhere")
    offsets = sent_offsets(second)

    school.close()

    wait_for_state(second, "茶艺展示.jpg", "done")
    arrived(photo)
    assert offsets[0] > 0
    assert Upload.objects.count() == 1


def test_ended_sign_in_is_said_and_the_next_one_goes_on(school: Page, photo: Path, tree: Tree, sign_in: SignIn) -> None:
    _halfway(school, photo)
    user = Upload.objects.get().user
    offsets = sent_offsets(school)

    school.context.clear_cookies(name="sessionid")
    wait_for_state(school, "茶艺展示.jpg", "signed-out")
    expect(card(school, "茶艺展示.jpg")).to_contain_text("请重新登录")
    slow(school, 0)
    sign_in(school, user)
    school.get_by_role("button", name="重试《茶艺展示.jpg》").click()

    wait_for_state(school, "茶艺展示.jpg", "done")
    arrived(photo)
    assert offsets[-1] > 0


def test_another_person_does_not_send_the_files_of_the_one_before(
    school: Page, photo: Path, tree: Tree, sign_in: SignIn
) -> None:
    _halfway(school, photo)
    school.evaluate("harness.list.uploader.pauseAll()")

    school.context.clear_cookies()
    sign_in(school, person(tree.school_b, "liaison"))
    slow(school, 0)
    open_list(school)
    school.evaluate("harness.list.uploader.ready")

    assert school.locator(".upload-item").count() == 0


def test_expired_upload_begins_again_from_the_kept_file(school: Page, photo: Path) -> None:
    _halfway(school, photo)
    school.evaluate("harness.list.uploader.pauseAll()")
    wait_for_state(school, "茶艺展示.jpg", "paused")
    spool.remove(Upload.objects.get().pk)
    Upload.objects.update(state=Upload.State.EXPIRED)
    slow(school, 0)

    open_list(school)
    school.get_by_role("button", name="继续《茶艺展示.jpg》").click()

    wait_for_state(school, "茶艺展示.jpg", "done")
    arrived(photo)
    assert sorted(Upload.objects.values_list("state", flat=True)) == ["complete", "expired"]


def test_removed_file_is_given_up_on_the_server_too(school: Page, photo: Path) -> None:
    _halfway(school, photo)

    school.get_by_role("button", name="移除《茶艺展示.jpg》").click()
    school.get_by_role("dialog").get_by_role("button", name="移除").click()

    expect(school.locator(".upload-item")).to_have_count(0)
    expect(school.locator("#files input.upload-input")).to_be_focused()
    school.wait_for_load_state("networkidle")
    assert Upload.objects.get().state == Upload.State.TERMINATED
    slow(school, 0)
    open_list(school)
    assert school.locator(".upload-item").count() == 0


def test_refusal_of_the_server_is_said_in_its_words(school: Page, photo: Path, settings: Any) -> None:
    settings.SCHOOL_QUOTA_BYTES = 1000
    open_list(school)
    choose(school, photo)

    wait_for_state(school, "茶艺展示.jpg", "failed")
    expect(card(school, "茶艺展示.jpg")).to_contain_text("本单位的存储空间不足")
    settings.SCHOOL_QUOTA_BYTES = 10**9
    school.reload()
    wait_for_state(school, "茶艺展示.jpg", "failed")  # not sent again before the person asks
    expect(card(school, "茶艺展示.jpg")).to_contain_text("本单位的存储空间不足")
    assert not Upload.objects.filter(state=Upload.State.COMPLETE).exists()
    school.get_by_role("button", name="重试《茶艺展示.jpg》").click()

    wait_for_state(school, "茶艺展示.jpg", "done")


def test_list_takes_no_more_than_it_may(school: Page, photo: Path, tmp_path: Path) -> None:
    other = tmp_path / "第二张.jpg"
    other.write_bytes(photo.read_bytes() + b"x")
    open_list(school, query="?max=1")
    assert school.locator("#files input.upload-input").get_attribute("multiple") is None
    choose(school, photo)
    wait_for_state(school, "茶艺展示.jpg", "done")

    choose(school, other)

    expect(school.locator("#toasts")).to_contain_text("最多 1 个文件")
    assert school.locator(".upload-item").count() == 1


def test_keyboard_alone_is_enough(school: Page, photo: Path) -> None:
    open_list(school)
    slow(school)
    school.locator("#files input.upload-input").focus()
    with school.expect_file_chooser() as chooser:
        school.keyboard.press("Space")
    chooser.value.set_files(str(photo))
    wait_for_progress(school)

    school.keyboard.press("Tab")
    expect(school.get_by_role("button", name="暂停《茶艺展示.jpg》")).to_be_focused()
    school.keyboard.press("Enter")

    wait_for_state(school, "茶艺展示.jpg", "paused")
    expect(school.get_by_role("button", name="继续《茶艺展示.jpg》")).to_be_focused()
    slow(school, 0)
    school.keyboard.press("Enter")
    wait_for_state(school, "茶艺展示.jpg", "done")


def test_phone_in_english_shows_findings_within_its_width(
    phone_page: Page,
    live_site: str,
    tree: Tree,
    sign_in: SignIn,
    photo: Path,
    tmp_path: Path,
    assert_accessible: Callable[..., None],
) -> None:
    small = make_jpeg(
        tmp_path / "a-very-long-name-without-any-place-to-break-it-in-two-or-three.jpg", 800, 600, 100_000
    )
    sign_in(phone_page, person(tree.school_a, "liaison"))
    phone_page.context.add_cookies([{"name": "django_language", "value": "en", "url": live_site}])
    open_list(phone_page)
    choose(phone_page, small, photo)

    wait_for_state(phone_page, "a-very-long", "refused")
    wait_for_state(phone_page, "茶艺展示.jpg", "done")
    expect(card(phone_page, "a-very-long")).to_contain_text("at least 2000 are asked for")
    expect(phone_page.get_by_role("button", name="Upload anyway")).to_be_visible()
    assert_accessible(phone_page)


@pytest.fixture
def bucket_site(settings: Any) -> Iterator[Any]:
    """The site with its files in a bucket that browsers reach."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    made = boto3.resource("s3", endpoint_url=address, region_name="us-east-1", **keys).create_bucket(Bucket="browser")
    options = {"bucket_name": "browser", "endpoint_url": address, "region_name": "us-east-1", "access_key": "test"}
    options |= {"secret_key": "test", "signature_version": "s3v4", "addressing_style": "path"}
    backend = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    settings.S3_BUCKET, settings.S3_PUBLIC_ENDPOINT = "browser", address
    policy = settings.CONTENT_SECURITY_POLICY
    reach = {"connect-src": [*policy["DIRECTIVES"]["connect-src"], address]}
    settings.CONTENT_SECURITY_POLICY = {**policy, "DIRECTIVES": {**policy["DIRECTIVES"], **reach}}
    storages.__dict__.pop("backends", None)
    yield made
    server.stop()


@pytest.mark.s3
def test_file_goes_straight_to_the_bucket_and_on_after_a_reload(
    bucket_site: Any, school: Page, tmp_path: Path, photo: Path
) -> None:
    path = tmp_path / "大图.jpg"
    path.write_bytes(photo.read_bytes() + bytes(12 * 1024 * 1024 - photo.stat().st_size))
    open_list(school)
    slow(school, 2000)
    choose(school, path)
    wait_for_progress(school, 0.55)
    wait_until_kept(school)
    puts: list[str] = []
    school.on("request", lambda request: puts.append(request.url) if request.method == "PUT" else None)

    slow(school, 0)
    open_list(school)

    wait_for_state(school, "大图.jpg", "done")
    file = StoredFile.objects.get()
    assert bucket_site.Object(file.key).get()["Body"].read() == path.read_bytes()
    assert 0 < len({url.split("partNumber=")[1].split("&")[0] for url in puts}) < 3
