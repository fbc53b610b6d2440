"""Virus scan by ClamAV's INSTREAM command, when CLAMAV_SOCKET is set."""

from __future__ import annotations

import socket
import struct
from pathlib import Path
from typing import Final

from django.conf import settings

_CHUNK: Final = 256 * 1024
_SECONDS: Final = 120


class ScanFailed(Exception):
    """The scanner could not be asked, or did not understand."""


def scan(path: Path) -> str:
    """Return what the scanner found in the file at ``path``; ``""`` when it is clean or no scanner is set.

    CLAMAV_SOCKET is the path of a Unix socket, or ``host:port``. Raises ScanFailed: an unscanned file is not clean.
    """
    address = settings.CLAMAV_SOCKET
    if not address:
        return ""
    try:
        with _connect(address) as connection, path.open("rb") as stream:
            connection.sendall(b"zINSTREAM\0")
            while block := stream.read(_CHUNK):
                connection.sendall(struct.pack(">I", len(block)) + block)
            connection.sendall(struct.pack(">I", 0))
            answer = b""
            while part := connection.recv(4096):
                answer += part
    except OSError as error:
        raise ScanFailed(str(error)) from error
    text = answer.decode("utf-8", "replace").strip("\0\n ")
    if text.endswith("FOUND"):
        return text.removeprefix("stream:").removesuffix("FOUND").strip() or "?"
    if not text.endswith("OK"):
        raise ScanFailed(text or "no answer")
    return ""


def _connect(address: str) -> socket.socket:
    if "/" in address:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(_SECONDS)
        connection.connect(address)
        return connection
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=_SECONDS)
