"""Reading stored files without holding them in memory, on local disk and in a bucket alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from skillweek.materials.text import ManuscriptError, read_manuscript
from skillweek.uploads.models import StoredFile
from skillweek.uploads.storage import local_copy

CHUNK = 1024 * 1024


def chunks(storage: Any, key: str) -> Iterator[bytes]:
    """Yield the object's bytes in chunks of at most 1 MiB.

    A bucket's object is read straight from its response: django-storages would keep it whole in memory.
    Raises FileNotFoundError or the bucket's client error when it is not there.
    """
    if hasattr(storage, "bucket"):
        body = storage.bucket.Object(key).get()["Body"]
        try:
            yield from body.iter_chunks(CHUNK)
        finally:
            body.close()
        return
    with storage.open(key, "rb") as handle:
        while data := handle.read(CHUNK):
            yield data


def is_missing(storage: Any, key: str) -> bool:
    """Whether a local file is known to be gone. A bucket is not asked: one request per file would be too slow."""
    return not hasattr(storage, "bucket") and not storage.exists(key)


def manuscript_text(file: StoredFile) -> str:
    """The text of a stored manuscript; empty when it is unreadable, which its findings say."""
    try:
        with local_copy(file.key) as (path, _digest):
            return read_manuscript(path, file.name)
    except (ManuscriptError, OSError, ClientError, BotoCoreError):
        return ""
