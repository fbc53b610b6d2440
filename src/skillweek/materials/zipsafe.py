"""Open zip files from strangers (C7): hostile names, bombs and mixed encodings.

Nothing is unpacked on opening. Entries that are not safe are refused one by one, with the reason, and the rest stays
usable; an archive that is hostile as a whole is refused. Unpacking counts the bytes that really come out.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

#: All that zipfile is known to raise on damaged or locked archives.
BROKEN_ZIP: Final = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, KeyError, NotImplementedError, RuntimeError,
    OSError, EOFError, ValueError, UnicodeError,
)  # fmt: skip
_EOCD: Final = b"PK\x05\x06"
_ZIP64_LOCATOR: Final = b"PK\x06\x07"
_ENTRY: Final = b"PK\x01\x02"
_UTF8_FLAG: Final = 0x800
_ENCRYPTED_FLAG: Final = 0x1
_CHUNK: Final = 1024 * 1024
_CJK = re.compile("[\u3000-\u9fff\uff00-\uffef]")


class UnsafeZipError(ValueError):
    """A zip or one of its entries is refused; ``reason`` and ``reason_en`` say why."""

    def __init__(self, reason: str, reason_en: str) -> None:
        super().__init__(reason, reason_en)
        self.reason = reason
        self.reason_en = reason_en


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may hold: entries, bytes per entry and in all once unpacked, and how far they may inflate."""

    entries: int = 20_000
    entry_bytes: int = 4 * 1024**3
    total_bytes: int = 64 * 1024**3
    ratio: int = 200
    directory_bytes: int = 64 * 1024**2
    #: Entries up to this size may inflate as they like: a blank text compresses well.
    ratio_free_bytes: int = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """One file in the archive: its safe relative path with ``/`` and its size unpacked."""

    path: str
    bytes: int
    info: zipfile.ZipInfo


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry that is not opened, and why."""

    path: str
    reason: str
    reason_en: str


class SafeZip:
    """A zip opened with care: ``entries`` may be extracted, ``refused`` may not.

    Raises ``UnsafeZipError`` when the file is no zip, is damaged, or breaks the limits as a whole.
    """

    def __init__(self, path: Path, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.entries: list[Entry] = []
        self.refused: list[Refused] = []
        self._stream = path.open("rb")
        try:
            self._zip = self._open()
            self._sort_entries()
        except UnsafeZipError:
            self._stream.close()
            raise
        except BROKEN_ZIP as error:
            self._stream.close()
            raise UnsafeZipError("压缩包已损坏", "the archive is damaged") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the archive."""
        self._zip.close()
        self._stream.close()

    def extract(self, entry: Entry, target: Path) -> None:
        """Unpack one entry to ``target`` in a stream. Raises ``UnsafeZipError`` when it is damaged or grows too far."""
        left = entry.bytes
        try:
            self._agree(entry.info)
            with self._zip.open(entry.info) as source, target.open("wb") as out:
                while chunk := source.read(_CHUNK):
                    left -= len(chunk)
                    if left < 0:
                        raise UnsafeZipError("解压后比所写的大", "it unpacks to more than it says")
                    out.write(chunk)
        except UnsafeZipError:
            target.unlink(missing_ok=True)
            raise
        except BROKEN_ZIP as error:
            target.unlink(missing_ok=True)
            raise UnsafeZipError("内容已损坏，解压不出来", "it is damaged and does not unpack") from error

    def _open(self) -> zipfile.ZipFile:
        start, size = _directory(self._stream)
        if size > self.limits.directory_bytes:
            raise UnsafeZipError("文件数量过多", "it holds too many files")
        # zipfile stops at the first name that claims UTF-8 and is not: clear the claim and decode names here.
        self._stream.seek(start)
        directory = bytearray(self._stream.read(size))
        self._flags = _clear_utf8_flags(directory, self.limits.entries)
        self._overlay = _Overlay(self._stream, start, bytes(directory))
        return zipfile.ZipFile(self._overlay)

    def _agree(self, info: zipfile.ZipInfo) -> None:
        """Make the entry's own header say what the directory says of its name, as zipfile insists on."""
        self._stream.seek(info.header_offset)
        header = bytearray(self._stream.read(30))
        name = info.orig_filename.encode("cp437")
        if len(header) == 30 and int.from_bytes(header[26:28], "little") == len(name):
            flags = int.from_bytes(header[6:8], "little") & ~_UTF8_FLAG
            header[6:8] = flags.to_bytes(2, "little")
            self._overlay.replace(info.header_offset, bytes(header) + name)

    def _sort_entries(self) -> None:
        infos = self._zip.infolist()
        if len(infos) > self.limits.entries:
            raise UnsafeZipError("文件数量过多", "it holds too many files")
        total = 0
        seen: set[str] = set()
        overlapping = _overlapping(infos)
        for info in infos:
            name = decode_name(info.orig_filename.encode("cp437"), _unicode_path(info.extra))
            if name.endswith(("/", "\\")) and not info.file_size:
                continue
            try:
                path = safe_path(name)
                self._check(info, path, seen, overlapping)
            except UnsafeZipError as error:
                self.refused.append(Refused(name[:200], error.reason, error.reason_en))
                continue
            total += info.file_size
            if total > self.limits.total_bytes:
                raise UnsafeZipError("解压后总量过大", "it unpacks to too much in all")
            seen.add(path)
            self.entries.append(Entry(path, info.file_size, info))

    def _check(self, info: zipfile.ZipInfo, path: str, seen: set[str], overlapping: set[int]) -> None:
        if stat.S_ISLNK(info.external_attr >> 16):
            raise UnsafeZipError("是指向别处的链接", "it is a link to somewhere else")
        if info.flag_bits & _ENCRYPTED_FLAG:
            raise UnsafeZipError("设置了密码", "it has a password")
        if path in seen:
            raise UnsafeZipError("与另一个文件同名", "another file has the same name")
        if info.header_offset in overlapping:
            raise UnsafeZipError("与另一个文件共用数据", "it shares its data with another file")
        if info.file_size > self.limits.entry_bytes:
            raise UnsafeZipError("解压后过大", "it unpacks to too much")
        inflated = info.file_size > self.limits.ratio * max(1, info.compress_size)
        if inflated and info.file_size > self.limits.ratio_free_bytes:
            raise UnsafeZipError("像是压缩炸弹", "it looks like a zip bomb")


class _Overlay(io.RawIOBase):
    """The archive's bytes with some pieces replaced by edited copies of the same length."""

    def __init__(self, stream: BinaryIO, start: int, replacement: bytes) -> None:
        self._inner = stream
        self._pieces = [(start, replacement)]
        self._position = 0
        self._length = stream.seek(0, 2)

    def replace(self, start: int, replacement: bytes) -> None:
        """Show ``replacement`` at ``start``, instead of an earlier such piece (the directory stays)."""
        self._pieces[1:] = [(start, replacement)]

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        base = {0: 0, 1: self._position, 2: self._length}[whence]
        self._position = max(0, base + offset)
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        self._inner.seek(self._position)
        data = bytearray(self._inner.read(len(buffer)))
        for start, replacement in self._pieces:
            first = max(self._position, start)
            last = min(self._position + len(data), start + len(replacement))
            if first < last:
                piece = replacement[first - start : last - start]
                data[first - self._position : last - self._position] = piece
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)


def _directory(stream: BinaryIO) -> tuple[int, int]:
    """Return (offset, size) of the central directory. Raises ``UnsafeZipError`` when there is none."""
    length = stream.seek(0, 2)
    window = max(0, length - 65_557)
    stream.seek(window)
    tail = stream.read()
    found = tail.rfind(_EOCD)
    if found < 0 or len(tail) - found < 22:
        raise UnsafeZipError("不是完整的 zip 压缩包", "it is not a complete zip archive")
    size, _ = struct.unpack("<II", tail[found + 12 : found + 20])
    end = window + found
    if found >= 20 and tail[found - 20 : found - 16] == _ZIP64_LOCATOR:
        (end,) = struct.unpack("<Q", tail[found - 12 : found - 4])
        stream.seek(end)
        record = stream.read(56)
        if len(record) < 56:
            raise UnsafeZipError("压缩包已损坏", "the archive is damaged")
        (size,) = struct.unpack("<Q", record[40:48])
    # zipfile, too, takes the directory to end where its end record begins.
    if size > end:
        raise UnsafeZipError("压缩包已损坏", "the archive is damaged")
    return end - size, size


def _clear_utf8_flags(directory: bytearray, limit: int) -> int:
    """Clear the “name is UTF-8” flag of every entry in place; return how many entries there are."""
    offset = count = 0
    while directory[offset : offset + 4] == _ENTRY and offset + 46 <= len(directory):
        count += 1
        if count > limit:
            raise UnsafeZipError("文件数量过多", "it holds too many files")
        flags = int.from_bytes(directory[offset + 8 : offset + 10], "little") & ~_UTF8_FLAG
        directory[offset + 8 : offset + 10] = flags.to_bytes(2, "little")
        lengths = struct.unpack("<HHH", directory[offset + 28 : offset + 34])
        offset += 46 + sum(lengths)
    return count


def _overlapping(infos: list[zipfile.ZipInfo]) -> set[int]:
    """Return the header offsets of entries whose data runs into the next entry's, as in overlapping-file bombs."""
    found: set[int] = set()
    ordered = sorted(infos, key=lambda info: info.header_offset)
    for info, following in pairwise(ordered):
        if info.header_offset + 30 + info.compress_size > following.header_offset:
            found |= {info.header_offset, following.header_offset}
    return found


def _unicode_path(extra: bytes) -> str:
    """Return the name in an Info-ZIP Unicode path field, or ``""``."""
    offset = 0
    while offset + 4 <= len(extra):
        kind, size = struct.unpack("<HH", extra[offset : offset + 4])
        if kind == 0x7075 and size > 5:
            return extra[offset + 9 : offset + 4 + size].decode("utf-8", "ignore")
        offset += 4 + size
    return ""


def decode_name(raw: bytes, unicode_path: str = "") -> str:
    """Return an entry's name from its bytes: UTF-8 when they are, else GBK (Windows in China), else cp437.

    The flag that says which is not asked: too many programs set it wrongly.
    """
    if unicode_path:
        return unicode_path
    texts: list[str] = []
    for encoding in ("utf-8", "gb18030"):
        try:
            texts.append(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    if not texts:
        return raw.decode("cp437")
    if len(texts) == 2 and not raw.isascii() and not _CJK.search(texts[0]) and _CJK.search(texts[1]):
        return texts[1]
    return texts[0]


def safe_path(name: str) -> str:
    """Return an entry's name as a relative path with ``/``. Raises ``UnsafeZipError`` when it leads elsewhere."""
    path = name.replace("\\", "/")
    if "\0" in path or any(ord(char) < 32 for char in path):
        raise UnsafeZipError("文件名含有控制字符", "its name holds control characters")
    if path.startswith("/") or re.match(r"[A-Za-z]:", path):
        raise UnsafeZipError("文件名指向压缩包以外的位置", "its name leads outside the archive")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise UnsafeZipError("文件名指向压缩包以外的位置", "its name leads outside the archive")
    if not parts or len(path) > 1000:
        raise UnsafeZipError("文件名为空或过长", "its name is empty or too long")
    return "/".join(parts)
