"""winmail.dat: what Outlook wraps its attachments in (TNEF, [MS-OXTNEF]), read from disk with care (C8).

Only what a report needs: attachments with their long names, and the plain text.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from skillweek.mailbox.parsing.headers import text_of

_SIGNATURE: Final = 0x223E9F78
_NEW_ATTACHMENT: Final = 0x9002
_TITLE: Final = 0x8010
_DATA: Final = 0x800F
_ATTACHMENT_PROPS: Final = 0x9005
_MESSAGE_PROPS: Final = 0x9003
_BODY: Final = 0x800C
_LONG_NAME: Final = (0x3707, 0x3001)
_INNER_DATA: Final = 0x3701
_PLAIN_BODY: Final = 0x1000
_STRING8, _UNICODE, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102
_SIZES: Final = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_MOST: Final = 1000


@dataclass
class Wrapped:
    """One attachment: its name, and where its bytes lie in the file. ``is_tnef`` marks a message inside."""

    name: str = ""
    start: int = 0
    end: int = 0
    is_tnef: bool = False


class TnefError(ValueError):
    """The file is no TNEF, or is damaged before anything useful."""


def read_tnef(path: Path) -> tuple[list[Wrapped], str]:
    """(attachments, plain text) of the file. Raises TnefError; what stands before a damage is kept."""
    with path.open("rb") as stream:
        try:
            data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError as error:
            raise TnefError("empty") from error
        with data:
            return _read(data)


def _read(data: mmap.mmap) -> tuple[list[Wrapped], str]:
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        raise TnefError("not TNEF")
    found: list[Wrapped] = []
    text = ""
    for name, start, end in _attributes(data):
        if name == _NEW_ATTACHMENT:
            found.append(Wrapped())
        elif name in (_BODY, _MESSAGE_PROPS):
            text = text or _plain(data, name, start, end)
        elif found:
            _fill(found[-1], data, name, start, end)
        if len(found) > _MOST:
            break
    return [one for one in found if one.end > one.start], text


def _attributes(data: mmap.mmap) -> Iterator[tuple[int, int, int]]:
    """(id, start, end) of each attribute; stops at the first that cannot be."""
    at = 6
    while at + 9 <= len(data):
        _level, name, _type, size = struct.unpack_from("<BHHI", data, at)
        start = at + 9
        if start + size > len(data):
            return
        yield name, start, start + size
        at = start + size + 2


def _fill(one: Wrapped, data: mmap.mmap, name: int, start: int, end: int) -> None:
    if name == _TITLE:
        one.name = one.name or text_of(data[start:end].rstrip(b"\0"))
    elif name == _DATA:
        one.start, one.end = start, end
    elif name == _ATTACHMENT_PROPS:
        for key, kind, first, last in _properties(data, start, end):
            if key in _LONG_NAME and kind in (_STRING8, _UNICODE):
                said = _string(data, kind, first, last)
                one.name = said if key == _LONG_NAME[0] or not one.name else one.name
            elif key == _INNER_DATA and kind in (_OBJECT, _BINARY) and last - first > 16:
                skip = 16 if kind == _OBJECT else 0
                one.start, one.end = first + skip, last
                one.is_tnef = data[one.start : one.start + 4] == struct.pack("<I", _SIGNATURE)


def _plain(data: mmap.mmap, name: int, start: int, end: int) -> str:
    if name == _BODY:
        return text_of(data[start:end].rstrip(b"\0"))
    for key, kind, first, last in _properties(data, start, end):
        if key == _PLAIN_BODY and kind in (_STRING8, _UNICODE):
            return _string(data, kind, first, last)
    return ""


def _string(data: mmap.mmap, kind: int, first: int, last: int) -> str:
    raw = data[first:last]
    if kind == _UNICODE:
        return raw.decode("utf-16-le", "ignore").rstrip("\0")
    return text_of(raw.rstrip(b"\0"))


def _properties(data: mmap.mmap, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """(id, type, start, end) of each MAPI property value; stops at the first that cannot be."""
    try:
        (count,) = struct.unpack_from("<I", data, start)
        at = start + 4
        for _number in range(min(count, _MOST)):
            kind, key = struct.unpack_from("<HH", data, at)
            at += 4
            if key >= 0x8000:
                at = _past_name(data, at)
            values, at = _values(data, at, kind)
            for first, last in values:
                if last > end:
                    return
                yield key, kind & 0xFFF, first, last
    except struct.error:
        return


def _past_name(data: mmap.mmap, at: int) -> int:
    (kind,) = struct.unpack_from("<I", data, at + 16)
    if not kind:
        return at + 24
    size: int = struct.unpack_from("<I", data, at + 20)[0]
    return at + 24 + size + (-size % 4)


def _values(data: mmap.mmap, at: int, kind: int) -> tuple[list[tuple[int, int]], int]:
    many, plain = bool(kind & 0x1000), kind & 0xFFF
    variable = plain in (_STRING8, _UNICODE, _OBJECT, _BINARY)
    count = 1
    if many or variable:
        (count,) = struct.unpack_from("<I", data, at)
        at += 4
    if not variable and plain not in _SIZES:
        raise struct.error("a property of an unknown type")
    found = []
    for _number in range(min(count, _MOST)):
        size = _SIZES.get(plain, 0)
        if variable:
            (size,) = struct.unpack_from("<I", data, at)
            at += 4
        found.append((at, at + size))
        at += size + (-size % 4)
    return found, at
