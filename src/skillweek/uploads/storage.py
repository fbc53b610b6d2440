"""Putting finished files where they stay, on local disk or in the bucket, and reading them without filling memory."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage

_CHUNK: Final = 1024 * 1024


def in_bucket() -> bool:
    """Whether files are kept in an S3-compatible bucket."""
    return hasattr(default_storage, "bucket")


def key_of(edition_slug: str, file_id: UUID) -> str:
    """Where a file's bytes belong. It follows from the id, so completing twice cannot make two copies."""
    return f"files/{edition_slug}/{file_id.hex[:2]}/{file_id}"


def derivative_key(file_key: str, role: str) -> str:
    """Where a derivative of the file at ``file_key`` belongs."""
    return f"{file_key.replace('files/', 'derivatives/', 1)}-{role}.jpg"


def put(path: Path, key: str) -> None:
    """Move the file at ``path`` to ``key``, replacing what is there; on the same disk that is a rename.

    Raises OSError, or the bucket's client error; then ``path`` is still there.
    """
    if in_bucket():
        _bucket().upload_file(str(path), key)
        path.unlink(missing_ok=True)
        return
    target = Path(default_storage.path(key))
    target.parent.mkdir(parents=True, exist_ok=True)
    if settings.FILE_UPLOAD_PERMISSIONS is not None:
        path.chmod(settings.FILE_UPLOAD_PERMISSIONS)
    try:
        path.replace(target)
    except OSError:
        # Another disk: copy beside the target first, so that the target is never half a file.
        beside = target.with_name(target.name + ".new")
        shutil.copyfile(path, beside)
        _sync(beside)
        beside.replace(target)
        path.unlink()
    _sync(target.parent)


def take_back(key: str, path: Path) -> None:
    """Undo ``put`` on local disk."""
    with suppress(FileNotFoundError):
        shutil.move(default_storage.path(key), path)


def local_size(key: str) -> int | None:
    """The size of the local file at ``key``, or None when it is not there."""
    try:
        return Path(default_storage.path(key)).stat().st_size
    except FileNotFoundError:
        return None


def erase(key: str) -> None:
    """Remove the bytes at ``key``; missing ones are fine."""
    with suppress(FileNotFoundError):
        default_storage.delete(key)


@contextmanager
def local_copy(key: str) -> Iterator[tuple[Path, str]]:
    """Yield a local path to read the file at ``key`` from, and its SHA-256 when the bytes had to pass anyway (else "").

    A bucket's object is streamed once into a temporary file in SPOOL_ROOT. Raises FileNotFoundError or the bucket's
    client error.
    """
    if not in_bucket():
        path = Path(default_storage.path(key))
        if not path.exists():
            raise FileNotFoundError(key)
        yield path, ""
        return
    with temporary_folder() as folder:
        path, digest = folder / "object", hashlib.sha256()
        body = _bucket().Object(key).get()["Body"]
        try:
            with path.open("wb") as target:
                for block in body.iter_chunks(_CHUNK):
                    digest.update(block)
                    target.write(block)
        finally:
            body.close()
        yield path, digest.hexdigest()


def working_folder() -> Path:
    """Where temporary folders are made; made when missing."""
    root = Path(settings.SPOOL_ROOT) / "work"
    root.mkdir(parents=True, exist_ok=True)
    return root


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder on the disk of the spool, erased afterwards."""
    with tempfile.TemporaryDirectory(dir=working_folder()) as folder:
        yield Path(folder)


def _bucket() -> Any:
    return default_storage.bucket  # type: ignore[attr-defined]


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
