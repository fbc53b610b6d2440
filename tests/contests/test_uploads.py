"""Files of people without an account: who may send what, and what is refused (E1, E11)."""

from __future__ import annotations

import struct
import uuid
import wave
import zlib
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.test import Client

from skillweek.contests.copies import make_copy
from skillweek.contests.domain import entries
from skillweek.contests.models import Call, Entry, EntryFile
from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.materials.isobmff import read_boxes
from skillweek.organisations.models import User
from skillweek.participation.models import Participant
from skillweek.uploads.domain.sweep import erase_released_files
from skillweek.uploads.models import Derivative, StoredFile, Upload
from tests import factories
from tests.contests import make
from tests.factories import Tree, client_of
from tests.materials.make import make_mp4
from tests.participation.make import client_for
from tests.pictures import metadata_of
from tests.uploads.protocol import STREAM, TUS, metadata

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("E1"), pytest.mark.requirement("E11")]


@pytest.fixture
def entry(call: Call, person: Participant) -> Entry:
    return make.draft(call, person)


def said(entry: Entry, **more: Any) -> dict[str, Any]:
    purpose = {"contest": {"entry": entry.pk, "kind": "photo"}, "client_id": "a"}
    return {
        "name": "车工.jpg", "kind": "other", "organisation": 0, "edition": entry.call.edition_id, "purpose": purpose,
        **more,
    }  # fmt: skip


def begin(client: Client, size: int, **values: Any) -> Any:
    headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": metadata(**values)}
    return client.post("/uploads/", headers=headers)


def test_a_verified_person_sends_a_photo_without_an_account(entry: Entry, person: Participant) -> None:
    sent = make.send(client_for(person), entry, make.jpeg())

    file = StoredFile.objects.get()
    assert sent.status_code == 204
    assert (file.guest_key, file.uploaded_by, file.organisation) == (
        f"participant:{person.pk}",
        None,
        entry.call.organisation,
    )
    assert entry.files.get().file == file


def test_a_photo_continues_where_the_network_broke(entry: Entry, person: Participant) -> None:
    client, data = client_for(person), make.jpeg(400, 300)
    address = begin(client, len(data), **said(entry))["Location"]
    client.generic("PATCH", address, data[:500], headers={**TUS, "Upload-Offset": "0"}, CONTENT_TYPE=STREAM)

    asked = client.head(address, headers=TUS)
    rest = client.generic("PATCH", address, data[500:], headers={**TUS, "Upload-Offset": "500"}, CONTENT_TYPE=STREAM)

    assert (asked["Upload-Offset"], rest.status_code) == ("500", 204)
    assert default_storage.open(StoredFile.objects.get().key).read() == data


def test_strangers_are_asked_to_prove_who_they_are(entry: Entry) -> None:
    assert begin(Client(), 10, **said(entry)).status_code == 401
    assert Upload.objects.count() == 0


def test_another_guest_finds_neither_work_nor_upload(entry: Entry, person: Participant, edition: Edition) -> None:
    other = client_for(make.participant(edition))
    address = begin(client_for(person), 10, **said(entry))["Location"]

    assert begin(other, 10, **said(entry)).status_code == 404
    assert other.head(address, headers=TUS).status_code == 404
    assert other.delete(address, headers=TUS).status_code == 404
    patched = other.generic("PATCH", address, b"x", headers={**TUS, "Upload-Offset": "0"}, CONTENT_TYPE=STREAM)
    assert patched.status_code == 404


def test_people_with_an_account_do_not_touch_a_guests_upload(entry: Entry, person: Participant, city: User) -> None:
    client = client_for(person)
    address = begin(client, 10, **said(entry))["Location"]

    assert client_of(city).head(address, headers=TUS).status_code == 404
    assert make.send(client, entry, make.jpeg()).status_code == 204
    file = StoredFile.objects.get()
    assert client_of(city).get(f"/uploads/files/{file.pk}/").status_code == 404


@pytest.mark.parametrize(
    "purpose",
    [
        {}, {"place": "test"}, {"report": 1, "section": "photos"}, {"content": {"kind": "picture"}},
        {"contest": {"entry": 10**30, "kind": "photo"}}, {"contest": {"entry": 1, "kind": "exe"}}, {"contest": "x"},
        {"contest": {"entry": 0, "kind": "photo", "more": 1}},
    ],
)  # fmt: skip
def test_a_guest_sends_for_nothing_but_a_contest(entry: Entry, person: Participant, purpose: dict[str, Any]) -> None:
    answer = begin(client_for(person), 10, **said(entry, purpose=purpose))

    assert answer.status_code == 400
    assert Upload.objects.count() == 0


def test_a_forged_entry_is_not_there(entry: Entry, person: Participant) -> None:
    purpose = {"contest": {"entry": entry.pk + 999, "kind": "photo"}}
    assert begin(client_for(person), 10, **said(entry, purpose=purpose)).status_code == 404


def test_a_guest_cannot_name_an_organisation(entry: Entry, person: Participant, tree: Tree) -> None:
    answer = begin(client_for(person), 10, **said(entry, organisation=tree.school_a.pk))
    assert answer.status_code == 404


def png_of(width: int, height: int) -> bytes:
    """A valid picture of that many pixels in a few kilobytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    line = bytes(1 + width // 8)
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_a_picture_of_ten_thousand_by_ten_thousand_is_refused_unread(entry: Entry, person: Participant) -> None:
    sent = make.send(client_for(person), entry, png_of(10_000, 10_000), "大图.png")

    assert sent.status_code == 400
    assert "照片《大图.png》有 10000×10000 像素" in sent.json()["message"]
    assert (StoredFile.objects.count(), entry.files.count()) == (0, 0)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"MZ\x90\0" + bytes(400), "《车工.jpg》实际是程序文件，不是照片"),
        (b"PK\x03\x04" + bytes(60), "《车工.jpg》实际是ZIP 压缩包，不是照片"),
        (b"<!doctype html><script>alert(1)</script>", "《车工.jpg》实际是网页文件，不是照片"),
        (b"%PDF-1.7\n" + bytes(60), "《车工.jpg》实际是PDF 文档，不是照片"),
    ],
)  # fmt: skip
def test_a_file_that_pretends_to_be_a_photo_is_named(
    entry: Entry, person: Participant, data: bytes, words: str
) -> None:
    sent = make.send(client_for(person), entry, data)

    assert sent.status_code == 400
    assert words in sent.json()["message"]
    assert "请选择 JPG、PNG、WebP 或 HEIC 照片" in sent.json()["message"]
    assert entry.files.count() == 0


def test_half_a_photo_is_refused(entry: Entry, person: Participant) -> None:
    sent = make.send(client_for(person), entry, make.jpeg(300, 200)[:700])
    assert sent.status_code == 400
    assert entry.files.count() == 0


def test_a_small_screenshot_is_refused_by_the_calls_own_limit(call: Call, person: Participant) -> None:
    call.photo_side = 1000
    call.save()
    sent = make.send(client_for(person), make.draft(call, person), make.jpeg(640, 480))
    assert "长边至少要 1000 像素" in sent.json()["message"]


def test_more_photos_than_allowed_are_refused(call: Call, person: Participant) -> None:
    call.photos_max = 2
    call.save()
    entry, client = make.draft(call, person), client_for(person)
    answers = [make.send(client, entry, make.jpeg()).status_code for _ in range(3)]
    assert answers == [204, 204, 409]
    assert entry.files.count() == 2


def test_a_video_is_refused_where_only_photos_are_taken(call: Call, person: Participant) -> None:
    call.takes_video = False
    call.save()
    sent = make.send(client_for(person), make.draft(call, person), b"x", "a.mp4", "video")
    assert (sent.status_code, sent.json()["code"]) == (400, "not_taken")


def test_nothing_is_taken_after_the_deadline(call: Call, person: Participant) -> None:
    entry = make.draft(call, person)
    Call.objects.update(enter_from=now() - timedelta(days=3), enter_until=now() - timedelta(minutes=1))
    assert make.send(client_for(person), entry, make.jpeg()).status_code == 409


def test_an_upload_that_ends_after_withdrawal_is_refused(entry: Entry, person: Participant) -> None:
    client, data = client_for(person), make.jpeg()
    address = begin(client, len(data), **said(entry))["Location"]
    client.post(f"/contests/mine/{entry.pk}/act/", {"do": "withdraw"})

    sent = client.generic("PATCH", address, data, headers={**TUS, "Upload-Offset": "0"}, CONTENT_TYPE=STREAM)

    assert sent.status_code == 409
    assert StoredFile.objects.count() == 0


def test_guests_have_their_own_quota_and_leave_the_schools_alone(
    entry: Entry, person: Participant, settings: Any, tree: Tree
) -> None:
    settings.GUEST_QUOTA_BYTES = 3000
    settings.SCHOOL_QUOTA_BYTES = 1
    client = client_for(person)
    assert make.send(client, entry, make.jpeg()).status_code == 204
    assert make.send(client, entry, make.jpeg(900, 900)).status_code == 429


def test_sending_and_removing_in_turn_fills_no_disk(entry: Entry, person: Participant, settings: Any) -> None:
    client = client_for(person)
    assert make.send(client, entry, make.jpeg()).status_code == 204
    file = StoredFile.objects.get()
    settings.GUEST_QUOTA_BYTES = file.size + 100
    entries.remove_file(entry, entry.files.get().pk)
    refused = make.send(client, entry, make.jpeg())
    assert refused.status_code == 429
    assert "一小时后" in refused.json()["message"]
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=61)):
        assert erase_released_files() == 1
        assert make.send(client, entry, make.jpeg()).status_code == 204


def test_guests_together_do_not_fill_the_disk(entry: Entry, person: Participant, settings: Any) -> None:
    settings.GUESTS_TOTAL_BYTES = 100
    assert make.send(client_for(person), entry, make.jpeg()).status_code == 429


def test_a_guest_begins_so_many_uploads_an_hour(entry: Entry, person: Participant, settings: Any) -> None:
    settings.GUEST_UPLOADS_PER_HOUR = 2
    client = client_for(person)
    answers = [
        begin(client, 10, **said(entry, purpose={"contest": {"entry": entry.pk, "kind": "photo"}, "client_id": str(n)}))
        for n in range(3)
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 429]


def test_the_same_file_asked_for_again_is_the_same_upload(entry: Entry, person: Participant) -> None:
    client = client_for(person)
    first, second = (begin(client, 10, **said(entry)) for _ in range(2))
    assert first["Location"] == second["Location"]


def test_a_school_member_sends_for_their_school(call: Call, tree: Tree) -> None:
    member = factories.person(tree.school_a, "member")
    entry = make.draft(call, school=tree.school_a)
    other = factories.person(tree.school_b, "liaison")

    assert make.send(client_of(member), entry, make.jpeg()).status_code == 204
    assert make.send(client_of(other), entry, make.jpeg()).status_code == 404
    file = StoredFile.objects.get()
    assert (file.organisation, file.uploaded_by, file.guest_key) == (tree.school_a, member, "")


def test_what_the_public_gets_carries_no_place(entry: Entry, person: Participant) -> None:
    make.send(client_for(person), entry, make.jpeg(600, 400, gps=True))
    make.check_files(entry)

    keys = Derivative.objects.values_list("key", flat=True)
    assert StoredFile.objects.get().facts["has_gps"]
    assert len(keys) == 2
    assert all(metadata_of(default_storage.open(key).read()) == [] for key in keys)


def test_a_video_gets_a_copy_without_what_the_phone_wrote(entry: Entry, person: Participant, tmp_path: Any) -> None:
    path = make_mp4(tmp_path / "a.mp4", 320, 240, 2)
    sent = make.send(client_for(person), entry, path.read_bytes(), "技能.mp4", "video")
    assert sent.status_code == 204, sent.content
    make.check_files(entry)
    row = entry.files.get()

    assert make_copy(row.pk)
    row.refresh_from_db()
    data = default_storage.open(row.copy_key).read()
    kinds = [box.kind for box in read_boxes(BytesIO(data), 0, len(data))]
    assert kinds.index(b"moov") < kinds.index(b"mdat")
    assert (row.width, row.height, row.seconds) == (320, 240, 2)
    assert row.copy_size == len(data)
    assert b"udta" not in data or b"\xa9xyz" not in data


def test_a_video_that_is_too_long_is_refused(call: Call, person: Participant, tmp_path: Any) -> None:
    call.video_seconds = 5
    call.save()
    path = make_mp4(tmp_path / "a.mp4", 64, 48, 8)
    sent = make.send(client_for(person), make.draft(call, person), path.read_bytes(), "长.mp4", "video")
    assert "最长 5 秒" in sent.json()["message"]


def tone(seconds: int) -> bytes:
    target = BytesIO()
    with wave.open(target, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(8000)
        writer.writeframes(bytes(16000 * seconds))
    return target.getvalue()


def test_a_recording_is_taken_and_copied(call: Call, person: Participant) -> None:
    call.takes_audio = True
    call.save()
    entry = make.draft(call, person)
    sent = make.send(client_for(person), entry, tone(3), "朗读.wav", "audio")
    assert sent.status_code == 204, sent.content
    make.check_files(entry)
    row = entry.files.get()
    assert (row.kind, row.seconds) == (EntryFile.Kind.AUDIO, 3)
    assert make_copy(row.pk)


def test_a_wrong_session_of_a_work_leaves_no_upload(entry: Entry, person: Participant, settings: Any) -> None:
    cookie = client_for(person)
    cookie.cookies[f"participant_{person.edition_id}"] = f"{person.pk}.{uuid.uuid4().hex}:forged"
    assert begin(cookie, 10, **said(entry)).status_code == 401
