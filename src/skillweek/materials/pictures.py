"""The structure of pictures other than JPEG: displayed size and whether the file reaches its end (C3).

The notice asks for JPG, but another edition may allow PNG or WebP, and a wrong kind of picture is still measured, so
that its owner hears everything at once. Unknown values stay 0; nothing raises on bad content.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

from . import isobmff
from .exif import ExifFacts, read_tiff

_MAX_CHUNKS = 100_000


@dataclass(slots=True)
class PictureFacts:
    """``width`` and ``height`` as stored (HEIC: as displayed), ``end`` the offset behind the picture, 0 unknown."""

    width: int = 0
    height: int = 0
    complete: bool = False
    end: int = 0
    exif: ExifFacts | None = None


def read_picture(stream: BinaryIO, name: str, size: int) -> PictureFacts:
    """Return the facts of the picture of format ``name`` (a key of ``sniff.FORMATS``) of ``size`` bytes."""
    reader = {"png": _png, "webp": _webp, "gif": _gif, "bmp": _bmp, "tiff": _tiff, "heic": _heif, "avif": _heif}
    stream.seek(0)
    return reader[name](stream, size) if name in reader else PictureFacts()


def _png(stream: BinaryIO, size: int) -> PictureFacts:
    facts = PictureFacts()
    offset = 8
    for _ in range(_MAX_CHUNKS):
        stream.seek(offset)
        head = stream.read(8)
        if len(head) < 8:
            return facts
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        if offset + 12 + length > size:
            return facts
        if kind == b"IHDR":
            facts.width, facts.height = struct.unpack(">II", stream.read(8).ljust(8, b"\0"))
        elif kind == b"eXIf" and length <= 1 << 20:
            facts.exif = read_tiff(stream.read(length))
        offset += 12 + length
        if kind == b"IEND":
            facts.complete = facts.width > 0
            facts.end = offset
            return facts
    return facts


def _webp(stream: BinaryIO, size: int) -> PictureFacts:
    head = stream.read(40).ljust(40, b"\0")
    facts = PictureFacts(end=int.from_bytes(head[4:8], "little") + 8)
    kind = head[12:16]
    if kind == b"VP8X":
        facts.width = int.from_bytes(head[24:27], "little") + 1
        facts.height = int.from_bytes(head[27:30], "little") + 1
    elif kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        facts.width, facts.height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 ":
        facts.width = int.from_bytes(head[26:28], "little") & 0x3FFF
        facts.height = int.from_bytes(head[28:30], "little") & 0x3FFF
    facts.complete = facts.width > 0 and facts.end <= size
    return facts


def _gif(stream: BinaryIO, size: int) -> PictureFacts:
    width, height = struct.unpack("<HH", stream.read(10).ljust(10, b"\0")[6:10])
    stream.seek(max(0, size - 1))
    return PictureFacts(width=width, height=height, complete=stream.read(1) == b"\x3b")


def _bmp(stream: BinaryIO, size: int) -> PictureFacts:
    head = stream.read(26).ljust(26, b"\0")
    width, height = struct.unpack("<ii", head[18:26])
    length = int.from_bytes(head[2:6], "little")
    return PictureFacts(width=abs(width), height=abs(height), complete=length <= size)


def _tiff(stream: BinaryIO, size: int) -> PictureFacts:
    # The first directory may stand anywhere in the file: fetch a window around it and read tags from a patched head.
    head = stream.read(8)
    order = "little" if head[:2] == b"II" else "big"
    offset = int.from_bytes(head[4:8], order)  # type: ignore[arg-type]
    stream.seek(min(offset, size))
    window = head[:4] + (8).to_bytes(4, order) + stream.read(64 * 1024)  # type: ignore[arg-type]
    exif = read_tiff(window)
    if exif is None or not exif.width:
        return PictureFacts()
    return PictureFacts(width=exif.width, height=exif.height, complete=True, exif=exif)


def _heif(stream: BinaryIO, size: int) -> PictureFacts:
    facts = PictureFacts()
    top = isobmff.read_boxes(stream, 0, size)
    facts.complete = all(box.end <= size for box in top)
    meta = isobmff.find(top, b"meta")
    if meta is None:
        return facts
    sizes: list[tuple[int, int]] = []
    turned = False
    for box in isobmff.walk(stream, meta, (b"iprp", b"ipco"), size, skip=4):
        if box.kind == b"ispe":
            body = isobmff.body(stream, box, 12)
            if len(body) == 12:
                sizes.append(struct.unpack(">II", body[4:12]))
        elif box.kind == b"irot":
            turned = turned or bool((isobmff.body(stream, box, 1) or b"\0")[0] & 1)
    if sizes:
        width, height = max(sizes, key=lambda pair: pair[0] * pair[1])
        facts.width, facts.height = (height, width) if turned else (width, height)
    return facts
