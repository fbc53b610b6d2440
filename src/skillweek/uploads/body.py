"""Reading a request's body as it arrives, with nothing kept back and nothing copied twice.

Django and gunicorn gather a body into blocks: what has arrived of a block is lost when the server is killed, and every
byte is copied some five times on its way, which costs more than writing and hashing it. So where the server is
gunicorn the socket itself is read, into one buffer. Any other server is read in the ordinary way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.http import HttpRequest
from django.http.request import UnreadablePostError
from gunicorn.http.body import Body, LengthReader
from gunicorn.http.unreader import SocketUnreader

_BUFFER: Final = 512 * 1024
#: Below the size from which the memory of a block is taken from the system and given back each time.
_BLOCK: Final = 64 * 1024
#: A phone that vanished sends no end: after so many seconds of silence what arrived is kept and the writer's place
#: is free again.
_SILENCE_SECONDS: Final = 20


def blocks(request: HttpRequest, length: int) -> Iterator[bytes | memoryview]:
    """The body as it arrives, at most ``length`` bytes. Each block is only good until the next one is asked for.

    Ends early, without an error, when the sender breaks off or falls silent: what arrived counts.
    """
    body = request.META.get("wsgi.input")
    with _patience(request):
        try:
            if isinstance(body, Body) and isinstance(body.reader, LengthReader):
                yield from _from_socket(body, body.reader, length)
            else:
                yield from _from_stream(request, length)
        except (OSError, UnreadablePostError):
            return


def _from_stream(request: HttpRequest, length: int) -> Iterator[bytes]:
    while length > 0 and (block := request.read(min(_BLOCK, length))):
        length -= len(block)
        yield block


def _from_socket(body: Body, reader: LengthReader, length: int) -> Iterator[bytes | memoryview]:
    """Take what gunicorn has read ahead, then read on where it stopped, and let it know how far that was."""
    if not isinstance(reader.unreader, SocketUnreader) or body.buf.tell():
        while length > 0 and (block := body.read(min(_BLOCK, length))):
            length -= len(block)
            yield block
        return
    length = min(length, reader.length)
    ahead = reader.unreader.take_buffered()
    if len(ahead) > length:  # another request follows in the same packet
        reader.unreader.unread(ahead[length:])
        ahead = ahead[:length]
    if ahead:
        reader.length -= len(ahead)
        length -= len(ahead)
        yield ahead
    view = memoryview(bytearray(min(_BUFFER, length)))
    while length > 0:
        count = reader.unreader.sock.recv_into(view[: min(len(view), length)])
        if not count:
            return
        reader.length -= count
        length -= count
        yield view[:count]


@contextmanager
def _patience(request: HttpRequest) -> Iterator[None]:
    """Let reads from gunicorn's socket end after some seconds of silence (behind nginx, nginx does that)."""
    connection = request.META.get("gunicorn.socket")
    if connection is None:
        yield
        return
    before = connection.gettimeout()
    connection.settimeout(_SILENCE_SECONDS)
    try:
        yield
    finally:
        connection.settimeout(before)
