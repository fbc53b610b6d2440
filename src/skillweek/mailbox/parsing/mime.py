"""A mail's structure read from its file: parts are ranges of bytes, decoded in a stream, never held whole (C8).

The standard library's parser keeps several copies of a mail in memory; a mail of 40 MB is usual here.
"""

from __future__ import annotations

import binascii
import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from skillweek.mailbox.parsing.headers import parameters_of, words_of

_CHUNK: Final = 512 * 1024
_HEADER_BYTES: Final = 512 * 1024
_DEPTH: Final = 12
_PARTS: Final = 2000
_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))


@dataclass
class Headers:
    """Header lines in their order: (name in lower case, raw value, still folded)."""

    lines: list[tuple[str, bytes]] = field(default_factory=list)

    def raw(self, name: str) -> bytes:
        """The first value as it stands, ``b""`` when there is none."""
        return next((value for key, value in self.lines if key == name), b"")

    def all(self, name: str) -> list[bytes]:
        """Every value of the name, the topmost first."""
        return [value for key, value in self.lines if key == name]

    def text(self, name: str) -> str:
        """The first value as text on one line."""
        return words_of(self.raw(name))


@dataclass
class Entity:
    """One part: ``start`` to ``end`` are its body's bytes in the file."""

    headers: Headers
    start: int
    end: int
    type: str = "text/plain"
    parameters: dict[str, str] = field(default_factory=dict)
    parts: list[Entity] = field(default_factory=list)

    @property
    def disposition(self) -> tuple[str, dict[str, str]]:
        """(``attachment``, ``inline`` or ``""``, parameters)."""
        return parameters_of(self.headers.raw("content-disposition"))

    @property
    def filename(self) -> str:
        """What the sender called it, ``""`` when nothing is said."""
        return self.disposition[1].get("filename") or self.parameters.get("name", "")

    @property
    def encoding(self) -> str:
        """The transfer encoding, in lower case."""
        return self.headers.raw("content-transfer-encoding").strip().lower().decode("ascii", "ignore")

    @property
    def content_id(self) -> str:
        """The Content-ID without brackets."""
        return self.headers.raw("content-id").strip().strip(b"<>").decode("ascii", "ignore")


class MailFile:
    """A mail on disk; a context manager. ``root`` is its outermost part."""

    def __init__(self, path: Path) -> None:
        self._stream = path.open("rb")
        size = path.stat().st_size
        self._data: mmap.mmap | bytes = mmap.mmap(self._stream.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
        self._count = 0
        self.root = self._entity(_past_mbox_line(self._data), size, 0)

    def __enter__(self) -> MailFile:
        return self

    def __exit__(self, *_error: object) -> None:
        if isinstance(self._data, mmap.mmap):
            self._data.close()
        self._stream.close()

    def content(self, entity: Entity) -> Iterator[bytes]:
        """The part's body decoded, in pieces. Damaged encodings give what can be read."""
        match entity.encoding:
            case "base64":
                return _base64(self._raw(entity))
            case "quoted-printable":
                return (binascii.a2b_qp(block) for block in _whole_lines(self._raw(entity)))
            case "x-uuencode" | "uuencode" | "x-uue":
                return _uuencoded(self._raw(entity))
            case _:
                return self._raw(entity)

    def _raw(self, entity: Entity) -> Iterator[bytes]:
        for start in range(entity.start, entity.end, _CHUNK):
            yield self._data[start : min(start + _CHUNK, entity.end)]

    def _entity(self, start: int, end: int, depth: int, default: str = "text/plain") -> Entity:
        self._count += 1
        headers, body = self._headers(start, end)
        kind, parameters = parameters_of(headers.raw("content-type"))
        entity = Entity(headers, body, end, kind if "/" in kind else default, parameters)
        if depth >= _DEPTH:
            return entity
        if entity.type.startswith("multipart/"):
            inner = "message/rfc822" if entity.type == "multipart/digest" else "text/plain"
            entity.parts = [
                self._entity(first, last, depth + 1, inner)
                for first, last in self._ranges(entity)
                if self._count < _PARTS
            ]
            if not entity.parts:
                entity.type = "text/plain"
        elif entity.type == "message/rfc822" and entity.encoding not in ("base64", "quoted-printable"):
            entity.parts = [self._entity(body, end, depth + 1)]
        return entity

    def _headers(self, start: int, end: int) -> tuple[Headers, int]:
        block = self._data[start : min(end, start + _HEADER_BYTES)]
        if block[:1] == b"\n" or block[:2] == b"\r\n":
            return Headers(), start + (1 if block[:1] == b"\n" else 2)
        found = _END_OF_HEADERS.search(block)
        raw, body = (block[: found.start()], start + found.end()) if found else (block, min(end, start + len(block)))
        lines: list[tuple[str, bytes]] = []
        for line in re.split(rb"\r?\n", raw):
            if line[:1] in (b" ", b"\t"):
                if lines:
                    lines[-1] = (lines[-1][0], lines[-1][1] + b"\r\n" + line)
                continue
            name, colon, value = line.partition(b":")
            if colon and name and b" " not in name.strip():
                lines.append((name.strip().lower().decode("ascii", "ignore"), value.strip()))
        return Headers(lines), body

    def _ranges(self, entity: Entity) -> Iterator[tuple[int, int]]:
        """Where the parts of a multipart begin and end; a missing last line ends with the whole."""
        boundary = entity.parameters.get("boundary", "").encode("utf-8", "ignore")
        if not boundary:
            return
        mark, begin = b"--" + boundary, -1
        at = self._data.find(mark, entity.start, entity.end)
        while at >= 0:
            line_end = self._data.find(b"\n", at, entity.end)
            line_end = entity.end if line_end < 0 else line_end + 1
            rest = self._data[at + len(mark) : line_end].strip()
            fits = (at == entity.start or self._data[at - 1 : at] == b"\n") and rest in (b"", b"--")
            if fits:
                if begin >= 0:
                    yield begin, max(begin, _before_line_end(self._data, at))
                begin = line_end
                if rest == b"--":
                    return
            at = self._data.find(mark, at + len(mark), entity.end)
        if 0 <= begin < entity.end:
            yield begin, entity.end


def _past_mbox_line(data: mmap.mmap | bytes) -> int:
    if data[:5] == b"From ":
        return data.find(b"\n", 0, 1000) + 1
    return 0


def _before_line_end(data: mmap.mmap | bytes, at: int) -> int:
    """The line break in front of a boundary belongs to the boundary."""
    if data[at - 1 : at] == b"\n":
        at -= 1
        if data[at - 1 : at] == b"\r":
            at -= 1
    return at


def _whole_lines(blocks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for block in blocks:
        head, newline, rest = (rest + block).rpartition(b"\n")
        yield head + newline
    yield rest


def _base64(blocks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for block in blocks:
        rest += block.translate(None, _BASE64)
        while b"=" in rest:  # the end, or pieces put one behind the other
            head, _sign, rest = rest.partition(b"=")
            yield _quads(head)
            rest = rest.lstrip(b"=")
        usable = len(rest) - len(rest) % 4
        yield binascii.a2b_base64(rest[:usable])
        rest = rest[usable:]
    yield _quads(rest)


def _quads(letters: bytes) -> bytes:
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def _uuencoded(blocks: Iterator[bytes]) -> Iterator[bytes]:
    for lines in _whole_lines(blocks):
        for line in lines.splitlines():
            if not line or line.startswith((b"begin ", b"end", b"`")):
                continue
            try:
                yield binascii.a2b_uu(line)
            except binascii.Error:
                continue
