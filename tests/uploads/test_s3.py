"""Files straight to a bucket, against a real S3 protocol server in this process (C6)."""

from __future__ import annotations

import hashlib
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import httpx
import pytest
from django.core.files.storage import default_storage, storages
from django.http import HttpResponse
from moto.server import ThreadedMotoServer

from skillweek.core.clock import now
from skillweek.uploads import bucket
from skillweek.uploads.domain import sweep
from skillweek.uploads.models import StoredFile, Upload
from skillweek.uploads.tasks import check_file
from tests.materials.make import plain_jpeg
from tests.uploads.conftest import Room
from tests.uploads.protocol import PURPOSE, Sender

pytestmark = [pytest.mark.django_db, pytest.mark.s3, pytest.mark.requirement("C6")]
MIB = 1024 * 1024
DATA = bytes(range(256)) * (4 * 1024 * 11)  # 11 MiB: parts of 5, 5 and 1
NAME = "skillweek-test"
KEYS = {"access_key": "test", "secret_key": "test"}


@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    """The address of an S3 server."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def in_bucket(s3_server: str, settings: Any) -> Iterator[Any]:
    """The site keeps its files in an empty bucket; the bucket itself."""
    client = boto3.resource(
        "s3", endpoint_url=s3_server, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    made = client.create_bucket(Bucket=NAME)
    options = {**KEYS, "bucket_name": NAME, "endpoint_url": s3_server, "region_name": "us-east-1"}
    options |= {"signature_version": "s3v4", "addressing_style": "path"}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options},
    }
    settings.S3_BUCKET, settings.S3_PUBLIC_ENDPOINT = NAME, s3_server
    storages.__dict__.pop("backends", None)
    yield made
    made.objects.delete()
    for upload in made.multipart_uploads.all():
        upload.abort()
    made.delete()


def _post(sender: Sender, address: str, data: dict[str, Any]) -> HttpResponse:
    return sender.client.post(address, data, content_type="application/json")


def _begin(sender: Sender, size: int, **said: Any) -> dict[str, Any]:
    response = _post(sender, "/uploads/s3/", {**sender.said(**said), "size": size})
    assert response.status_code == 201, response.content
    data: dict[str, Any] = response.json()
    return {**data, "address": f"/uploads/s3/{data['id']}/"}


def _put(address: str, data: bytes) -> int:
    """Send a part as a browser does: without a content type."""
    return httpx.put(address, content=data, timeout=20).status_code


def _send_parts(sender: Sender, begun: dict[str, Any], data: bytes, numbers: list[int]) -> None:
    urls = _post(sender, f"{begun['address']}sign/", {"parts": numbers}).json()["urls"]
    for number in numbers:
        start = (number - 1) * begun["part_size"]
        assert _put(urls[str(number)], data[start : start + begun["part_size"]]) == 200


def test_file_goes_straight_to_the_bucket_and_is_completed(sender: Sender, room: Room, in_bucket: Any) -> None:
    begun = _begin(sender, len(DATA))
    assert (begun["part_size"], begun["part_count"], begun["parts"]) == (5 * MIB, 3, [])

    _send_parts(sender, begun, DATA, [1, 2, 3])
    response = _post(sender, f"{begun['address']}complete/", {})

    file = StoredFile.objects.get()
    assert response.json() == {"ok": True, "file": str(file.pk)}
    assert room.taken == [(PURPOSE, file)]
    assert in_bucket.Object(file.key).get()["Body"].read() == DATA
    again = _post(sender, f"{begun['address']}complete/", {})
    assert again.json()["file"] == str(file.pk)
    assert StoredFile.objects.count() == 1


def test_interrupted_upload_tells_which_parts_arrived(sender: Sender) -> None:
    begun = _begin(sender, len(DATA))
    _send_parts(sender, begun, DATA, [1, 3])

    asked = sender.client.get(begun["address"]).json()

    assert asked["parts"] == [{"number": 1, "size": 5 * MIB}, {"number": 3, "size": MIB}]
    refused = _post(sender, f"{begun['address']}complete/", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "incomplete")
    _send_parts(sender, begun, DATA, [2])
    assert _post(sender, f"{begun['address']}complete/", {}).status_code == 200


def test_same_client_id_finds_the_same_upload(sender: Sender) -> None:
    purpose = {**PURPOSE, "client_id": "x"}

    assert _begin(sender, 5, purpose=purpose)["id"] == _begin(sender, 5, purpose=purpose)["id"]


def test_check_reads_the_object_hashes_it_and_puts_derivatives(sender: Sender, in_bucket: Any) -> None:
    picture = plain_jpeg(800, 600)
    begun = _begin(sender, len(picture))
    _send_parts(sender, begun, picture, [1])
    file_id = _post(sender, f"{begun['address']}complete/", {}).json()["file"]

    check_file.func(file_id)

    file = StoredFile.objects.get()
    assert (file.state, file.sha256) == (StoredFile.State.READY, hashlib.sha256(picture).hexdigest())
    assert file.facts["width"] == 800
    assert {row.role for row in file.derivatives.all()} == {"thumb", "large"}
    assert {entry.key for entry in in_bucket.objects.all()} == {
        file.key,
        *file.derivatives.values_list("key", flat=True),
    }


def test_serving_redirects_to_an_address_that_holds(sender: Sender) -> None:
    picture = plain_jpeg()
    begun = _begin(sender, len(picture))
    _send_parts(sender, begun, picture, [1])
    file_id = _post(sender, f"{begun['address']}complete/", {}).json()["file"]
    check_file.func(file_id)

    response = sender.client.get(f"/uploads/files/{file_id}/")

    assert (response.status_code, response["Cache-Control"]) == (302, "private, max-age=600")
    with urllib.request.urlopen(response["Location"], timeout=20) as opened:
        assert opened.read() == picture
        assert opened.headers["Content-Type"] == "image/jpeg"
        assert opened.headers["Content-Disposition"].startswith("inline")
    assert "X-Amz-Expires=900" in response["Location"]


def test_part_address_is_signed_with_its_length(sender: Sender) -> None:
    begun = _begin(sender, len(DATA))

    urls = _post(sender, f"{begun['address']}sign/", {"parts": [1, 3]}).json()["urls"]

    for url in urls.values():
        assert "content-length" in url.split("X-Amz-SignedHeaders=")[1].split("&")[0]
        assert "X-Amz-Expires=3600" in url


@pytest.mark.parametrize("parts", [[], [0], [4], ["1"], [True], "1", None, list(range(1, 102))])
def test_senseless_parts_are_not_signed(sender: Sender, parts: Any) -> None:
    begun = _begin(sender, len(DATA))

    response = _post(sender, f"{begun['address']}sign/", {"parts": parts})

    assert response.status_code == 400 or response.json()["urls"] == {}


def test_stranger_and_forged_ids_find_nothing(sender: Sender, stranger: Sender) -> None:
    address = _begin(sender, 5)["address"]

    for response in (
        stranger.client.get(address),
        stranger.client.delete(address),
        _post(stranger, f"{address}sign/", {"parts": [1]}),
        _post(stranger, f"{address}complete/", {}),
    ):
        assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert Upload.objects.get().state == Upload.State.RECEIVING


def test_cancelled_and_expired_uploads_leave_no_parts(sender: Sender, in_bucket: Any) -> None:
    first, second = _begin(sender, len(DATA)), _begin(sender, len(DATA), name="二.jpg")
    _send_parts(sender, first, DATA, [1])
    _send_parts(sender, second, DATA, [1])

    assert sender.client.delete(first["address"]).status_code == 204
    Upload.objects.filter(pk=second["id"]).update(expires_at=now() - timedelta(minutes=1))
    assert sweep.expire_uploads() == 1

    assert list(in_bucket.multipart_uploads.all()) == []
    assert sender.client.get(second["address"]).status_code == 404


def test_refusing_room_keeps_the_object_for_another_try(sender: Sender, room: Room) -> None:
    begun = _begin(sender, 5)
    _send_parts(sender, begun, b"12345", [1])
    room.refuses_files = True
    refused = _post(sender, f"{begun['address']}complete/", {})
    room.refuses_files = False

    again = _post(sender, f"{begun['address']}complete/", {})

    assert (refused.status_code, refused.json()["code"], again.status_code) == (409, "locked", 200)


def test_released_file_is_erased_from_the_bucket(sender: Sender, in_bucket: Any) -> None:
    picture = plain_jpeg()
    begun = _begin(sender, len(picture))
    _send_parts(sender, begun, picture, [1])
    _post(sender, f"{begun['address']}complete/", {})
    check_file.func(str(StoredFile.objects.get().pk))
    StoredFile.objects.update(released_at=now() - timedelta(days=8))

    assert sweep.erase_released_files() == 1
    assert list(in_bucket.objects.all()) == []


@pytest.mark.parametrize("body", [b"[1]", b"{", b"[" * 60_000, b'{"a": "' + b"x" * 70_000 + b'"}'])
def test_senseless_bodies_are_malformed(sender: Sender, body: bytes) -> None:
    response = sender.client.generic("POST", "/uploads/s3/", body, content_type="application/json")

    assert (response.status_code, response.json()["code"]) == (400, "malformed")


def test_parts_grow_with_the_file_so_that_their_number_is_bounded() -> None:
    assert bucket.part_count(10_000 * 5 * MIB) == 10_000
    assert bucket.part_size(10_000 * 5 * MIB + 1) == 10 * MIB
    assert hasattr(default_storage, "bucket")
