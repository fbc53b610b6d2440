"""Photos: probe by structure, decode in full, judge (C3, C14)."""

from __future__ import annotations

import re
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from io import RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from .captions import is_meaningful
from .detail import fineness
from .exif import ExifFacts
from .facts import PhotoFacts
from .findings import Finding
from .jpeg import read_jpeg
from .messages import format_size, make_finding, size_unit
from .pictures import read_picture
from .rules import PhotoRules
from .sniff import FORMATS, HEAD_BYTES, claimed_format, sniff, sniff_path
from .wording import format_label, formats_text

if TYPE_CHECKING:
    import pyvips

#: A week's first and last day.
Days = tuple[date, date]
_ARCHIVES: Final = frozenset({"zip", "docx", "xlsx", "pptx", "rar", "7z", "exe", "pdf"})
_TAIL: Final = 64 * 1024 + 22
#: What cameras may leave behind the picture without anyone noticing.
_SMALL_TRAILER: Final = 4096
_MAX_PICTURES: Final = 16
_MESSENGER_NAME = re.compile(r"mmexport|微信图片|wechat|qq图片|tim图片|^wx|钉钉", re.IGNORECASE)
#: Sides that messengers scale to.
_MESSENGER_SIDES: Final = frozenset({720, 960, 1080, 1280, 1440, 1600, 1706, 1920, 2560})
_LOW_QUALITY: Final = 75
#: The one loader of libvips per format.
LOADERS: Final = {
    "jpeg": "jpegload",
    "png": "pngload",
    "webp": "webpload",
    "heic": "heifload",
    "avif": "heifload",
    "gif": "gifload",
    "tiff": "tiffload",
}


def probe_photo(path: Path, name: str = "", opened: BinaryIO | RawIOBase | None = None) -> PhotoFacts:
    """Return what the structure of the picture at ``path`` tells; nothing is decoded (well under 10 ms).

    ``name`` is what its owner called it, ``path``'s name by default. ``opened`` is the file if it is open already, at
    its start. Raises OSError when it cannot be read; bad content shows in the facts.
    """
    name = name or path.name
    size = path.stat().st_size
    kind = sniff_path(path)
    with nullcontext(cast(BinaryIO, opened)) if opened else path.open("rb") as stream:
        if kind == "jpeg":
            return _probe_jpeg(stream, name, size)
        picture = read_picture(stream, kind, size)
        trailing, trailing_bytes = _trailing(stream, picture.end, size) if picture.complete else ("", 0)
    return _facts(
        picture.exif, picture.width, picture.height,
        name=name, bytes=size, format=kind, complete=picture.complete,
        trailing=trailing, trailing_bytes=trailing_bytes,
    )  # fmt: skip


def _probe_jpeg(stream: BinaryIO, name: str, size: int) -> PhotoFacts:
    jpeg = read_jpeg(stream)
    trailing, trailing_bytes = "", 0
    multi = jpeg.multi_picture
    if jpeg.complete and jpeg.end < size:
        end, more = _further_pictures(stream, jpeg.end, size)
        multi = multi or more
        trailing, trailing_bytes = _trailing(stream, end, size)
    return _facts(
        jpeg.exif, jpeg.width, jpeg.height,
        name=name, bytes=size, format="jpeg", complete=jpeg.complete, blank=jpeg.blank, quality=jpeg.quality,
        progressive=jpeg.progressive, multi_picture=multi, trailing=trailing, trailing_bytes=trailing_bytes,
    )  # fmt: skip


def _facts(exif: ExifFacts | None, width: int, height: int, **more: Any) -> PhotoFacts:
    orientation = exif.orientation if exif else 1
    if orientation >= 5:
        width, height = height, width
    return PhotoFacts(
        width=width,
        height=height,
        orientation=orientation,
        has_exif=exif is not None,
        has_gps=bool(exif and exif.has_gps),
        camera=exif.camera if exif else "",
        software=exif.software if exif else "",
        taken_at=exif.taken_at if exif else "",
        **more,
    )


def _further_pictures(stream: BinaryIO, offset: int, size: int) -> tuple[int, bool]:
    """Skip complete JPEGs behind the first (multi-picture format, gain maps); return the new end and whether any."""
    found = False
    for _ in range(_MAX_PICTURES):
        stream.seek(offset)
        gap = stream.read(_SMALL_TRAILER)
        zeros = len(gap) - len(gap.lstrip(b"\0"))
        if gap[zeros : zeros + 3] != b"\xff\xd8\xff":
            break
        stream.seek(offset + zeros)
        further = read_jpeg(stream)
        if not further.complete:
            break
        found = True
        offset += zeros + further.end
    return min(offset, size), found


def _trailing(stream: BinaryIO, end: int, size: int) -> tuple[str, int]:
    """Name what stands behind the picture's ``end``: (name as in ``PhotoFacts.trailing``, bytes)."""
    length = size - end
    if not end or length <= 0:
        return "", 0
    stream.seek(end)
    head = stream.read(HEAD_BYTES)
    stream.seek(max(end, size - _TAIL))
    tail = stream.read(_TAIL)
    kind = sniff(head, tail)
    if kind in _ARCHIVES:
        return kind, length
    if b"PK\x05\x06" in tail and length > 22:
        return "zip", length
    if not head.strip(b"\0"):
        return "padding", length
    if kind in ("mp4", "mov") or b"MotionPhoto" in head or b"MotionPhoto" in tail:
        return "motion", length
    if tail.endswith(b"SEFT") or length <= _SMALL_TRAILER:
        return "trailer", length
    return "unknown", length


def decode_photo(path: Path, facts: PhotoFacts, max_pixels: int, width: int = 0) -> PhotoFacts:
    """Return ``facts`` with ``decodable`` set by decoding every pixel, stopping at the first damage.

    Where a ``width`` is asked for, and reached, ``fineness`` says whether the picture has the detail of so many pixels.
    A picture above ``max_pixels`` or of a kind without a safe decoder is not opened: ``decodable`` stays None.
    """
    if facts.width * facts.height > max_pixels or facts.format not in LOADERS:
        return facts
    if facts.format == "heic":
        return replace(facts, decodable=_decodes_heic(path, max_pixels))
    import pyvips

    try:
        image = open_vips(path, facts.format)
        if image.width * image.height > max_pixels:
            return facts
        image.avg()
        fine = fineness(open_vips(path, facts.format), width / facts.width) if 0 < width <= facts.width else None
    except pyvips.Error:
        return replace(facts, decodable=False)
    return replace(facts, decodable=True, fineness=None if fine is None else round(fine, 3))


def _decodes_heic(path: Path, max_pixels: int) -> bool | None:
    """Decode by libheif: the wheel's libvips has no HEVC decoder."""
    from pillow_heif import open_heif

    try:
        image = open_heif(path)
        width, height = image.size
        if width * height > max_pixels:
            return None
        return bool(image.data)
    except Exception:  # a stranger's file; the decoder raises what it likes
        return False


def open_vips(path: Path, kind: str) -> pyvips.Image:
    """Open a picture of known format with its one loader, strict about damage. Raises pyvips.Error.

    libvips chooses loaders by itself otherwise, and some (ImageMagick, SVG, PDF) are not for strangers' files.
    """
    import pyvips

    load = getattr(pyvips.Image, LOADERS[kind])
    image: pyvips.Image = load(str(path), access="sequential", fail_on="warning")
    return image


def judge_photo(
    facts: PhotoFacts, caption: str | None, rules: PhotoRules, subject: str = "", days: Days | None = None
) -> list[Finding]:
    """Return the findings on a photo and its caption by an edition's rules (C3, C14).

    ``caption`` None means that captions are not asked about here (the photo of a media coverage item, say). ``days``
    are the week's first and last, for the date that the camera wrote.
    """
    subject = subject or facts.name
    if facts.bytes == 0:
        return [make_finding("file.empty", subject)]
    findings = _judge_type(facts, rules, subject)
    findings += _judge_measures(facts, rules, subject)
    findings += _judge_integrity(facts, subject)
    findings += _judge_honesty(facts, rules, subject, days)
    if caption is not None and rules.caption_required:
        if not caption.strip():
            findings.append(make_finding("photo.caption", subject))
        elif not is_meaningful(caption):
            findings.append(make_finding("photo.caption_empty", subject, value=caption.strip()))
    if _looks_recompressed(facts):
        findings.append(make_finding("photo.recompressed", subject))
    return findings


def _judge_type(facts: PhotoFacts, rules: PhotoRules, subject: str) -> list[Finding]:
    names = [str(name) for name in rules.formats]
    claimed = claimed_format(facts.name)
    ending = facts.name.rsplit(".", 1)[-1]
    value, value_en = format_label(facts.format), format_label(facts.format, english=True)
    if facts.format in names:
        if claimed in ("", facts.format):
            return []
        first = FORMATS[facts.format].extensions[0]
        english: dict[str, Any] = {"value": value_en}
        return [make_finding("photo.extension", subject, value=value, claimed=ending, ending=first, english=english)]
    english = {"value": value_en, "limit": formats_text(names, english=True)}
    code = "photo.false_type" if claimed and claimed != facts.format else "photo.format"
    return [make_finding(code, subject, value=value, claimed=ending, limit=formats_text(names), english=english)]


def _judge_measures(facts: PhotoFacts, rules: PhotoRules, subject: str) -> list[Finding]:
    findings = []
    if 0 < facts.width < rules.min_width:
        findings.append(make_finding("photo.width", subject, value=facts.width, limit=rules.min_width))
    if facts.width * facts.height > rules.max_pixels:
        pixels = facts.width * facts.height
        findings.append(make_finding("photo.pixels", subject, value=pixels, limit=rules.max_pixels))
    for code, limit, fails, rounding in (
        ("photo.size", rules.min_bytes, facts.picture_bytes < rules.min_bytes, "down"),
        ("photo.too_big", rules.max_bytes, facts.bytes > rules.max_bytes, "up"),
    ):
        if fails:
            unit = size_unit(limit)
            size = facts.picture_bytes if code == "photo.size" else facts.bytes
            written = format_size(size, unit, rounding)
            findings.append(make_finding(code, subject, value=written, limit=format_size(limit, unit, rounding)))
    return findings


def _judge_integrity(facts: PhotoFacts, subject: str) -> list[Finding]:
    if facts.format not in LOADERS:
        return []
    if not facts.complete and facts.decodable is not True:
        return [make_finding("photo.truncated", subject)]
    findings = []
    if facts.decodable is False or facts.blank:
        findings.append(make_finding("photo.damaged", subject))
    if facts.trailing in FORMATS and facts.trailing in _ARCHIVES:
        english: dict[str, Any] = {"value": format_label(facts.trailing, english=True)}
        findings.append(make_finding("photo.archive", subject, value=format_label(facts.trailing), english=english))
    elif facts.trailing in ("padding", "unknown") and facts.trailing_bytes > _SMALL_TRAILER:
        written = format_size(facts.trailing_bytes, 1_000_000, "up")
        findings.append(make_finding("photo.appended", subject, value=written))
    return findings


def _judge_honesty(facts: PhotoFacts, rules: PhotoRules, subject: str, days: Days | None) -> list[Finding]:
    """What only a person can decide: enlarged or out of focus; taken on another day (C14)."""
    findings = []
    if facts.fineness is not None and facts.fineness < rules.min_fineness:
        findings.append(make_finding("photo.enlarged", subject, value=facts.width))
    taken = facts.taken_at[:10]
    if days and rules.taken_in_week and taken and not days[0].isoformat() <= taken <= days[1].isoformat():
        findings.append(make_finding("photo.taken_at", subject, value=taken, first=days[0], last=days[1]))
    return findings


def _looks_recompressed(facts: PhotoFacts) -> bool:
    """Whether the photo looks like what a messenger passes on: no camera data, and its usual sizes or quality."""
    if facts.format != "jpeg" or facts.camera or facts.taken_at:
        return False
    sides = {facts.width, facts.height}
    typical = bool(sides & _MESSENGER_SIDES) or (facts.quality or 100) <= _LOW_QUALITY
    return typical or bool(_MESSENGER_NAME.search(facts.name))
