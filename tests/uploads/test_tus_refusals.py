"""Who and what the tus endpoints turn away (C6, A5)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from skillweek.editions.domain import close_edition
from skillweek.organisations.models import Membership
from skillweek.uploads import limits, spool
from skillweek.uploads.models import StoredFile, Upload
from tests.factories import Tree, client_of, person
from tests.uploads.conftest import Room
from tests.uploads.protocol import PURPOSE, STREAM, TUS, Sender, metadata

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("C6")]
DATA = b"x" * 1000


def test_signed_out_person_gets_401_in_json(sender: Sender) -> None:
    address = sender.begin(len(DATA))
    nobody = Client()

    for response in (
        nobody.post("/uploads/", headers={**TUS, "Upload-Length": "5", "Upload-Metadata": metadata(**sender.said())}),
        nobody.generic("PATCH", address, DATA, content_type=STREAM, headers={**TUS, "Upload-Offset": "0"}),
        nobody.delete(address, headers=TUS),
    ):
        assert (response.status_code, response.json()["code"]) == (401, "signed_out")
    assert sender.head(address)["Upload-Offset"] == "0"


def test_request_without_csrf_token_is_refused(sender: Sender) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(sender.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    headers = {**TUS, "Upload-Length": "5", "Upload-Metadata": metadata(**sender.said())}

    assert strict.post("/uploads/", headers=headers).status_code == 403
    assert not Upload.objects.exists()


def test_stranger_finds_nothing(sender: Sender, stranger: Sender) -> None:
    address = sender.begin(len(DATA))

    for response in (stranger.head(address), stranger.patch(address, 0, DATA), stranger.delete(address)):
        assert response.status_code == 404
    assert sender.head(address)["Upload-Offset"] == "0"


def test_stranger_cannot_begin_for_another_school(sender: Sender, stranger: Sender) -> None:
    response = stranger.create(5, organisation=sender.organisation.pk)

    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert not Upload.objects.exists()


def test_reviewer_sees_the_school_but_may_not_file_for_it(sender: Sender, tree: Tree) -> None:
    reviewer = Sender(person(tree.siming, "reviewer"), tree.school_a, sender.edition)
    address = sender.begin(len(DATA))

    response = reviewer.create(5)

    assert (response.status_code, response.json()["code"]) == (403, "not_allowed")
    assert reviewer.patch(address, 0, DATA).status_code == 404
    assert Upload.objects.count() == 1


def test_colleague_may_finish_and_a_former_one_may_not(sender: Sender, tree: Tree) -> None:
    address = sender.begin(len(DATA))
    sender.patch(address, 0, DATA[:400])
    colleague = Sender(person(tree.school_a, "member"), tree.school_a, sender.edition)
    Membership.objects.filter(user=sender.user).delete()

    assert sender.patch(address, 400, DATA[400:]).status_code == 404
    assert colleague.patch(address, 400, DATA[400:]).status_code == 204
    assert StoredFile.objects.get().uploaded_by == sender.user


def test_forged_ids_are_not_found(sender: Sender) -> None:
    assert sender.head(f"/uploads/{uuid.uuid4()}/").status_code == 404
    assert sender.patch(f"/uploads/{uuid.uuid4()}/", 0, DATA).status_code == 404
    assert sender.client.head("/uploads/..%2f..%2fetc/", headers=TUS).status_code == 404
    assert sender.create(5, edition=999_999).status_code == 404
    assert sender.create(5, organisation=999_999).status_code == 404


def test_closed_edition_takes_nothing(sender: Sender) -> None:
    close_edition(sender.edition, actor=None, reason="test")

    response = sender.create(5)

    assert (response.status_code, response.json()["code"]) == (400, "edition_closed")


def test_unknown_purpose_is_refused(sender: Sender) -> None:
    response = sender.create(5, purpose={"place": "nowhere"})

    assert (response.status_code, response.json()["code"]) == (400, "unknown_purpose")


def test_receiver_may_refuse_before_a_byte_is_sent(sender: Sender, room: Room) -> None:
    room.refuses_requests = True

    response = sender.create(5)

    assert (response.status_code, response.json()["message"]) == (403, "这份报送已提交，不能再添加照片。")
    assert not Upload.objects.exists()


@pytest.mark.parametrize("offset", ["1", "499", "501", "999"])
def test_wrong_offset_tells_the_right_one(sender: Sender, offset: str) -> None:
    address = sender.begin(len(DATA))
    sender.patch(address, 0, DATA[:500])

    response = sender.patch(address, int(offset), b"y")

    assert (response.status_code, response["Upload-Offset"]) == (409, "500")
    assert spool.path_of(Upload.objects.get().pk).read_bytes() == DATA[:500]


def test_more_than_announced_is_refused_whole(sender: Sender) -> None:
    address = sender.begin(len(DATA))

    response = sender.patch(address, 0, DATA + b"y")

    assert (response.status_code, response.json()["code"]) == (413, "too_long")
    assert sender.head(address)["Upload-Offset"] == "0"


def test_second_writer_is_told_to_wait(sender: Sender) -> None:
    address = sender.begin(len(DATA))

    with spool.writing(Upload.objects.get().pk):
        response = sender.patch(address, 0, DATA)

    assert (response.status_code, response["Retry-After"]) == (423, "2")
    assert sender.patch(address, 0, DATA).status_code == 204


def test_lost_bytes_are_gone(sender: Sender) -> None:
    address = sender.begin(len(DATA))
    spool.remove(Upload.objects.get().pk)

    assert sender.head(address).status_code == 410
    assert sender.patch(address, 0, DATA).status_code == 410


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus-Resumable": ""}, 412),
        ({"Tus-Resumable": "0.2.2"}, 412),
        ({"Upload-Length": ""}, 400),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "1e3"}, 400),
        ({"Upload-Length": "１２"}, 400),
        ({"Upload-Length": "0"}, 400),
        ({"Upload-Defer-Length": "1"}, 400),
        ({"Upload-Metadata": "name ***"}, 400),
        ({"Upload-Metadata": "name gIGC"}, 400),
        ({"Upload-Metadata": ""}, 400),
        ({"Upload-Metadata": "name " + "QUFB" * 5000}, 400),
    ],
)
def test_malformed_creation_is_refused(sender: Sender, headers: dict[str, str], status: int) -> None:
    good = {**TUS, "Upload-Length": "5", "Upload-Metadata": metadata(**sender.said())}
    values = {key: value.encode("utf-8").decode("latin-1") for key, value in {**good, **headers}.items() if value}

    response = sender.client.post("/uploads/", headers=values)

    assert response.status_code == status
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "program"},
        {"organisation": "1; drop"},
        {"organisation": True},
        {"organisation": 1e3},
        {"edition": "x"},
        {"purpose": "[1]"},
        {"purpose": "{"},
        {"purpose": "[" * 4000},
    ],
)
def test_nonsense_in_metadata_is_refused(sender: Sender, said: dict[str, Any]) -> None:
    assert sender.create(5, **said).status_code == 400
    assert not Upload.objects.exists()


def test_other_content_type_is_refused(sender: Sender) -> None:
    address = sender.begin(len(DATA))
    headers = {**TUS, "Upload-Offset": "0"}

    response = sender.client.generic("PATCH", address, DATA, content_type="application/json", headers=headers)

    assert response.status_code == 415


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_other_methods_are_refused(sender: Sender, method: str) -> None:
    address = sender.begin(len(DATA))

    assert sender.client.generic(method, address, headers=TUS).status_code == 405
    assert sender.client.generic(method, "/uploads/", headers=TUS).status_code == 405


def test_file_beyond_twice_the_limit_is_refused(sender: Sender) -> None:
    limit = limits.max_bytes(sender.edition, "photo")

    response = sender.create(limit + 1)

    assert (response.status_code, response.json()["code"]) == (413, "too_big")
    assert "茶艺展示.jpg" in response.json()["message"]
    assert sender.create(limit).status_code == 201


def test_quota_counts_what_is_kept_and_what_is_announced(sender: Sender, stranger: Sender, settings: Any) -> None:
    settings.SCHOOL_QUOTA_BYTES = 2500
    sender.send(DATA)
    address = sender.begin(1000, name="二.jpg")

    refused = sender.create(501, name="三.jpg")

    assert (refused.status_code, refused.json()["code"]) == (429, "quota")
    assert stranger.create(501).status_code == 201
    sender.delete(address)
    assert sender.create(501, name="三.jpg").status_code == 201


def test_too_many_open_uploads_are_refused(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_OPEN", 2)
    sender.begin(5, name="一.jpg")
    sender.begin(5, name="二.jpg")

    response = sender.create(5, name="三.jpg")

    assert (response.status_code, response.json()["code"]) == (429, "too_many_uploads")


def test_full_disk_is_said_before_a_byte_is_sent(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skillweek.uploads.domain.receive._RESERVE", 1 << 60)

    response = sender.create(5)

    assert (response.status_code, response.json()["code"]) == (507, "disk_full")
    assert not Upload.objects.exists()


def test_creations_are_limited_per_person_in_json(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skillweek.core.limits._count", lambda *_who: 241)

    response = sender.create(5)

    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 60


def test_name_with_folders_and_control_characters_is_cleaned(sender: Sender) -> None:
    sender.begin(5, name="..\\..\\照片/\u202e\x00茶艺\n展示 .jpg")

    assert Upload.objects.get().name == "茶艺展示 .jpg"


def test_wrong_protocol_is_refused(sender: Sender) -> None:
    response = client_of(sender.user).post(
        "/uploads/s3/", {**sender.said(), "size": 5, "purpose": PURPOSE}, content_type="application/json"
    )

    assert (response.status_code, response.json()["field"]) == (400, "protocol")
