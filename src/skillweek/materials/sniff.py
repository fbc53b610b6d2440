"""What a file is, by its content and never by its name (C3, C4, C14)."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .findings import Kind

#: How many bytes from the front ``sniff`` wants to see.
HEAD_BYTES: Final = 4096
_TAIL_BYTES: Final = 128 * 1024


@dataclass(frozen=True, slots=True)
class Format:
    """One file format the judge can name.

    ``magic`` holds alternatives; an alternative is a tuple of (offset, bytes) that must all be there.
    """

    name: str
    kind: Kind
    label: str
    label_en: str
    mime: str
    extensions: tuple[str, ...]
    magic: tuple[tuple[tuple[int, bytes], ...], ...] = ()


def _at(offset: int, *options: bytes) -> tuple[tuple[tuple[int, bytes], ...], ...]:
    return tuple(((offset, option),) for option in options)


def _ftyp(*brands: bytes) -> tuple[tuple[tuple[int, bytes], ...], ...]:
    return tuple(((4, b"ftyp"), (8, brand)) for brand in brands)


def _riff(kind: bytes) -> tuple[tuple[tuple[int, bytes], ...], ...]:
    return (((0, b"RIFF"), (8, kind)),)


_MP4 = "video/mp4"
_OOXML = "application/vnd.openxmlformats-officedocument."
# fmt: off
#: In order: the first that matches names the file, so the particular stands before the general.
FORMATS: Final[dict[str, Format]] = {
    entry.name: entry
    for entry in (
        Format("jpeg", Kind.PHOTO, "JPG 图片", "JPEG picture", "image/jpeg", ("jpg", "jpeg", "jpe", "mpo"),
               _at(0, b"\xff\xd8\xff")),
        Format("png", Kind.PHOTO, "PNG 图片", "PNG picture", "image/png", ("png",), _at(0, b"\x89PNG\r\n\x1a\n")),
        Format("webp", Kind.PHOTO, "WebP 图片", "WebP picture", "image/webp", ("webp",), _riff(b"WEBP")),
        Format("avif", Kind.PHOTO, "AVIF 图片", "AVIF picture", "image/avif", ("avif",), _ftyp(b"avif", b"avis")),
        Format("heic", Kind.PHOTO, "HEIC 图片", "HEIC picture", "image/heic", ("heic", "heif", "hif"),
               _ftyp(b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")),
        Format("gif", Kind.PHOTO, "GIF 图片", "GIF picture", "image/gif", ("gif",), _at(0, b"GIF87a", b"GIF89a")),
        Format("bmp", Kind.PHOTO, "BMP 图片", "BMP picture", "image/bmp", ("bmp",), (((0, b"BM"), (6, b"\0\0\0\0")),)),
        Format("tiff", Kind.PHOTO, "TIFF 图片", "TIFF picture", "image/tiff", ("tif", "tiff"),
               _at(0, b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")),
        Format("pdf", Kind.OTHER, "PDF 文档", "PDF document", "application/pdf", ("pdf",), _at(0, b"%PDF-")),
        Format("mov", Kind.VIDEO, "MOV（QuickTime）视频", "QuickTime (MOV) video", "video/quicktime", ("mov", "qt"),
               _ftyp(b"qt  ")),
        Format("3gp", Kind.VIDEO, "3GP 视频", "3GP video", "video/3gpp", ("3gp", "3g2"), _ftyp(b"3gp", b"3g2")),
        Format("m4a", Kind.OTHER, "M4A 音频", "M4A audio", "audio/mp4", ("m4a",), _ftyp(b"M4A ", b"M4B ")),
        Format("mp4", Kind.VIDEO, "MP4 视频", "MP4 video", _MP4, ("mp4", "m4v"), _at(4, b"ftyp")),
        Format("avi", Kind.VIDEO, "AVI 视频", "AVI video", "video/x-msvideo", ("avi",), _riff(b"AVI ")),
        Format("webm", Kind.VIDEO, "WebM 视频", "WebM video", "video/webm", ("webm",)),
        Format("mkv", Kind.VIDEO, "MKV 视频", "Matroska (MKV) video", "video/x-matroska", ("mkv",),
               _at(0, b"\x1a\x45\xdf\xa3")),
        Format("flv", Kind.VIDEO, "FLV 视频", "FLV video", "video/x-flv", ("flv",), _at(0, b"FLV\x01")),
        Format("wmv", Kind.VIDEO, "WMV 视频", "Windows Media (WMV) video", "video/x-ms-wmv", ("wmv", "asf"),
               _at(0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11")),
        Format("mpeg", Kind.VIDEO, "MPEG 视频", "MPEG video", "video/mpeg", ("mpg", "mpeg", "vob", "ts", "mts"),
               (*_at(0, b"\0\0\x01\xba", b"\0\0\x01\xb3"), ((0, b"G"), (188, b"G"), (376, b"G")))),
        Format("docx", Kind.MANUSCRIPT, "Word 文档", "Word document", _OOXML + "wordprocessingml.document", ("docx",)),
        Format("xlsx", Kind.OTHER, "Excel 表格", "Excel workbook", _OOXML + "spreadsheetml.sheet", ("xlsx", "xlsm")),
        Format("pptx", Kind.OTHER, "PowerPoint 演示文稿", "PowerPoint presentation",
               _OOXML + "presentationml.presentation", ("pptx",)),
        Format("zip", Kind.OTHER, "ZIP 压缩包", "ZIP archive", "application/zip", ("zip",),
               _at(0, b"PK\x03\x04", b"PK\x05\x06")),
        Format("rar", Kind.OTHER, "RAR 压缩包", "RAR archive", "application/vnd.rar", ("rar",), _at(0, b"Rar!\x1a")),
        Format("7z", Kind.OTHER, "7z 压缩包", "7z archive", "application/x-7z-compressed", ("7z",),
               _at(0, b"7z\xbc\xaf\x27\x1c")),
        Format("doc", Kind.MANUSCRIPT, "旧版 Office 文档（.doc/.wps/.xls）", "old Office document (.doc/.wps/.xls)",
               "application/msword", ("doc", "wps", "xls", "et", "ppt", "dps"),
               _at(0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
        Format("rtf", Kind.MANUSCRIPT, "RTF 文档", "RTF document", "application/rtf", ("rtf",), _at(0, b"{\\rtf")),
        Format("exe", Kind.OTHER, "程序文件", "program file", "application/octet-stream", ("exe", "dll"),
               (((0, b"MZ"), (3, b"\0")), ((0, b"\x7fELF"),))),
        Format("mp3", Kind.OTHER, "MP3 音频", "MP3 audio", "audio/mpeg", ("mp3",),
               _at(0, b"ID3", b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2", b"\xff\xe3", b"\xff\xe2")),
        Format("wav", Kind.OTHER, "WAV 音频", "WAV audio", "audio/wav", ("wav",), _riff(b"WAVE")),
        Format("html", Kind.OTHER, "网页文件", "web page", "text/html", ("html", "htm", "mht")),
        Format("txt", Kind.MANUSCRIPT, "文本文件", "plain text", "text/plain", ("txt", "md", "markdown", "csv")),
        Format("empty", Kind.OTHER, "空文件（0 字节）", "empty file (0 bytes)", "application/octet-stream", ()),
        Format("unknown", Kind.OTHER, "无法识别的文件", "unknown kind of file", "application/octet-stream", ()),
    )
}
# fmt: on
_PARTS = ((b"word/document.xml", "docx"), (b"xl/workbook.xml", "xlsx"), (b"ppt/presentation.xml", "pptx"))
#: What the first entry of an office file is called, whichever program wrote it.
_OFFICE_PARTS: Final = (
    b"[Content_Types].xml",
    b"_rels/",
    b"docProps/",
    b"word/",
    b"xl/",
    b"ppt/",
    b"customXml/",
    b"mimetype",
)


def claimed_format(name: str) -> str:
    """Return the format that a file's name claims by its ending, or ``""`` when it claims none."""
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    return next((entry.name for entry in FORMATS.values() if ending in entry.extensions), "")


def sniff(head: bytes, tail: bytes = b"") -> str:
    """Return the name (a key of ``FORMATS``) of the format of a file that begins with ``head``. Never raises.

    ``head`` should be the first ``HEAD_BYTES`` bytes, or the whole file if shorter; ``tail`` the end of the file,
    where a zip archive keeps its list of contents and so tells docx, xlsx and pptx apart.
    """
    if not head:
        return "empty"
    for entry in FORMATS.values():
        if any(_matches(head, alternative) for alternative in entry.magic):
            return _refine(entry.name, head, tail)
    if _looks_like_early_quicktime(head):
        return "mov"
    return _sniff_text(head)


def sniff_path(path: Path) -> str:
    """Return the format's name of the file at ``path``. Raises OSError when it cannot be read."""
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
        tail = b""
        if head.startswith(b"PK"):
            length = stream.seek(0, 2)
            stream.seek(max(0, length - _TAIL_BYTES))
            tail = stream.read(_TAIL_BYTES)
    return sniff(head, tail)


def _matches(head: bytes, alternative: Iterable[tuple[int, bytes]]) -> bool:
    return all(head[offset : offset + len(value)] == value for offset, value in alternative)


def _refine(name: str, head: bytes, tail: bytes) -> str:
    if name == "zip":
        return _refine_zip(head, tail)
    if name == "mkv" and b"webm" in head[:64]:
        return "webm"
    if name == "heic" and head[8:12] in (b"mif1", b"msf1") and b"avif" in head[16:64]:
        return "avif"
    return name


def _refine_zip(head: bytes, tail: bytes) -> str:
    """Tell office files from archives by their own list of contents: an archive may hold an office file unpacked."""
    names = _zip_names(tail)
    if names is not None:
        return next((found for part, found in _PARTS if any(name.startswith(part) for name in names)), "zip")
    # Cut off, or a long list: an office file at least begins with one of its own parts.
    length = int.from_bytes(head[26:28], "little")
    if not head[30 : 30 + length].startswith(_OFFICE_PARTS):
        return "zip"
    return next((found for part, found in _PARTS if part in tail or part in head), "zip")


def _zip_names(tail: bytes) -> set[bytes] | None:
    """The names in a zip's directory; None when ``tail`` does not hold all of it."""
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22:
        return None
    count = int.from_bytes(tail[end + 10 : end + 12], "little")
    offset = end - int.from_bytes(tail[end + 12 : end + 16], "little")
    names: set[bytes] = set()
    for _entry in range(count):
        if offset < 0 or tail[offset : offset + 4] != b"PK\x01\x02":
            return None
        lengths = [int.from_bytes(tail[offset + at : offset + at + 2], "little") for at in (28, 30, 32)]
        names.add(tail[offset + 46 : offset + 46 + lengths[0]])
        offset += 46 + sum(lengths)
    return names


def _looks_like_early_quicktime(head: bytes) -> bool:
    """QuickTime files of old cameras begin without ``ftyp``."""
    return head[4:8] in (b"moov", b"mdat", b"wide", b"pnot") and len(head) >= 16


def _sniff_text(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "txt"
    if head.count(0) or sum(byte < 32 and byte not in (9, 10, 12, 13, 27) for byte in head) > len(head) // 100:
        return "unknown"
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(head)
        except UnicodeDecodeError:
            continue
        start = text.lstrip()[:15].lower()
        return "html" if start.startswith(("<!doctype html", "<html")) else "txt"
    return "unknown"
