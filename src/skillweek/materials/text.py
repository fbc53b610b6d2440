"""Read manuscripts: docx, txt and md, as strangers send them (C2).

A docx is a zip of XML: both are read within bounds (entries, inflated bytes, no entities), so that a zip bomb or an
XML bomb is refused rather than unpacked. Plain text may be UTF-8 with or without mark, UTF-16 with mark, or GB18030.
"""

from __future__ import annotations

import codecs
import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from .sniff import HEAD_BYTES, sniff
from .words import count_words
from .zipsafe import BROKEN_ZIP

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["ManuscriptError", "OldFormatError", "count_words", "decode_text", "read_manuscript", "read_tables"]

MAX_FILE_BYTES: Final = 50 * 1024 * 1024
_MAX_XML_BYTES: Final = 40 * 1024 * 1024
_MAX_RATIO: Final = 200
_MAX_ENTRIES: Final = 5000
_MAX_TEXT: Final = 5_000_000
_MAX_TEXT_FILE: Final = 10 * 1024 * 1024
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: The same in files saved as “Strict Open XML”.
_STRICT: Final = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
#: Written twice in a docx (for old programs) or not part of the text as printed.
_SKIPPED: Final = frozenset({f"{_MC}Fallback", f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}delText"})


class ManuscriptError(ValueError):
    """A manuscript cannot be read; ``args`` are the reason in Chinese and in English."""

    def __init__(self, reason: str, reason_en: str) -> None:
        super().__init__(reason, reason_en)
        self.reason = reason
        self.reason_en = reason_en


class OldFormatError(ManuscriptError):
    """It is an old .doc, .wps or .rtf, which its owner must save as docx."""


def read_manuscript(source: Path | bytes, name: str = "") -> str:
    """Return the text of a docx, txt or md; paragraphs are separated by line breaks.

    Of a docx: body, tables, text boxes, footnotes and endnotes; not headers, comments or deleted text. ``name`` is
    only used to tell a spreadsheet named .csv from a text. Raises ``OldFormatError`` for .doc/.wps/.rtf,
    ``ManuscriptError`` for everything else that is not a readable text.
    """
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > MAX_FILE_BYTES:
        raise ManuscriptError("文件超过 50 MB", "it is larger than 50 MB")
    with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
        stream.seek(max(0, size - 128 * 1024))
        kind = sniff(head, stream.read() if head.startswith(b"PK") else b"")
        stream.seek(0)
        if kind in ("doc", "rtf"):
            raise OldFormatError("这是旧版文档", "it is an old kind of document")
        if kind == "docx":
            return _read_docx(stream)
        if kind == "empty":
            return ""
        if kind not in ("txt", "html"):
            raise ManuscriptError("内容不是文字", "it is not text")
        if size > _MAX_TEXT_FILE:
            raise ManuscriptError("文本超过 10 MB", "the text is larger than 10 MB")
        return decode_text(stream.read())


def decode_text(data: bytes) -> str:
    """Return bytes as text: by byte order mark, else UTF-8, else GB18030. Raises ``ManuscriptError``."""
    marks = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
    marked = [encoding for mark, encoding in marks if data.startswith(mark)]
    for encoding in marked or ["utf-8", "gb18030"]:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ManuscriptError("文字编码无法识别", "its text encoding is unknown")


def read_tables(path: Path) -> list[list[str]]:
    """Return the rows of all tables in a docx's body. Raises ``ManuscriptError``."""
    with path.open("rb") as stream:
        root = _parse(_docx_parts(stream)[0])
    rows = root.iter(f"{_W}tr")
    return [["".join(cell.itertext(f"{_W}t")).strip() for cell in row.iterchildren(f"{_W}tc")] for row in rows]


def _read_docx(stream: BinaryIO) -> str:
    text = "\n".join(_part_text(part) for part in _docx_parts(stream))
    if len(text) > _MAX_TEXT:
        raise ManuscriptError("文字超过五百万字", "it holds more than five million characters")
    return text


def _docx_parts(stream: BinaryIO) -> list[bytes]:
    """Return the XML of a docx's main part, then of its notes."""
    try:
        with zipfile.ZipFile(stream) as archive:
            check_bounds(archive)
            names = set(archive.namelist())
            parts = [_main_part(archive, names)]
            folder = parts[0].rpartition("/")[0]
            parts += [f"{folder}/{note}.xml" for note in ("footnotes", "endnotes") if f"{folder}/{note}.xml" in names]
            return [_read_part(archive, part) for part in parts]
    except ManuscriptError:
        raise
    except BROKEN_ZIP as error:
        encrypted = isinstance(error, RuntimeError) and "password" in str(error)
        reason = ("文件设置了密码", "it has a password") if encrypted else ("文件已损坏", "it is damaged")
        raise ManuscriptError(*reason) from error


def check_bounds(archive: zipfile.ZipFile) -> None:
    """Refuse an office file (a zip) that unpacks to too much. Raises ``ManuscriptError``."""
    entries = archive.infolist()
    if len(entries) > _MAX_ENTRIES:
        raise ManuscriptError("文件内部条目过多", "it holds too many parts")
    for entry in entries:
        if entry.filename.endswith((".xml", ".rels")) and entry.file_size > _MAX_XML_BYTES:
            raise ManuscriptError("文件解压后过大", "it unpacks to too much")
        if entry.file_size > 1024 * 1024 and entry.file_size > _MAX_RATIO * max(1, entry.compress_size):
            raise ManuscriptError("文件像是压缩炸弹，没有打开", "it looks like a zip bomb and was not opened")


def _main_part(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "word/document.xml" in names:
        return "word/document.xml"
    others = sorted(name for name in names if name.startswith("word/document") and name.endswith(".xml"))
    if not others:
        raise ManuscriptError("文件里没有正文", "it holds no main text")
    return others[0]


def _read_part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        data = part.read(_MAX_XML_BYTES + 1)
    if len(data) > _MAX_XML_BYTES:
        raise ManuscriptError("文件解压后过大", "it unpacks to too much")
    return data


def _part_text(data: bytes) -> str:
    pieces: list[str] = []
    _collect(_parse(data), pieces)
    return "".join(pieces).strip("\n")


def _parse(data: bytes) -> _Element:
    from lxml import etree

    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"<\0!\0D\0O\0C\0T" in data:
        raise ManuscriptError("文件含有不安全的定义，没有打开", "it holds unsafe definitions and was not opened")
    data = data.replace(_STRICT, _W[1:-1].encode())
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ManuscriptError("文件已损坏", "it is damaged") from error


def _collect(root: _Element, pieces: list[str]) -> None:
    """Append the text below ``root`` in reading order, without recursion (depth is the file's choice)."""
    from lxml import etree

    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        if event == "start":
            if tag in _SKIPPED or (tag in (f"{_W}footnote", f"{_W}endnote") and element.get(f"{_W}type")):
                walker.skip_subtree()
            elif tag == f"{_W}t":
                pieces.append(element.text or "")
            elif tag in (f"{_W}tab", f"{_W}tc"):
                pieces.append("\t")
            elif tag in (f"{_W}br", f"{_W}cr"):
                pieces.append("\n")
            elif tag == f"{_W}noBreakHyphen":
                pieces.append("-")
        elif tag == f"{_W}p":
            pieces.append("\n")
