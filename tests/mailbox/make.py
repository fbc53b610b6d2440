"""Real mails as bytes, as Chinese mail programs write them."""

from __future__ import annotations

import base64
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from skillweek.mailbox.models import InboundMail
from skillweek.notifications.models import Message
from skillweek.reports.models import DailyReport
from tests.materials.make import plain_jpeg

#: The invented edition's zone and days: tests/reports/review/make.
Part = tuple[bytes, bytes]


def photo(number: int = 0) -> bytes:
    """A small real JPEG that keeps the invented edition's rules; another number, other bytes."""
    return plain_jpeg(200 + number, 120)


def heavy_photo(size: int, seed: int = 1) -> bytes:
    """A real JPEG of about ``size`` bytes: what follows its end is noise."""
    return photo() + random.Random(seed).randbytes(size)


def zipped(files: dict[str, bytes], encoding: str = "utf-8") -> bytes:
    """A zip whose names are written in ``encoding``, as Windows in China does with GBK."""
    out = io.BytesIO()
    if encoding == "utf-8":
        with zipfile.ZipFile(out, "w") as archive:
            for name, data in files.items():
                archive.writestr(zipfile.ZipInfo(name, (2031, 3, 3, 8, 0, 0)), data)
        return out.getvalue()
    with _RawNames(out, encoding) as raw:
        for name, data in files.items():
            raw.add(name, data)
    return out.getvalue()


class _RawNames:
    """A zip writer whose names are bytes of any encoding, without the UTF-8 flag."""

    def __init__(self, out: io.BytesIO, encoding: str) -> None:
        self._out, self._encoding, self._rows = out, encoding, []  # type: ignore[var-annotated]

    def __enter__(self) -> _RawNames:
        return self

    def add(self, name: str, data: bytes) -> None:
        raw, crc = name.encode(self._encoding), zlib.crc32(data)
        facts = struct.pack("<HHHHHIII", 20, 0, 0, 0, 33, crc, len(data), len(data))
        self._rows.append((self._out.tell(), raw, facts))
        self._out.write(b"PK\x03\x04" + facts + struct.pack("<HH", len(raw), 0) + raw + data)

    def __exit__(self, *_error: Any) -> None:
        start = self._out.tell()
        for at, raw, facts in self._rows:
            head = b"PK\x01\x02" + struct.pack("<H", 20) + facts
            self._out.write(head + struct.pack("<HHHHHII", len(raw), 0, 0, 0, 0, 0, at) + raw)
        size = self._out.tell() - start
        count = len(self._rows)
        self._out.write(b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, size, start, 0))


def b64(data: bytes) -> bytes:
    """Base64 in lines, as mails carry it."""
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def word(text: str, charset: str = "gb18030", label: str = "GB2312") -> bytes:
    """One encoded word."""
    return f"=?{label}?B?{base64.b64encode(text.encode(charset)).decode()}?=".encode()


def attachment(name: bytes, data: bytes, kind: bytes = b"application/octet-stream", more: bytes = b"") -> bytes:
    """A part with a file; ``name`` is the value of filename as it stands in the header."""
    head = b'Content-Type: %s; name="%s"\r\nContent-Disposition: attachment; filename="%s"\r\n' % (kind, name, name)
    return head + more + b"Content-Transfer-Encoding: base64\r\n\r\n" + b64(data)


def words(text: str, charset: str = "gb18030", label: str = "gb18030", kind: str = "plain") -> bytes:
    """A part with text."""
    head = f'Content-Type: text/{kind}; charset="{label}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return head.encode() + b64(text.encode(charset))


def mail(
    parts: Sequence[bytes],
    *,
    sender: str = "chen@example.org",
    subject: bytes | str = "5月14日活动材料",
    to: str = "week@example.org",
    message_id: str = "1@example.org",
    headers: Iterable[bytes] = (),
    kind: str = "mixed",
    sent: datetime | None = None,
) -> bytes:
    """A mail of these parts; a subject as text becomes an encoded word, bytes stand as they are."""
    shown = word(subject) if isinstance(subject, str) else subject
    lines = [
        *headers,
        b"From: " + word("陈老师") + f" <{sender}>".encode(),
        f"To: {to}".encode(),
        b"Subject: " + shown,
        f"Message-ID: <{message_id}>".encode(),
        *([f"Date: {format_datetime(sent)}".encode()] if sent else []),
        b"MIME-Version: 1.0",
    ]
    if len(parts) == 1 and not parts[0].startswith(b"Content-Disposition"):
        return b"\r\n".join(lines) + b"\r\n" + parts[0]
    boundary = b"----=_NextPart_%08X" % zlib.crc32(b"".join(parts))
    lines.append(b'Content-Type: multipart/%s;\r\n\tboundary="%s"' % (kind.encode(), boundary))
    body = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    return (
        b"\r\n".join(lines)
        + b"\r\n\r\nThis is a multi-part message in MIME format.\r\n"
        + body
        + b"--"
        + boundary
        + b"--\r\n"
    )


def multipart(parts: Sequence[bytes], kind: str, boundary: str) -> bytes:
    """Parts as one part."""
    mark = boundary.encode()
    head = b'Content-Type: multipart/%s; boundary="%s"\r\n\r\n' % (kind.encode(), mark)
    return head + b"".join(b"--" + mark + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + mark + b"--\r\n"


def tnef(files: dict[str, bytes], *, body: str = "") -> bytes:
    """A winmail.dat: long names in Unicode, short ones in GBK, as Outlook in China writes it."""
    out = struct.pack("<IH", 0x223E9F78, 1)
    out += _attribute(0x00069007, struct.pack("<II", 936, 0), 1)
    if body:
        out += _attribute(0x00069003, _properties([(0x1000001E, body.encode("gbk") + b"\0")]), 1)
    for name, data in files.items():
        out += _attribute(0x00069002, b"\0" * 14)
        out += _attribute(0x00018010, name.encode("gbk") + b"\0")
        out += _attribute(0x0006800F, data)
        named = [(0x00000003, None), (0x3707001F, (name + "\0").encode("utf-16-le"))]
        out += _attribute(0x00069005, _properties(named))
    return out


def _attribute(name: int, data: bytes, level: int = 2) -> bytes:
    return struct.pack("<BII", level, name, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def _properties(rows: list[tuple[int, bytes | None]]) -> bytes:
    out = struct.pack("<I", len(rows))
    for tag, data in rows:
        out += struct.pack("<HH", tag & 0xFFFF, tag >> 16)
        out += (
            struct.pack("<I", 7)
            if data is None
            else (struct.pack("<II", 1, len(data)) + data + b"\0" * (-len(data) % 4))
        )
    return out


Receive = Callable[..., InboundMail]
#: What our mail server says of a mail that is what it claims.
PROOF = b"Authentication-Results: mx.example.org; dkim=pass header.d=example.org"
PHOTO = attachment(word("学生茶艺展示.jpg"), photo())


def answers_sent() -> list[Message]:
    """The answers to mails, oldest first."""
    return list(Message.objects.filter(audience="contact").order_by("pk"))


def kinds_sent() -> list[str]:
    """Their kinds."""
    return [message.kind for message in answers_sent()]


def items_of(report: DailyReport) -> list[tuple[str, str]]:
    """Kind and caption of what the report holds."""
    return [
        (item.kind, item.caption or item.title) for item in report.items.filter(removed_at=None).order_by("kind", "pk")
    ]
