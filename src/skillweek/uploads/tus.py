"""tus 1.0 on the wire: reading its headers and the request's body. No state, no database.

https://tus.io/protocols/resumable-upload — core, creation, creation-with-upload, termination, checksum, expiration.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

from skillweek.core.errors import DomainError

if TYPE_CHECKING:
    from hashlib import _Hash

VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,creation-with-upload,termination,checksum,expiration"
ALGORITHMS: Final = ("sha256", "sha1")
CONTENT_TYPE: Final = "application/offset+octet-stream"
_NUMBER = re.compile(r"[0-9]{1,18}")
_METADATA_LENGTH: Final = 16 * 1024


class Malformed(DomainError):
    """The request does not follow the protocol."""

    code = "malformed"


class ChecksumMismatch(DomainError):
    """The chunk is not what its sender hashed."""

    status = 460
    code = "checksum_mismatch"


@dataclass(frozen=True)
class Announcement:
    """What a creation request says: see ``docs/developer/uploads.md``. Ids are unchecked."""

    name: str
    kind: str
    organisation: int
    edition: int
    size: int
    purpose: dict[str, Any]


def number(request: HttpRequest, header: str) -> int:
    """A header's whole, non-negative number. Raises Malformed."""
    text = request.headers.get(header, "")
    if not _NUMBER.fullmatch(text):
        raise Malformed(_("上传请求不完整（%(header)s）。请刷新页面后再试。") % {"header": header})
    return int(text)


def announcement(request: HttpRequest) -> Announcement:
    """Read ``Upload-Length`` and ``Upload-Metadata`` of a creation. Raises Malformed."""
    values = _metadata(request.headers.get("Upload-Metadata", ""))
    return announce({**values, "size": number(request, "Upload-Length")})


def announce(values: dict[str, Any]) -> Announcement:
    """Make sense of a creation's values, from tus metadata (all text) or JSON. Raises Malformed."""
    try:
        purpose = values.get("purpose") or {}
        if isinstance(purpose, str):
            purpose = json.loads(purpose)
        if not isinstance(purpose, dict):
            raise ValueError("purpose is no object")
        # What no database keeps: NUL, and half an emoji, which raises here.
        if b"\\u0000" in json.dumps(purpose, ensure_ascii=False).encode():
            raise ValueError("purpose")
        size = values["size"]
        if isinstance(size, bool) or not isinstance(size, int) or size < 0:
            raise ValueError("size")
        return Announcement(
            name=str(values.get("name") or values.get("filename") or ""),
            kind=str(values.get("kind", "")),
            organisation=_id(values["organisation"]),
            edition=_id(values["edition"]),
            size=size,
            purpose=purpose,
        )
    except (KeyError, ValueError, TypeError, RecursionError) as error:
        raise Malformed(_("上传请求不完整。请刷新页面后再试。")) from error


def _id(value: Any) -> int:
    if isinstance(value, bool) or not _NUMBER.fullmatch(str(value)):
        raise ValueError("id")
    return int(value)


def _metadata(header: str) -> dict[str, Any]:
    if len(header) > _METADATA_LENGTH:
        raise Malformed(_("上传请求过长。请缩短文件名后再试。"))
    values: dict[str, Any] = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        key, _space, value = pair.partition(" ")
        try:
            values[key] = base64.b64decode(value, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise Malformed(_("上传请求不完整。请刷新页面后再试。")) from error
    values.pop("size", None)
    return values


@dataclass(frozen=True)
class Checksum:
    """``Upload-Checksum``: a running hash and what it must come to."""

    running: _Hash
    expected: bytes

    def verify(self) -> None:
        """Raises ChecksumMismatch."""
        if self.running.digest() != self.expected:
            raise ChecksumMismatch(_("这一段数据在传输中损坏，正在重传。"))


def checksum(request: HttpRequest) -> Checksum | None:
    """The checksum of this request's chunk, if it names one. Raises Malformed for an unknown algorithm."""
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None
    algorithm, _space, value = header.partition(" ")
    try:
        expected = base64.b64decode(value, validate=True)
    except binascii.Error:
        expected = b""
    if algorithm not in ALGORITHMS or not expected:
        raise Malformed(_("不支持的校验方式。"))
    return Checksum(hashlib.new(algorithm, usedforsecurity=False), expected)
