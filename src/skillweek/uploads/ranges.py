"""Sending a local file whole or in part. Phones ask for videos by ranges, and Safari plays none without (C4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

_BLOCK: Final = 256 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def ranged_response(request: HttpRequest, path: str, etag: str) -> HttpResponseBase:
    """The file at ``path``: 206 for one satisfiable range, 416 for one outside, else 200 with everything.

    Several ranges at once are answered whole, which the standard allows. The caller sets type, disposition and
    caching. Raises FileNotFoundError.
    """
    stream = Path(path).open("rb")  # noqa: SIM115 (the response closes it)
    size = Path(path).stat().st_size
    wanted = _wanted(request, size, etag)
    if wanted is None:
        whole = FileResponse(stream)
        whole["Content-Length"] = str(size)
        whole["Accept-Ranges"] = "bytes"
        return whole
    first, last = wanted
    if first > last:
        stream.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"})
    stream.seek(first)
    part = StreamingHttpResponse(_Part(stream, last - first + 1), status=206)
    part["Content-Range"] = f"bytes {first}-{last}/{size}"
    part["Content-Length"] = str(last - first + 1)
    part["Accept-Ranges"] = "bytes"
    return part


def _wanted(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """The first and last byte asked for; first > last when there is no such part; None for everything."""
    match = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    condition = request.headers.get("If-Range")
    if match is None or (condition is not None and condition != etag):
        return None
    start, end = match.groups()
    if not start and not end:
        return None
    if not start:
        length = min(int(end), size)
        return (size - length, size - 1) if length else (1, 0)
    first, last = int(start), min(int(end), size - 1) if end else size - 1
    if end and int(end) < first:
        return None
    return (first, last) if first < size else (1, 0)


class _Part:
    """``length`` bytes of an open file in blocks; closes it."""

    def __init__(self, stream: BinaryIO, length: int) -> None:
        self._stream = stream
        self._left = length

    def __iter__(self) -> Iterator[bytes]:
        while self._left > 0 and (block := self._stream.read(min(_BLOCK, self._left))):
            self._left -= len(block)
            yield block

    def close(self) -> None:
        """Called by the response when it has been sent or given up."""
        self._stream.close()
