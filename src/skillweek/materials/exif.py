"""The few EXIF facts the judge needs, read from the TIFF structure itself (C3).

Reads tags by offset within bytes already in memory; every offset and count is checked, so damaged or hostile EXIF
yields fewer facts, never an error.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime
from typing import Final

_WIDTH, _HEIGHT = 0x0100, 0x0101
_MAKE, _MODEL, _ORIENTATION, _SOFTWARE, _DATETIME = 0x010F, 0x0110, 0x0112, 0x0131, 0x0132
_EXIF_IFD, _GPS_IFD, _TAKEN = 0x8769, 0x8825, 0x9003
_SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8, 13: 4}
_MAX_ENTRIES: Final = 512
_MAX_TEXT: Final = 256


@dataclass(frozen=True, slots=True)
class ExifFacts:
    """What a TIFF or EXIF block says. ``taken_at`` is ISO 8601 without zone, as cameras write local time."""

    orientation: int = 1
    camera: str = ""
    software: str = ""
    taken_at: str = ""
    has_gps: bool = False
    width: int = 0
    height: int = 0


def read_tiff(data: bytes) -> ExifFacts | None:
    """Return the facts in a TIFF block (EXIF payload after ``Exif\\0\\0``, or the head of a TIFF file), or None."""
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None or len(data) < 8:
        return None
    main = _read_ifd(data, order, _number(data, order, 4, 4) or 0)
    taken = _read_ifd(data, order, _as_int(main.get(_EXIF_IFD))) if _EXIF_IFD in main else {}
    gps = _read_ifd(data, order, _as_int(main.get(_GPS_IFD))) if _GPS_IFD in main else {}
    orientation = _as_int(main.get(_ORIENTATION)) or 1
    return ExifFacts(
        orientation=orientation if 1 <= orientation <= 8 else 1,
        camera=_camera(_as_text(main.get(_MAKE)), _as_text(main.get(_MODEL))),
        software=_as_text(main.get(_SOFTWARE)),
        taken_at=_as_time(_as_text(taken.get(_TAKEN)) or _as_text(main.get(_DATETIME))),
        # latitude (2) and longitude (4) both given, not an empty GPS block
        has_gps=2 in gps and 4 in gps,
        width=_as_int(main.get(_WIDTH)),
        height=_as_int(main.get(_HEIGHT)),
    )


def _number(data: bytes, order: str, offset: int, size: int) -> int | None:
    piece = data[offset : offset + size]
    if offset < 0 or len(piece) < size:
        return None
    value: int = struct.unpack(order + {1: "B", 2: "H", 4: "I"}[size], piece)[0]
    return value


def _read_ifd(data: bytes, order: str, offset: int) -> dict[int, int | str]:
    """Return tag → first number or text of one directory; unreadable entries are left out."""
    entries: dict[int, int | str] = {}
    count = _number(data, order, offset, 2) if offset else None
    for index in range(min(count or 0, _MAX_ENTRIES)):
        start = offset + 2 + 12 * index
        if start + 12 > len(data):
            break
        tag, kind, items = struct.unpack(order + "HHI", data[start : start + 8])
        size = _SIZES.get(kind, 0) * items
        where = start + 8 if size <= 4 else (_number(data, order, start + 8, 4) or 0)
        if kind == 2:
            entries[tag] = _decode(data[where : where + min(size, _MAX_TEXT)])
        elif kind in (3, 4, 13):
            value = _number(data, order, where, _SIZES[kind])
            if value is not None:
                entries[tag] = value
        elif size:
            entries[tag] = 0
    return entries


def _decode(raw: bytes) -> str:
    text = raw.split(b"\0", 1)[0]
    for encoding in ("utf-8", "gb18030"):
        try:
            return "".join(char for char in text.decode(encoding) if char.isprintable()).strip()
        except UnicodeDecodeError:
            continue
    return ""


def _as_int(value: int | str | None) -> int:
    return value if isinstance(value, int) else 0


def _as_text(value: int | str | None) -> str:
    return value if isinstance(value, str) else ""


def _camera(make: str, model: str) -> str:
    if make and model.lower().startswith(make.split()[0].lower()):
        return model
    return f"{make} {model}".strip()


def _as_time(text: str) -> str:
    try:
        return datetime.strptime(text, "%Y:%m:%d %H:%M:%S").isoformat()
    except ValueError:
        return ""
