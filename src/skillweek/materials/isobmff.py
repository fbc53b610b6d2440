"""ISO base media files (mp4, mov, heic) box by box (C4).

Only headers are read; contents are skipped by seeking, so a 200 MB video costs a few reads. Sizes in the file are
never trusted: a box that claims to reach beyond its parent is cut there (and remembered as such), a box smaller than
its own header ends the walk, and the number of boxes is bounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

#: No real file comes near: films of hours in fragments of a second have some ten thousand boxes.
MAX_BOXES: Final = 200_000


@dataclass(frozen=True, slots=True)
class Box:
    """One box: four-character ``kind``, where it starts, where its content starts, where it claims to end."""

    kind: bytes
    start: int
    content: int
    end: int


def read_boxes(stream: BinaryIO, start: int, end: int, limit: int = MAX_BOXES) -> list[Box]:
    """Return the boxes that lie one after the other from ``start`` to ``end`` (the last may claim to end later).

    Boxes inside a box are to be read by ``children``, which cuts such claims: without that, nested boxes that all
    claim the rest of the file would make a small file cost hours.
    """
    boxes: list[Box] = []
    offset = start
    while offset + 8 <= end and len(boxes) < limit:
        stream.seek(offset)
        head = stream.read(16)
        if len(head) < 8:
            break
        size, kind, header = int.from_bytes(head[:4], "big"), head[4:8], 8
        if size == 1:
            if len(head) < 16:
                break
            size, header = int.from_bytes(head[8:16], "big"), 16
        elif size == 0:
            size = end - offset
        if size < header:
            break
        boxes.append(Box(kind, offset, offset + header, offset + size))
        offset += size
    return boxes


def find(boxes: Iterable[Box], kind: bytes) -> Box | None:
    """Return the first box of ``kind``, or None."""
    return next((box for box in boxes if box.kind == kind), None)


def children(stream: BinaryIO, parent: Box, length: int, skip: int = 0) -> list[Box]:
    """Return the boxes inside ``parent`` of a file of ``length`` bytes; ``skip`` bytes of content stand before them."""
    end = min(parent.end, length)
    boxes = read_boxes(stream, parent.content + skip, end)
    return [box if box.end <= end else Box(box.kind, box.start, box.content, end) for box in boxes]


def walk(stream: BinaryIO, parent: Box, path: tuple[bytes, ...], length: int, skip: int = 0) -> Iterator[Box]:
    """Yield the boxes found by going down ``path`` from ``parent`` (bounded by the path's length)."""
    boxes = children(stream, parent, length, skip)
    if not path:
        yield from boxes
        return
    for box in boxes:
        if box.kind == path[0]:
            yield from walk(stream, box, path[1:], length)


def body(stream: BinaryIO, box: Box, size: int) -> bytes:
    """Return up to ``size`` bytes from the start of the box's content."""
    stream.seek(box.content)
    return stream.read(max(0, min(size, box.end - box.content)))
