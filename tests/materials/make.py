"""Generators of real files for tests, good and hostile. The good ones come from ``skillweek.site.samples``."""

from __future__ import annotations

import io
import struct
import zipfile
from functools import lru_cache
from pathlib import Path

import xlsxwriter
from PIL import Image

from skillweek.site.samples import make_manuscript, make_photo, make_video, sample_text

__all__ = [
    "box",
    "make_docx",
    "make_docx_raw",
    "make_jpeg",
    "make_manuscript",
    "make_mp4",
    "make_photo",
    "make_sheet",
    "make_video",
    "make_zip",
    "plain_jpeg",
    "plain_mp4",
    "sample_text",
]


def make_jpeg(path: Path, width: int = 2400, height: int = 1600, min_bytes: int = 2_100_000, **more: object) -> Path:
    """A drawn JPEG of at least ``min_bytes``; see ``samples.make_photo`` for the rest."""
    return make_photo(path, width=width, height=height, min_bytes=min_bytes, **more)  # type: ignore[arg-type]


def make_mp4(path: Path, width: int = 320, height: int = 240, seconds: float = 1, **more: object) -> Path:
    """A short H.264 mp4; see ``samples.make_video`` for the rest."""
    return make_video(path, width=width, height=height, seconds=seconds, **more)  # type: ignore[arg-type]


def make_docx(path: Path, words: int = 1000, **more: object) -> Path:
    """A docx of ``words`` 字."""
    return make_manuscript(path, words, **more)  # type: ignore[arg-type]


@lru_cache(maxsize=8)
def plain_jpeg(width: int = 64, height: int = 48, kind: str = "JPEG") -> bytes:
    """A tiny valid picture as bytes."""
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(buffer, kind)
    return buffer.getvalue()


@lru_cache(maxsize=8)
def plain_mp4(fast_start: bool = True, fragmented: bool = False) -> bytes:
    """A tiny valid mp4 as bytes."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = make_mp4(Path(folder, "a.mp4"), 160, 120, 1, rate=10, fast_start=fast_start, fragmented=fragmented)
        return path.read_bytes()


def box(kind: bytes, content: bytes = b"", size: int | None = None) -> bytes:
    """One ISO-BMFF box; ``size`` overrides what it claims."""
    return struct.pack(">I", size if size is not None else 8 + len(content)) + kind + content


def make_sheet(path: Path, rows: list[list[str]]) -> Path:
    """An xlsx of text rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text)
    return path


def make_docx_raw(path: Path, document: str, *, extra: dict[str, bytes] | None = None) -> Path:
    """A docx from the XML of its main part."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", document)
        for name, data in (extra or {}).items():
            archive.writestr(name, data)
    return path


def make_zip(path: Path, files: dict[bytes | str, bytes], *, flag_utf8: bool = False) -> Path:
    """A zip whose names are the given bytes as they are; ``flag_utf8`` claims UTF-8 whatever they are."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        names = {f"n{number:08d}".ljust(len(name), "x"): name for number, name in enumerate(map(_raw, files))}
        for (name, _), data in zip(names.items(), files.values(), strict=True):
            archive.writestr(name, data)
    content = path.read_bytes()
    for name, raw in names.items():
        assert len(name) == len(raw), "names must be at least 9 bytes long"
        content = content.replace(name.encode(), raw)
    if flag_utf8:
        content = _set_flags(content)
    path.write_bytes(content)
    return path


def _raw(name: bytes | str) -> bytes:
    return name.encode() if isinstance(name, str) else name


def _set_flags(content: bytes) -> bytes:
    data = bytearray(content)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(signature)
        while start >= 0:
            data[start + offset + 1] |= 0x08
            start = data.find(signature, start + 4)
    return bytes(data)
