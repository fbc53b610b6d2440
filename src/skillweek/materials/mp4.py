"""What an mp4 or mov says of itself, from its boxes alone (C4).

Handles 64-bit sizes, boxes to the end of the file, rotation by the track's matrix, and fragmented files. All counts
that come from the file are bounded before anything is read.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from .isobmff import Box, body, children, find, read_boxes

_MAX_TRACKS: Final = 64
_MAX_TABLE: Final = 2_000_000
_MAX_FRAGMENTS: Final = 50_000


@dataclass(slots=True)
class Track:
    """One track: ``handler`` is ``vide``, ``soun`` or another, ``end`` the furthest byte its samples reach."""

    id: int = 0
    handler: str = ""
    codec: str = ""
    width: int = 0
    height: int = 0
    rotation: int = 0
    timescale: int = 0
    duration: float = 0.0
    end: int = 0
    default_sample_duration: int = 0


@dataclass(slots=True)
class Movie:
    """The movie: ``expected`` is the furthest byte that any box or sample speaks of; ``duration`` in seconds."""

    brand: str = ""
    has_moov: bool = False
    has_mdat: bool = False
    fragmented: bool = False
    fast_start: bool = False
    expected: int = 0
    duration: float = 0.0
    tracks: list[Track] = field(default_factory=list)

    def first(self, handler: str) -> Track | None:
        """Return the first track of a handler type, or None."""
        return next((track for track in self.tracks if track.handler == handler), None)


def read_movie(stream: BinaryIO, length: int) -> Movie:
    """Return what the boxes of a file of ``length`` bytes say. Never raises on bad content."""
    top = read_boxes(stream, 0, length)
    movie = Movie(expected=max((box.end for box in top), default=0))
    ftyp, moov, mdat = find(top, b"ftyp"), find(top, b"moov"), find(top, b"mdat")
    movie.has_mdat = mdat is not None
    if ftyp:
        movie.brand = body(stream, ftyp, 4).decode("latin-1").strip("\0 ")
    if moov is None:
        return movie
    movie.has_moov = True
    movie.fast_start = mdat is None or moov.start < mdat.start
    _read_moov(stream, moov, length, movie)
    if movie.fragmented:
        _read_fragments(stream, top, length, movie)
    if movie.fragmented or not movie.duration:
        movie.duration = max([movie.duration, *(track.duration for track in movie.tracks)])
    movie.expected = max([movie.expected, *(track.end for track in movie.tracks)])
    return movie


def _read_moov(stream: BinaryIO, moov: Box, length: int, movie: Movie) -> None:
    inside = children(stream, moov, length)
    header = find(inside, b"mvhd")
    if header:
        timescale, duration = _times(body(stream, header, 40), 12, 20)
        movie.duration = duration / timescale if timescale else 0.0
    for box in [box for box in inside if box.kind == b"trak"][:_MAX_TRACKS]:
        movie.tracks.append(_read_track(stream, box, length))
    extends = find(inside, b"mvex")
    if extends:
        movie.fragmented = True
        for box in children(stream, extends, length):
            data = body(stream, box, 24)
            if box.kind == b"trex" and len(data) >= 16:
                track_id, _, sample_duration = struct.unpack(">III", data[4:16])
                for track in movie.tracks:
                    if track.id == track_id:
                        track.default_sample_duration = sample_duration


def _times(data: bytes, short: int, long: int) -> tuple[int, int]:
    """Return (timescale, duration) of an mvhd or mdhd body; they stand at ``short`` or ``long`` by its version."""
    if not data:
        return 0, 0
    if data[0] == 1:
        piece = data[long : long + 12]
        unknown = (1 << 64) - 1
        timescale, duration = struct.unpack(">IQ", piece) if len(piece) == 12 else (0, 0)
    else:
        piece = data[short : short + 8]
        unknown = (1 << 32) - 1
        timescale, duration = struct.unpack(">II", piece) if len(piece) == 8 else (0, 0)
    return timescale, 0 if duration == unknown else duration


def _read_track(stream: BinaryIO, trak: Box, length: int) -> Track:
    track = Track()
    inside = children(stream, trak, length)
    header = find(inside, b"tkhd")
    if header:
        _read_track_header(body(stream, header, 96), track)
    media_box = find(inside, b"mdia")
    if media_box is None:
        return track
    media = children(stream, media_box, length)
    times, handler, information = find(media, b"mdhd"), find(media, b"hdlr"), find(media, b"minf")
    if times:
        track.timescale, duration = _times(body(stream, times, 40), 12, 20)
        track.duration = duration / track.timescale if track.timescale else 0.0
    if handler:
        track.handler = body(stream, handler, 12)[8:12].decode("latin-1").strip("\0 ")
    table_box = find(children(stream, information, length), b"stbl") if information else None
    if table_box:
        _read_sample_table(stream, children(stream, table_box, length), length, track)
    return track


def _read_track_header(data: bytes, track: Track) -> None:
    shift = 12 if data[:1] == b"\x01" else 0
    if len(data) < 84 + shift:
        return
    track.id = int.from_bytes(data[12 + shift // 12 * 8 : 16 + shift // 12 * 8], "big")
    a, b, _, c, d = struct.unpack(">iiiii", data[40 + shift : 60 + shift])
    width, height = struct.unpack(">II", data[76 + shift : 84 + shift])
    track.width, track.height = width >> 16, height >> 16
    # The matrix is a rotation in 16.16 fixed point: (a b; c d) = (cos sin; -sin cos).
    if abs(b) > abs(a):
        track.rotation = 90 if b > 0 else 270
        track.width, track.height = track.height, track.width
    elif a < 0 and d < 0 and not b and not c:
        track.rotation = 180


def _read_sample_table(stream: BinaryIO, boxes: list[Box], length: int, track: Track) -> None:
    description = find(boxes, b"stsd")
    if description:
        entries = children(stream, description, length, skip=8)[:1]
        if entries:
            track.codec = entries[0].kind.decode("latin-1").strip("\0 ")
            if track.handler == "vide" and not (track.width and track.height):
                data = body(stream, entries[0], 28)
                if len(data) == 28:
                    track.width, track.height = struct.unpack(">HH", data[24:28])
    track.end = _samples_end(stream, boxes)


def _samples_end(stream: BinaryIO, boxes: list[Box]) -> int:
    """Return the offset behind the track's furthest chunk: its start plus the sizes of its samples."""
    offsets_box = find(boxes, b"stco") or find(boxes, b"co64")
    if offsets_box is None:
        return 0
    width = 4 if offsets_box.kind == b"stco" else 8
    count = int.from_bytes(body(stream, offsets_box, 8)[4:8], "big")
    count = min(count, _MAX_TABLE, max(0, offsets_box.end - offsets_box.content - 8) // width)
    data = body(stream, offsets_box, 8 + count * width)[8:]
    count = len(data) // width
    if not count:
        return 0
    offsets = struct.unpack(f">{count}{'I' if width == 4 else 'Q'}", data[: count * width])
    furthest: int = max(offsets)
    if furthest != offsets[-1]:
        return furthest
    return furthest + _last_chunk_size(stream, boxes)


def _last_chunk_size(stream: BinaryIO, boxes: list[Box]) -> int:
    per_chunk_box, sizes_box = find(boxes, b"stsc"), find(boxes, b"stsz")
    if per_chunk_box is None or sizes_box is None:
        return 0
    runs = int.from_bytes(body(stream, per_chunk_box, 8)[4:8], "big")
    runs = min(runs, max(0, per_chunk_box.end - per_chunk_box.content - 8) // 12)
    stream.seek(per_chunk_box.content + 8 + 12 * (runs - 1))
    last = stream.read(12) if runs else b""
    head = body(stream, sizes_box, 12)
    if len(last) < 12 or len(head) < 12:
        return 0
    samples = int.from_bytes(last[4:8], "big")
    fixed, total = int.from_bytes(head[4:8], "big"), int.from_bytes(head[8:12], "big")
    samples = min(samples, total)
    if fixed:
        return fixed * samples
    total = min(total, max(0, sizes_box.end - sizes_box.content - 12) // 4)
    samples = min(samples, total, _MAX_TABLE)
    stream.seek(sizes_box.content + 12 + 4 * (total - samples))
    data = stream.read(4 * samples)
    sizes: tuple[int, ...] = struct.unpack(f">{len(data) // 4}I", data[: len(data) // 4 * 4])
    return sum(sizes)


def _read_fragments(stream: BinaryIO, top: list[Box], length: int, movie: Movie) -> None:
    """Add up the durations of a fragmented movie's runs, track by track."""
    by_id = {track.id: track for track in movie.tracks}
    ticks: dict[int, int] = {}
    fragments = [box for box in top if box.kind == b"moof"][:_MAX_FRAGMENTS]
    for fragment in fragments:
        for box in children(stream, fragment, length):
            if box.kind == b"traf":
                track_id, duration = _fragment_ticks(stream, children(stream, box, length), by_id)
                ticks[track_id] = ticks.get(track_id, 0) + duration
    for track_id, total in ticks.items():
        track = by_id.get(track_id)
        if track and track.timescale:
            track.duration = max(track.duration, total / track.timescale)
    movie.has_mdat = movie.has_mdat and bool(fragments)


def _fragment_ticks(stream: BinaryIO, boxes: list[Box], by_id: dict[int, Track]) -> tuple[int, int]:
    header = find(boxes, b"tfhd")
    data = body(stream, header, 40) if header else b""
    if len(data) < 8:
        return 0, 0
    flags, track_id = int.from_bytes(data[1:4], "big"), int.from_bytes(data[4:8], "big")
    each = by_id[track_id].default_sample_duration if track_id in by_id else 0
    if flags & 0x8:
        position = 8 + (8 if flags & 0x1 else 0) + (4 if flags & 0x2 else 0)
        each = int.from_bytes(data[position : position + 4], "big")
    return track_id, sum(_run_ticks(stream, box, each) for box in boxes if box.kind == b"trun")


def _run_ticks(stream: BinaryIO, run: Box, each: int) -> int:
    head = body(stream, run, 8)
    if len(head) < 8:
        return 0
    flags, count = int.from_bytes(head[1:4], "big"), int.from_bytes(head[4:8], "big")
    if not flags & 0x100:
        return each * min(count, _MAX_TABLE)
    position = 8 + (4 if flags & 0x1 else 0) + (4 if flags & 0x4 else 0)
    step = 4 * sum(bool(flags & bit) for bit in (0x100, 0x200, 0x400, 0x800))
    count = min(count, _MAX_TABLE, max(0, run.end - run.content - position) // step)
    data = body(stream, run, position + count * step)[position:]
    return sum(int.from_bytes(data[i : i + 4], "big") for i in range(0, len(data) - 3, step))
