"""Public copies of videos and recordings: no metadata, so none says where it was made (E1, ADR 0202).

Pictures need none of their own: what is shown are the derivatives of ``uploads``, which never carry metadata.
"""

from __future__ import annotations

from typing import Final

from django.db import transaction

from skillweek.contests.intake import problem_of
from skillweek.contests.models import EntryFile
from skillweek.uploads import storage
from skillweek.uploads.models import StoredFile
from skillweek.uploads.remux import remux

_INTO: Final = {"mp4": "mp4", "mov": "mp4", "m4a": "m4a", "mp3": "mp3", "wav": "wav"}
MIME: Final = {"mp4": "video/mp4", "m4a": "audio/mp4", "mp3": "audio/mpeg", "wav": "audio/wav"}


def make_copy(file_id: int) -> bool:
    """Make the public copy of one video or recording; return whether there is one. Safe to run twice and at once."""
    row = EntryFile.objects.select_related("file__edition", "entry__call__edition").filter(pk=file_id).first()
    if row is None or row.kind == EntryFile.Kind.PHOTO or row.file.state != StoredFile.State.READY:
        return False
    if row.copy_key or problem_of(row.file, row.kind, row.entry.call):
        return bool(row.copy_key)
    source = str(row.file.facts.get("format", ""))
    into = _INTO[source]
    key = f"contests/{row.file.edition.slug}/{row.file_id.hex[:2]}/{row.file_id}.{into}"
    with storage.local_copy(row.file.key) as (path, _digest), storage.temporary_folder() as folder:
        target = folder / f"copy.{into}"
        if not remux(path, target, source=source, into=into):
            return False
        size = target.stat().st_size
        storage.put(target, key)
    if not EntryFile.objects.filter(pk=row.pk).update(copy_key=key, copy_size=size):
        storage.erase(key)  # removed meanwhile
        return False
    return True


def erase_later(*keys: str) -> None:
    """Erase copies once the surrounding transaction is through."""
    for key in filter(None, keys):
        transaction.on_commit(lambda key=key: storage.erase(key))  # type: ignore[misc]
