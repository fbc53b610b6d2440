"""JPEG by its markers: size, EXIF, quality, where the picture ends and what lies behind it (C3, C14).

Nothing is decoded. The file is read once from front to back in chunks; memory is bounded by one segment (64 KiB) and
one chunk. Damaged files yield ``complete=False`` rather than an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from .exif import ExifFacts, read_tiff

_CHUNK: Final = 256 * 1024
_EOI, _SOS, _DHT, _DQT, _APP1, _APP2 = 0xD9, 0xDA, 0xC4, 0xDB, 0xE1, 0xE2
_SOF: Final = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
#: A real marker within entropy-coded data: not a stuffed zero, restart marker or fill byte.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
#: A run of zeros as lost blocks of a disk or download leave it.
_BLANK: Final = bytes(1024)
_STEP: Final = 256
_BLANK_SAMPLES: Final = bytes(len(_BLANK) // _STEP)
_MAX_SEGMENTS: Final = 20_000
# Annex K's luminance table, in the order of a DQT segment (zigzag); libjpeg scales it by quality.
_LUMINANCE: Final = (
    16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61,
    60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113,
    121, 112, 100, 120, 92, 101, 103, 99,
)  # fmt: skip


@dataclass(slots=True)
class JpegFacts:
    """``width`` and ``height`` as stored, before orientation. ``end`` is the offset just behind the (first) picture."""

    width: int = 0
    height: int = 0
    exif: ExifFacts | None = None
    quality: int | None = None
    progressive: bool = False
    multi_picture: bool = False
    complete: bool = False
    #: The picture data holds a run of zeros that no encoder writes; decoders pass it as grey or coloured stripes.
    blank: bool = False
    end: int = 0
    #: The symbols that the all-zero Huffman codes stand for, one per table.
    first_symbols: set[int] = field(default_factory=set)


class _Window:
    """A forward view on a stream: the first ``filled`` bytes of ``buffer`` are those from offset ``start``."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.buffer = bytearray(_CHUNK)
        self.view = memoryview(self.buffer)
        self.start = 0
        self.filled = 0
        self.blank = False

    def need(self, offset: int, size: int) -> bytes:
        """Return up to ``size`` bytes at ``offset``, which must not lie before ``start``. ``size`` is under 64 KiB."""
        while offset + size > self.start + self.filled:
            keep = max(0, self.start + self.filled - offset)
            self.view[:keep] = bytes(self.view[self.filled - keep : self.filled])
            self.start += self.filled - keep
            self.filled = keep
            read = self.stream.readinto(self.view[keep:])  # type: ignore[attr-defined]
            if not read:
                break
            self.filled += read
        begin = offset - self.start
        return bytes(self.view[begin : min(begin + size, self.filled)]) if begin >= 0 else b""

    def find_marker(self, offset: int) -> int | None:
        """Return the offset of the next marker in entropy-coded data at or after ``offset``, or None."""
        while True:
            if len(self.need(offset, 2)) < 2:
                return None
            found = _MARKER.search(self.buffer, offset - self.start, self.filled)
            end = found.start() if found else self.filled
            self.blank = self.blank or _has_blank(self.buffer, offset - self.start, end)
            if found:
                return self.start + found.start()
            # the last byte may be the first half of a marker
            offset = self.start + self.filled - 1


def _has_blank(data: bytearray, start: int, end: int) -> bool:
    """Whether ``data`` between two offsets holds ``_BLANK``. Looks at a sample first: that is ten times quicker."""
    samples = data[start:end:_STEP]
    found = samples.find(_BLANK_SAMPLES)
    while found >= 0:
        place = start + found * _STEP
        if data.find(_BLANK, max(start, place - _STEP), min(end, place + len(_BLANK))) >= 0:
            return True
        found = samples.find(_BLANK_SAMPLES, found + 1)
    return False


def read_jpeg(stream: BinaryIO) -> JpegFacts:
    """Return what the markers of the JPEG at the stream's start say. Never raises on bad content."""
    facts = JpegFacts()
    window = _Window(stream)
    offset = 2
    for _ in range(_MAX_SEGMENTS):
        head = window.need(offset, 4)
        if len(head) < 2 or head[0] != 0xFF:
            return facts
        marker = head[1]
        if marker == 0xFF:  # fill byte
            offset += 1
        elif marker == _EOI:
            facts.end = offset + 2
            facts.complete = facts.width > 0 and facts.height > 0
            # Where zero bits mean “no change, block done” in every table, a flat picture is full of them.
            facts.blank = window.blank and not facts.progressive and facts.first_symbols != {0}
            return facts
        elif marker in _ALONE:
            offset += 2
        else:
            length = int.from_bytes(head[2:4], "big")
            body = window.need(offset + 4, length - 2) if length > 2 else b""
            if len(head) < 4 or length < 2 or len(body) < length - 2:
                return facts
            _note(facts, marker, body)
            offset += 2 + length
            if marker == _SOS:
                found = window.find_marker(offset)
                if found is None:
                    return facts
                offset = found
    return facts


def _note(facts: JpegFacts, marker: int, body: bytes) -> None:
    if marker in _SOF and len(body) >= 6:
        facts.height = int.from_bytes(body[1:3], "big")
        facts.width = int.from_bytes(body[3:5], "big")
        facts.progressive = marker in (0xC2, 0xC6, 0xCA, 0xCE)
    elif marker == _DHT:
        facts.first_symbols |= _first_symbols(body)
    elif marker == _DQT and facts.quality is None:
        facts.quality = _quality(body)
    elif marker == _APP1 and facts.exif is None and body.startswith(b"Exif\0"):
        facts.exif = read_tiff(body[6:])
    elif marker == _APP2 and body.startswith(b"MPF\0"):
        facts.multi_picture = True


def _first_symbols(body: bytes) -> set[int]:
    """Return what the shortest code (all zeros) of each Huffman table in a segment stands for."""
    symbols: set[int] = set()
    offset = 0
    while offset + 17 < len(body):
        symbols.add(body[offset + 17])
        offset += 17 + sum(body[offset + 1 : offset + 17])
    return symbols


def _quality(body: bytes) -> int | None:
    """Estimate libjpeg's quality (1–100) from the first quantisation table, or None when it is no luminance table."""
    if len(body) < 65 or body[0] & 0x0F:
        return None
    if body[0] >> 4:
        if len(body) < 129:
            return None
        table = [int.from_bytes(body[1 + 2 * i : 3 + 2 * i], "big") for i in range(64)]
    else:
        table = list(body[1:65])
    scale = 100 * sum(table) / sum(_LUMINANCE)
    estimate = (200 - scale) / 2 if scale <= 100 else 5000 / scale
    return max(1, min(100, round(estimate)))
