"""Real calls, works and files for tests of contests."""

from __future__ import annotations

import io
import itertools
import uuid
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client
from PIL import Image

from skillweek.contests.domain import entries, moderating
from skillweek.contests.domain.entries import Owner
from skillweek.contests.models import Call, Entry, EntryFile
from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, User
from skillweek.participation.models import Participant
from skillweek.uploads.domain.check import check_stored_file
from skillweek.uploads.models import StoredFile
from tests.participation.make import client_for
from tests.participation.make import participant as participant
from tests.uploads.protocol import STREAM, TUS, metadata

_numbers = itertools.count(1)


def call(edition: Edition, organisation: Organisation, **fields: Any) -> Call:
    """A public call that takes entries now; ``fields`` override."""
    moment = now()
    values = {
        "face": Call.Face.CONTEST, "title": "我镜头里的技能之美", "theme": "身边的技能",
        "text": "拍下身边的技能之美。", "terms": "作品由本人创作。", "enter_from": moment - timedelta(days=1),
        "enter_until": moment + timedelta(days=2),
        "state": Call.State.PUBLISHED, "published_at": moment, "photo_side": 40, **fields,
    }  # fmt: skip
    return Call.objects.create(edition=edition, organisation=organisation, **values)


def jpeg(width: int = 64, height: int = 48, **exif: Any) -> bytes:
    """A real JPEG; each one differs."""
    image = Image.new("RGB", (width, height), (next(_numbers) % 255, 120, 90))
    target = io.BytesIO()
    data = image.getexif()
    if exif.get("gps"):
        data.get_ifd(0x8825).update({1: "N", 2: (24.0, 28.0, 0.0), 3: "E", 4: (118.0, 5.0, 0.0)})
    image.save(target, "JPEG", quality=90, exif=data)
    return target.getvalue()


def send(
    client: Client, entry: Entry, data: bytes, name: str = "车工.jpg", kind: str = "photo", **more: Any
) -> HttpResponse:
    """Send a whole file to a work as its entrant's browser does; the last answer."""
    said = {
        "name": name, "kind": "other", "organisation": entry.organisation_id or 0, "edition": entry.call.edition_id,
        "purpose": {"contest": {"entry": entry.pk, "kind": kind}, "client_id": str(uuid.uuid4())}, **more,
    }  # fmt: skip
    begun = client.post(
        "/uploads/", headers={**TUS, "Upload-Length": str(len(data)), "Upload-Metadata": metadata(**said)}
    )
    if begun.status_code != 201:
        return begun
    return client.generic("PATCH", begun["Location"], data, headers={**TUS, "Upload-Offset": "0"}, CONTENT_TYPE=STREAM)


def check_files(entry: Entry) -> None:
    """Do what the background does with the files of a work."""
    for file in StoredFile.objects.filter(contest_file__entry=entry, state=StoredFile.State.CHECKING):
        assert check_stored_file(file.pk)


FILLED = {
    "title": "晨光里的车工", "author": "林小满", "text": "", "terms_agreed": True, "portrait_agreed": True,
}  # fmt: skip


def draft(of: Call, person: Participant | None = None, school: Organisation | None = None, **fields: Any) -> Entry:
    """A draft with words and consent, without files."""
    owner = Owner(participant=person, organisation=school)
    made = entries.begin_entry(of, owner, client_id=uuid.uuid4(), previous=fields.pop("previous", None))
    return entries.save_entry(made, **{**FILLED, **fields})


def waiting(of: Call, person: Participant, *, photo: bytes | None = None, **fields: Any) -> Entry:
    """A work with one checked photo that waits for the organiser."""
    entry = draft(of, person, **fields)
    sent = send(client_for(person), entry, photo or jpeg())
    assert sent.status_code == 204, sent.content
    check_files(entry)
    return entries.submit_entry(entry)


def approved(of: Call, person: Participant, actor: User, **fields: Any) -> Entry:
    """A work that is shown."""
    return moderating.approve(waiting(of, person, **fields), actor=actor)


def words_only(of: Call, number: int, **fields: Any) -> Entry:
    """An approved row without files, made straight in the database: for long lists."""
    person = fields.pop("participant", None) or participant(of.edition)
    values = {
        "title": f"作品{number}", "author": "示例", "text": "读书有感。", "number": number, "terms_agreed": True,
        "state": Entry.State.APPROVED, "submitted_at": now(), "approved_at": now(), **fields,
    }  # fmt: skip
    return Entry.objects.create(call=of, participant=person, **values)


def film(entry: Entry, key: str = "") -> EntryFile:
    """A row of a video with a public copy, without bytes: for relays."""
    number = next(_numbers)
    file = StoredFile.objects.create(
        edition=entry.call.edition, organisation=entry.call.organisation, kind="other", name=f"技能{number}.mp4",
        size=10, key=f"files/test/{uuid.uuid4()}", state=StoredFile.State.READY, guest_key="participant:0",
        facts={"format": "mp4", "has_video": True, "complete": True, "video_codec": "avc1", "duration": 20.0,
               "width": 1280, "height": 720, "decodable": True},
    )  # fmt: skip
    return EntryFile.objects.create(
        entry=entry,
        file=file,
        kind="video",
        width=1280,
        height=720,
        seconds=20,
        copy_key=key or f"contests/x/{number}.mp4",
    )
