"""Sound recordings: probe mp3, m4a and wav by structure (E1, E11). Nothing raises on bad content."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from .facts import FileFacts
from .mp4 import read_movie

#: Formats, by content, that ``probe_audio`` understands.
AUDIO_FORMATS: Final = frozenset({"mp3", "m4a", "wav"})
#: So many frames that follow each other make an mp3; three bytes that look like one turn up by chance.
_FRAMES: Final = 4
#: How far behind its tag an mp3 may begin.
_SEARCH_BYTES: Final = 64 * 1024
_MAX_CHUNKS: Final = 1000
_BITRATES: Final = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0),
}
_RATES: Final = {3: (44100, 48000, 32000, 0), 2: (22050, 24000, 16000, 0), 0: (11025, 12000, 8000, 0)}


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioFacts(FileFacts):
    """A sound recording. ``duration`` is in seconds, 0 when unknown; ``complete``: its structure reaches its end."""

    duration: float = 0.0
    complete: bool = False


@dataclass(frozen=True, slots=True)
class _Frame:
    length: int
    samples: int
    rate: int
    #: Where a Xing header would stand, counted from the frame's start.
    extra: int


def probe_audio(path: Path, name: str, kind: str) -> AudioFacts:
    """Return the facts of the recording of format ``kind`` (one of ``AUDIO_FORMATS``). Raises OSError."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        reader = {"mp3": _mp3, "m4a": _m4a, "wav": _wav}[kind]
        duration, complete = reader(stream, size)
    return AudioFacts(name=name, bytes=size, format=kind, duration=round(duration, 3), complete=complete)


def _wav(stream: BinaryIO, size: int) -> tuple[float, bool]:
    """(duration, complete) by the chunks ``fmt`` and ``data``."""
    offset, rate = 12, 0
    for _ in range(_MAX_CHUNKS):
        stream.seek(offset)
        head = stream.read(8)
        if len(head) < 8:
            break
        length = int.from_bytes(head[4:8], "little")
        if head[:4] == b"fmt ":
            rate = int.from_bytes(stream.read(16).ljust(16, b"\0")[8:12], "little")
        elif head[:4] == b"data":
            there = max(0, min(length, size - offset - 8))
            return (there / rate if rate else 0.0), rate > 0 and length == there and there > 0
        offset += 8 + length + length % 2
    return 0.0, False


def _m4a(stream: BinaryIO, size: int) -> tuple[float, bool]:
    movie = read_movie(stream, size)
    sound = movie.first("soun")
    whole = movie.has_moov and movie.has_mdat and movie.expected <= size
    return movie.duration, sound is not None and whole and movie.duration > 0


def _mp3(stream: BinaryIO, size: int) -> tuple[float, bool]:
    """Frames that follow each other; the length by the encoder's own count, else by the first frames' rate."""
    start = _behind_tag(stream)
    stream.seek(start)
    window = stream.read(_SEARCH_BYTES)
    found = next((at for at in range(max(0, len(window) - 4)) if _frame(window[at : at + 4])), None)
    while found is not None:
        first = _frame(window[found : found + 4])
        if first is not None and _follow(stream, start + found, size):
            break
        rest = range(found + 1, max(found + 1, len(window) - 4))
        found = next((at for at in rest if _frame(window[at : at + 4])), None)
    if found is None:
        return 0.0, False
    offset = start + found
    first = _frame(window[found : found + 4])
    assert first is not None
    counted = _counted_frames(stream, offset, first)
    if counted:
        return counted * first.samples / first.rate, True
    second = first.length * first.rate / first.samples
    return (size - offset) / second, True


def _behind_tag(stream: BinaryIO) -> int:
    stream.seek(0)
    head = stream.read(10)
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    length = 0
    for byte in head[6:10]:
        length = length << 7 | byte & 0x7F
    return 10 + length


def _frame(head: bytes) -> _Frame | None:
    """The layer III frame that these four bytes begin, or None."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    if version == 1 or layer != 1:
        return None
    first = version == 3
    bitrate = _BITRATES[1 if first else 2][head[2] >> 4] * 1000
    rate = _RATES[version][head[2] >> 2 & 3]
    if not bitrate or not rate:
        return None
    samples = 1152 if first else 576
    length = samples // 8 * bitrate // rate + (head[2] >> 1 & 1)
    mono = head[3] >> 6 == 3
    extra = 4 + ((17 if mono else 32) if first else (9 if mono else 17))
    return _Frame(length, samples, rate, extra)


def _follow(stream: BinaryIO, offset: int, size: int) -> bool:
    """Whether ``_FRAMES`` frames follow each other from ``offset``, or fewer that reach the end."""
    for _ in range(_FRAMES):
        stream.seek(offset)
        frame = _frame(stream.read(4))
        if frame is None:
            return False
        offset += frame.length
        if offset >= size:
            return offset == size
    return True


def _counted_frames(stream: BinaryIO, offset: int, frame: _Frame) -> int:
    stream.seek(offset + frame.extra)
    head = stream.read(12)
    if head[:4] in (b"Xing", b"Info") and len(head) == 12 and head[7] & 1:
        return int.from_bytes(head[8:12], "big")
    return 0
