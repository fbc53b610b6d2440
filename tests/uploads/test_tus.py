"""tus 1.0 as the server speaks it: core, creation, checksum, termination, expiration (C6)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest

from skillweek.core.models import AuditEvent
from skillweek.uploads import spool
from skillweek.uploads.models import StoredFile, Upload
from tests.uploads.conftest import Room
from tests.uploads.protocol import PURPOSE, STREAM, TUS, Sender, checksum

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("C6")]
DATA = bytes(range(256)) * 40


def test_options_tells_version_extensions_and_largest_size(sender: Sender) -> None:
    response = sender.client.options("/uploads/")

    assert response.status_code == 204
    assert response["Tus-Version"] == "1.0.0"
    assert response["Tus-Extension"] == "creation,creation-with-upload,termination,checksum,expiration"
    assert response["Tus-Checksum-Algorithm"] == "sha256,sha1"
    assert int(response["Tus-Max-Size"]) == 4096 * 1024 * 1024


def test_creation_answers_address_and_expiry(sender: Sender) -> None:
    response = sender.create(len(DATA))

    upload = Upload.objects.get()
    assert response.status_code == 201
    assert response["Location"] == f"/uploads/{upload.pk}/"
    assert response["Tus-Resumable"] == "1.0.0"
    assert parsedate_to_datetime(response["Upload-Expires"]) > datetime.now(UTC)
    assert (upload.size, upload.name, upload.kind, upload.purpose) == (len(DATA), "茶艺展示.jpg", "photo", PURPOSE)
    assert upload.user == sender.user


def test_chunks_arrive_in_order_and_become_one_file(sender: Sender, room: Room) -> None:
    address = sender.begin(len(DATA))
    first = sender.patch(address, 0, DATA[:4000])
    asked = sender.head(address)
    last = sender.patch(address, 4000, DATA[4000:])

    file = StoredFile.objects.get()
    assert (first.status_code, first["Upload-Offset"]) == (204, "4000")
    assert (asked.status_code, asked["Upload-Offset"], asked["Upload-Length"]) == (200, "4000", str(len(DATA)))
    assert asked["Cache-Control"] == "no-store"
    assert (last.status_code, last["Upload-Offset"], last["Skillweek-File"]) == (204, str(len(DATA)), str(file.pk))
    assert file.sha256 == hashlib.sha256(DATA).hexdigest()
    assert (file.size, file.organisation, file.uploaded_by) == (len(DATA), sender.organisation, sender.user)
    assert room.taken == [(PURPOSE, file)]
    assert AuditEvent.objects.filter(verb="upload.complete", object_id=str(file.pk)).count() == 1


def test_creation_may_bring_the_first_bytes(sender: Sender) -> None:
    response = sender.create(len(DATA), body=DATA[:100])

    assert (response.status_code, response["Upload-Offset"]) == (201, "100")
    assert sender.head(response["Location"])["Upload-Offset"] == "100"


def test_creation_may_bring_all_bytes(sender: Sender) -> None:
    response = sender.create(len(DATA), body=DATA)

    assert response.status_code == 201
    assert response["Skillweek-File"] == str(StoredFile.objects.get().pk)


def test_creation_again_with_the_same_client_id_finds_the_same_upload(sender: Sender) -> None:
    purpose = {**PURPOSE, "client_id": "a1"}
    first = sender.begin(len(DATA), purpose=purpose)
    sender.patch(first, 0, DATA[:10])

    assert sender.begin(len(DATA), purpose=purpose) == first
    assert sender.begin(len(DATA), purpose={**PURPOSE, "client_id": "a2"}) != first
    assert sender.begin(len(DATA), purpose=purpose, name="另一张.jpg") != first


def test_creation_again_after_completion_answers_the_finished_upload(sender: Sender) -> None:
    purpose = {**PURPOSE, "client_id": "a1"}
    address = sender.begin(len(DATA), purpose=purpose)
    file_id = sender.patch(address, 0, DATA)["Skillweek-File"]

    again = sender.begin(len(DATA), purpose=purpose)
    asked = sender.head(again)

    assert (again, asked["Upload-Offset"], asked["Skillweek-File"]) == (address, str(len(DATA)), file_id)
    assert StoredFile.objects.count() == 1


def test_creation_again_after_the_server_lost_the_bytes_begins_anew(sender: Sender) -> None:
    purpose = {**PURPOSE, "client_id": "a1"}
    lost = sender.begin(len(DATA), purpose=purpose)
    spool.remove(Upload.objects.get().pk)

    assert sender.head(lost).status_code == 410
    again = sender.begin(len(DATA), purpose=purpose)

    assert again != lost
    assert sender.patch(again, 0, DATA).status_code == 204


@pytest.mark.parametrize("algorithm", ["sha256", "sha1"])
def test_right_checksum_is_appended(sender: Sender, algorithm: str) -> None:
    address = sender.begin(len(DATA))

    response = sender.patch(address, 0, DATA[:500], **{"Upload-Checksum": checksum(DATA[:500], algorithm)})

    assert (response.status_code, response["Upload-Offset"]) == (204, "500")


def test_wrong_checksum_discards_the_chunk_and_nothing_else(sender: Sender) -> None:
    address = sender.begin(len(DATA))
    sender.patch(address, 0, DATA[:500])

    response = sender.patch(address, 500, DATA[500:900], **{"Upload-Checksum": checksum(b"other")})

    assert (response.status_code, response.json()["code"]) == (460, "checksum_mismatch")
    assert sender.head(address)["Upload-Offset"] == "500"
    assert sender.patch(address, 500, DATA[500:]).status_code == 204
    assert StoredFile.objects.get().sha256 == hashlib.sha256(DATA).hexdigest()


@pytest.mark.parametrize("header", ["md5 AAAA", "sha256", "sha256 ***", "crc32 abcd"])
def test_unknown_checksum_is_malformed(sender: Sender, header: str) -> None:
    address = sender.begin(len(DATA))

    assert sender.patch(address, 0, DATA[:10], **{"Upload-Checksum": header}).status_code == 400
    assert sender.head(address)["Upload-Offset"] == "0"


def test_termination_erases_bytes_and_address(sender: Sender) -> None:
    address = sender.begin(len(DATA))
    sender.patch(address, 0, DATA[:500])
    upload = Upload.objects.get()

    response = sender.delete(address)

    upload.refresh_from_db()
    assert response.status_code == 204
    assert upload.state == Upload.State.TERMINATED
    assert not spool.path_of(upload.pk).exists()
    assert sender.head(address).status_code == 404
    assert AuditEvent.objects.filter(verb="upload.cancel", actor_id=sender.user.pk).count() == 1


def test_termination_of_a_complete_upload_is_refused_with_a_sentence(sender: Sender) -> None:
    address = sender.begin(len(DATA))
    sender.patch(address, 0, DATA)

    response = sender.delete(address)

    assert (response.status_code, response.json()["code"]) == (409, "upload_complete")
    assert StoredFile.objects.count() == 1


def test_every_chunk_renews_the_expiry(sender: Sender) -> None:
    address = sender.begin(len(DATA))
    Upload.objects.update(expires_at=datetime(2030, 1, 1, tzinfo=UTC))

    response = sender.patch(address, 0, DATA[:10])

    assert parsedate_to_datetime(response["Upload-Expires"]) == Upload.objects.get().expires_at.replace(microsecond=0)
    assert Upload.objects.get().expires_at != datetime(2030, 1, 1, tzinfo=UTC)


def test_post_may_say_that_it_means_patch(sender: Sender) -> None:
    address = sender.begin(len(DATA))
    headers = {**TUS, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}

    response = sender.client.post(address, DATA[:10], content_type=STREAM, headers=headers)

    assert (response.status_code, response["Upload-Offset"]) == (204, "10")


def test_receiver_that_refuses_leaves_the_bytes_for_another_try(sender: Sender, room: Room) -> None:
    address = sender.begin(len(DATA))
    room.refuses_files = True
    refused = sender.patch(address, 0, DATA)
    room.refuses_files = False

    again = sender.patch(address, len(DATA), b"")

    assert (refused.status_code, refused.json()["message"]) == (409, "这份报送刚刚已提交。")
    assert again.status_code == 204
    assert again["Skillweek-File"] == str(StoredFile.objects.get().pk)
    assert StoredFile.objects.get().sha256 == hashlib.sha256(DATA).hexdigest()


def test_head_completes_what_a_killed_worker_left_whole(sender: Sender) -> None:
    address = sender.begin(len(DATA))
    spool.path_of(Upload.objects.get().pk).write_bytes(DATA)

    response = sender.head(address)

    assert response["Skillweek-File"] == str(StoredFile.objects.get().pk)
    assert StoredFile.objects.get().sha256 == hashlib.sha256(DATA).hexdigest()
