"""Showing stored files: to whom, in which parts, and never as a page of this site (C6, A5)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client

from skillweek.uploads.models import StoredFile
from skillweek.uploads.tasks import check_file
from tests.factories import Tree, client_of, person
from tests.materials.make import plain_jpeg, plain_mp4
from tests.uploads.protocol import Sender

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("C6")]
PAGE = b"<!doctype html><script>alert(1)</script>" + b" " * 200
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def _body(response: HttpResponseBase) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]


@pytest.fixture
def picture(sender: Sender) -> str:
    """The address of a small picture of school A."""
    return f"/uploads/files/{sender.send(plain_jpeg())}/"


def test_picture_is_shown_in_place_under_a_closed_policy(sender: Sender, picture: str) -> None:
    response = sender.client.get(picture)

    assert (response.status_code, _body(response)) == (200, plain_jpeg())
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("default-src 'none'")
    assert "sandbox" in response["Content-Security-Policy"]
    assert "script-src" not in response["Content-Security-Policy"]
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"
    assert response["Content-Disposition"].startswith("inline")
    assert int(response["Content-Length"]) == len(plain_jpeg())


def test_download_saves_under_the_own_name(sender: Sender, picture: str) -> None:
    response = sender.client.get(f"{picture}?download")

    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%E8%8C%B6%E8%89%BA%E5%B1%95%E7%A4%BA.jpg"


@pytest.mark.requirement("C14")
@pytest.mark.parametrize(
    ("data", "name"), [(PAGE, "页面.jpg"), (SVG, "图.svg"), (PAGE, "页面.html"), (b"%PDF-1.7\n" + bytes(100), "a.pdf")]
)
def test_what_could_run_is_only_ever_downloaded(sender: Sender, data: bytes, name: str) -> None:
    response = sender.client.get(f"/uploads/files/{sender.send(data, name=name, kind='other')}/")

    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_name_cannot_break_out_of_its_header(sender: Sender) -> None:
    file_id = sender.send(plain_jpeg(), name='a"; filename="b.html')

    disposition = sender.client.get(f"/uploads/files/{file_id}/")["Content-Disposition"]

    assert disposition == 'inline; filename="a\\"; filename=\\"b.html"'


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [("bytes=0-0", 0, 0), ("bytes=10-19", 10, 19), ("bytes=100-", 100, None), ("bytes=-5", -5, None)],
)
def test_part_of_a_video_is_sent_by_range(sender: Sender, header: str, first: int, last: int | None) -> None:
    movie = plain_mp4()
    file_id = sender.send(movie, kind="video", name="v.mp4")

    response = sender.client.get(f"/uploads/files/{file_id}/", headers={"Range": header})

    start = first if first >= 0 else len(movie) + first
    end = last if last is not None else len(movie) - 1
    assert (response.status_code, _body(response)) == (206, movie[start : end + 1])
    assert response["Content-Range"] == f"bytes {start}-{end}/{len(movie)}"
    assert (response["Content-Type"], response["Accept-Ranges"]) == ("video/mp4", "bytes")


def test_range_outside_is_416(sender: Sender, picture: str) -> None:
    response = sender.client.get(picture, headers={"Range": "bytes=9999999-"})

    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{len(plain_jpeg())}")


@pytest.mark.parametrize("header", ["bytes=5-2", "bytes=a-b", "lines=1-2", "bytes=0-1,4-5", "bytes=-"])
def test_senseless_range_is_answered_whole(sender: Sender, picture: str, header: str) -> None:
    response = sender.client.get(picture, headers={"Range": header})

    assert (response.status_code, len(_body(response))) == (200, len(plain_jpeg()))


def test_unchanged_file_is_not_sent_again(sender: Sender, picture: str) -> None:
    etag = sender.client.get(picture)["ETag"]

    again = sender.client.get(picture, headers={"If-None-Match": etag})
    changed = sender.client.get(picture, headers={"Range": "bytes=0-1", "If-Range": '"other"'})

    assert (again.status_code, again.content) == (304, b"")
    assert changed.status_code == 200


def test_derivatives_are_served_once_made(sender: Sender, picture: str) -> None:
    before = sender.client.get(f"{picture}thumb/").status_code
    check_file.func(str(StoredFile.objects.get().pk))

    response = sender.client.get(f"{picture}thumb/")

    assert before == 404
    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
    assert sender.client.get(f"{picture}nothing/").status_code == 404


def test_status_tells_a_script_what_is_known(sender: Sender, picture: str) -> None:
    check_file.func(str(StoredFile.objects.get().pk))

    response = sender.client.get(f"{picture}status/")

    data = response.json()
    assert response["Cache-Control"] == "no-store"
    assert (data["state"], data["original"], set(data["derivatives"])) == ("ready", picture, {"thumb", "large"})
    assert {finding["code"] for finding in data["findings"]} >= {"photo.width", "photo.size"}


@pytest.mark.requirement("A5")
def test_only_the_school_and_its_reviewers_see_a_file(
    sender: Sender, stranger: Sender, tree: Tree, picture: str
) -> None:
    file = StoredFile.objects.get()
    check_file.func(str(file.pk))
    addresses = [picture, f"{picture}thumb/", f"{picture}status/", f"/uploads/files/{uuid.uuid4()}/"]
    reviewer = client_of(person(tree.siming, "reviewer"))
    other_district = client_of(person(tree.huli, "reviewer"))

    assert [reviewer.get(address).status_code for address in addresses] == [200, 200, 200, 404]
    for client in (stranger.client, other_district, client_of(person())):
        assert [client.get(address).status_code for address in addresses] == [404] * 4
    assert [Client().get(address).status_code for address in addresses] == [302, 302, 401, 302]


def test_nginx_is_asked_to_send_the_bytes_when_it_can(sender: Sender, picture: str, settings: Any) -> None:
    settings.ACCEL_LOCATION = "/protected"

    response = sender.client.get(picture)

    assert response["X-Accel-Redirect"] == f"/protected/{StoredFile.objects.get().key}"
    assert (response.content, response["Content-Type"]) == (b"", "image/jpeg")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_file_that_vanished_from_disk_is_not_found(sender: Sender, picture: str) -> None:
    from django.core.files.storage import default_storage

    default_storage.delete(StoredFile.objects.get().key)

    assert sender.client.get(picture).status_code == 404
