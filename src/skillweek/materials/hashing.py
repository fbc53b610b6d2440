"""SHA-256 of a file, by itself or while something else reads it (C7, C14)."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any, Final

#: Large, so that hashing beside other threads seldom has to wait for its turn.
_CHUNK: Final = 4 * 1024 * 1024


class HashingReader(io.RawIOBase):
    """A file opened for reading that hashes what passes by, so that a parser and the hash share one reading.

    The parser may seek and read twice; ``hexdigest`` reads what it left out. Raises OSError like any file.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self._digest = hashlib.sha256()
        self._position = 0
        self._hashed = 0

    def close(self) -> None:
        self._file.close()
        super().close()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._position = self._file.seek(offset, whence)
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: Any) -> int:
        size = self._file.readinto(buffer) or 0
        end = self._position + size
        if self._position <= self._hashed < end:
            self._digest.update(memoryview(buffer)[self._hashed - self._position : size])
            self._hashed = end
        self._position = end
        return size

    def hexdigest(self) -> str:
        """Return the SHA-256 of the whole file in hexadecimal."""
        self.seek(self._hashed)
        buffer = memoryview(bytearray(_CHUNK))
        while self.readinto(buffer):
            pass
        return self._digest.hexdigest()


def sha256_of(path: Path) -> str:
    """Return the file's SHA-256 in hexadecimal, read in chunks. Raises OSError."""
    with HashingReader(path) as stream:
        return stream.hexdigest()
