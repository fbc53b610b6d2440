"""Approved works as votes and juries take them: texts and addresses (E1)."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from skillweek.contests.models import Call, Entry, EntryFile
from skillweek.contests.queries.gallery import cover_of, cover_url, with_files
from skillweek.participation.handed import Handed


def candidates_of(call: Call) -> list[Handed]:
    """For a public vote: with author and the work's page."""
    return [
        Handed(
            source_key=entry.source_key, title=entry.title, credit=entry.credit, organisation_id=entry.organisation_id,
            text=entry.text, image_url=cover_url(entry), url=entry.get_absolute_url(), group=entry.group,
        )
        for entry in _approved(call)
    ]  # fmt: skip


def works_of(call: Call) -> list[Handed]:
    """For a jury, which may be blind: its link leads to the video or recording alone, not to the author."""
    return [
        Handed(
            source_key=entry.source_key, title=entry.title, credit=entry.credit, organisation_id=entry.organisation_id,
            text=entry.text, image_url=_picture(entry), url=_recording(entry), group=entry.group,
        )
        for entry in _approved(call)
    ]  # fmt: skip


def key_for_jury(file: EntryFile) -> str:
    """What an address of a file ends with when jurors, who may be strangers, open it before the works are shown."""
    return salted_hmac("skillweek.contests.jury", str(file.pk), algorithm="sha256").hexdigest()[:32]


def is_key_for_jury(file: EntryFile, key: str) -> bool:
    """Whether ``key`` is that of the file."""
    return constant_time_compare(key_for_jury(file), key)


def _approved(call: Call) -> list[Entry]:
    rows = call.entries.filter(state=Entry.State.APPROVED).order_by("number", "pk")
    return list(with_files(rows))


def _picture(entry: Entry) -> str:
    file = cover_of(entry)
    return _with_key(cover_url(entry), file) if file is not None else ""


def _recording(entry: Entry) -> str:
    file = next((each for each in entry.files.all() if each.copy_key), None)
    return _with_key(reverse("contests_public:media", args=[file.pk, "copy"]), file) if file is not None else ""


def _with_key(url: str, file: EntryFile) -> str:
    return f"{url}?{urlencode({'jury': key_for_jury(file)})}"
