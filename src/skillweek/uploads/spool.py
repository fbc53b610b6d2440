"""Arriving files on local disk: one spool file per upload. Its length is the upload's offset, whatever happened.

A process that is killed leaves the bytes it wrote in the file, so the next ``HEAD`` answers what is really there.
One writer at a time holds an ``flock`` on the open file, which works across threads and processes and ends by itself
when its holder dies.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.conf import settings

if TYPE_CHECKING:
    from hashlib import _Hash

BLOCK: Final = 256 * 1024
_KEPT_HASHES: Final = 256
#: The hash follows the writing in steps of this size.
_STEP: Final = 1024 * 1024


class Busy(Exception):
    """Somebody else writes to this upload at the moment."""


class Gone(Exception):
    """The spool file is not there (any more)."""


def spool_folder() -> Path:
    """Where arriving uploads lie; made when missing."""
    folder = Path(settings.SPOOL_ROOT) / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def path_of(upload_id: UUID) -> Path:
    """The upload's spool file, there or not."""
    return Path(settings.SPOOL_ROOT) / "uploads" / f"{upload_id}.part"


def create(upload_id: UUID) -> None:
    """Make the empty spool file. Raises OSError when the disk refuses."""
    spool_folder()
    os.close(os.open(path_of(upload_id), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o640))


def size_of(upload_id: UUID) -> int:
    """How many bytes are there. Raises Gone."""
    try:
        return path_of(upload_id).stat().st_size
    except FileNotFoundError:
        raise Gone from None


def remove(upload_id: UUID) -> None:
    """Erase the spool file, if it is there."""
    path_of(upload_id).unlink(missing_ok=True)
    _hashes.forget(upload_id)


class Writer:
    """The one writer of an upload: appends and hashes what passes. ``offset`` is the file's length."""

    def __init__(self, upload_id: UUID, handle: int) -> None:
        self.upload_id = upload_id
        self._handle = handle
        self.offset = os.fstat(handle).st_size
        self._follower: _Follower | None = None

    def append(self, blocks: Iterable[bytes | memoryview]) -> int:
        """Write each block at the end as it comes; return how many bytes. What is written stays if reading breaks."""
        self.settle()
        begun = self.offset
        digest = _hashes.take(self.upload_id, begun)
        follower = self._follower = _Follower(self._handle, digest, begun) if digest is not None else None
        for block in blocks:
            view = memoryview(block)
            while view:
                count = os.write(self._handle, view)
                view = view[count:]
                self.offset += count
            if follower is not None:
                follower.go_to(self.offset)
        return self.offset - begun

    def settle(self) -> None:
        """Let the hash catch up with what was appended, and keep it for the next append."""
        if self._follower is not None:
            _hashes.put(self.upload_id, *self._follower.finish(self.offset))
            self._follower = None

    def digest(self) -> str:
        """SHA-256 of the whole file in hexadecimal; only what no append of this process has hashed is read."""
        self.settle()
        offset, digest = _hashes.best(self.upload_id)
        return _Follower(self._handle, digest, offset).finish(self.offset)[1].hexdigest()

    def sync(self) -> None:
        """Have the bytes on the disk. Asked for right after ``append``, it takes place while the hash catches up."""
        os.fsync(self._handle)


class _Follower:
    """Hashes a growing file behind its writer, from the page cache, in a thread: on a second core it costs no time."""

    def __init__(self, handle: int, digest: _Hash, offset: int) -> None:
        self._handle, self._digest, self._reached = handle, digest, offset
        self._told = offset
        self._buffer = memoryview(b"")
        self._targets: SimpleQueue[int | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def go_to(self, offset: int) -> None:
        """Say that the file reaches to ``offset`` by now."""
        if offset - self._told < _STEP:
            return
        self._told = offset
        self._targets.put(offset)
        if self._thread is None:
            self._thread = threading.Thread(target=self._follow, daemon=True)
            self._thread.start()

    def finish(self, offset: int) -> tuple[int, _Hash]:
        """Hash up to ``offset``, and return how far it came with the hash."""
        if self._thread is not None:
            self._targets.put(None)
            self._thread.join()
        self._read_to(offset)
        return self._reached, self._digest

    def _follow(self) -> None:
        while (target := self._targets.get()) is not None:
            self._read_to(target)

    def _read_to(self, offset: int) -> None:
        while self._reached < offset:
            if not self._buffer:
                self._buffer = memoryview(bytearray(min(BLOCK, offset - self._reached)))
            count = os.preadv(self._handle, [self._buffer[: offset - self._reached]], self._reached)
            if not count:
                return
            self._digest.update(self._buffer[:count])
            self._reached += count


@contextmanager
def writing(upload_id: UUID) -> Iterator[Writer]:
    """Be the upload's one writer. Raises Busy when somebody else is, Gone when there is no file."""
    try:
        handle = os.open(path_of(upload_id), os.O_RDWR | os.O_APPEND)
    except FileNotFoundError:
        raise Gone from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        if not _still_at(path_of(upload_id), handle):
            raise Gone  # it was moved into storage or removed between opening and locking
        writer = Writer(upload_id, handle)
        try:
            yield writer
        finally:
            writer.settle()
    finally:
        os.close(handle)


def _still_at(path: Path, handle: int) -> bool:
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    here = os.fstat(handle)
    return (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)


class _Hashes:
    """Running SHA-256 states of uploads that this process has seen from the start, the latest few hundred."""

    def __init__(self) -> None:
        self._states: OrderedDict[UUID, tuple[int, _Hash]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, upload_id: UUID, offset: int) -> _Hash | None:
        """The state at exactly ``offset``; None when this process missed a part."""
        with self._lock:
            known = self._states.pop(upload_id, None) if offset else (0, hashlib.sha256())
            if known is not None and known[0] != offset:
                self._states[upload_id] = known
                known = None
        return known[1] if known else None

    def put(self, upload_id: UUID, offset: int, digest: _Hash) -> None:
        with self._lock:
            self._states[upload_id] = (offset, digest)
            self._states.move_to_end(upload_id)
            while len(self._states) > _KEPT_HASHES:
                self._states.popitem(last=False)

    def best(self, upload_id: UUID) -> tuple[int, _Hash]:
        with self._lock:
            known = self._states.get(upload_id)
        return (known[0], known[1].copy()) if known else (0, hashlib.sha256())

    def forget(self, upload_id: UUID) -> None:
        with self._lock:
            self._states.pop(upload_id, None)


_hashes = _Hashes()
