"""Videos: probe by structure, decode a sample, poster, judge (C4, C14)."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .facts import VideoFacts
from .findings import Finding
from .messages import MB, format_size, make_finding, size_unit
from .mp4 import read_movie
from .rules import VideoRules
from .sniff import claimed_format, sniff_path
from .wording import format_label

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame

_ISO_FORMATS: Final = frozenset({"mp4", "mov", "3gp", "m4a"})
#: Sample entry codes by what phones' owners know them as.
_CODEC_NAMES: Final = {
    "avc1": "H.264", "avc3": "H.264", "hvc1": "H.265", "hev1": "H.265", "av01": "AV1", "vp08": "VP8", "vp09": "VP9",
    "mp4v": "MPEG-4", "apcn": "ProRes", "apch": "ProRes", "apcs": "ProRes", "ap4h": "ProRes", "jpeg": "Motion JPEG",
    "mjpa": "Motion JPEG",
}  # fmt: skip
#: Where the full pass looks, as parts of the whole length, and how many frames it decodes at each place.
_SAMPLE_PLACES: Final = (0.0, 0.5, 0.9)
_SAMPLE_FRAMES: Final = 12
_POSTER_SIDE: Final = 1280
#: Frames larger than this are not decoded (8K is 33 million).
_MAX_FRAME_PIXELS: Final = 40_000_000


def probe_video(path: Path, name: str = "") -> VideoFacts:
    """Return what the boxes of the video at ``path`` tell; nothing is decoded (about a millisecond for any size).

    ``name`` is what its owner called it, ``path``'s name by default. Raises OSError when it cannot be read; bad
    content shows in the facts.
    """
    name = name or path.name
    size = path.stat().st_size
    kind = sniff_path(path)
    if kind not in _ISO_FORMATS:
        return VideoFacts(name=name, bytes=size, format=kind)
    with path.open("rb") as stream:
        movie = read_movie(stream, size)
    picture, sound = movie.first("vide"), movie.first("soun")
    return VideoFacts(
        name=name,
        bytes=size,
        format=kind,
        width=picture.width if picture else 0,
        height=picture.height if picture else 0,
        rotation=picture.rotation if picture else 0,
        duration=round(movie.duration, 3),
        video_codec=picture.codec if picture else "",
        audio_codec=sound.codec if sound else "",
        has_video=picture is not None,
        has_audio=sound is not None,
        brand=movie.brand,
        has_moov=movie.has_moov,
        fragmented=movie.fragmented,
        fast_start=movie.fast_start,
        complete=movie.has_moov and movie.has_mdat and movie.expected <= size,
        expected_bytes=max(movie.expected, size),
    )


def decode_video(path: Path, facts: VideoFacts) -> VideoFacts:
    """Return ``facts`` with ``decodable`` set by decoding frames at the beginning, the middle and near the end.

    A sample, not all: decoding every frame of 200 MB takes minutes. Frames beyond 8K are not decoded (None).
    """
    if facts.width * facts.height > _MAX_FRAME_PIXELS or facts.format not in _ISO_FORMATS:
        return facts
    import av

    try:
        with av.open(str(path), format="mov", timeout=30) as container:
            good = bool(container.streams.video) and all(_decodes_at(container, place) for place in _SAMPLE_PLACES)
    except (av.FFmpegError, ValueError, OverflowError):
        good = False
    return replace(facts, decodable=good)


def _decodes_at(container: InputContainer, place: float) -> bool:
    if container.duration:
        container.seek(int(container.duration * place))
    frames = list(islice(container.decode(container.streams.video[0]), _SAMPLE_FRAMES))
    return bool(frames) and not all(frame.is_corrupt for frame in frames)


def video_poster(path: Path, out: Path) -> bool:
    """Write a JPEG still from the first third of the video to ``out``, upright, at most 1280 px; return success."""
    import av

    try:
        with av.open(str(path), format="mov", timeout=30) as container:
            stream = container.streams.video[0]
            if stream.codec_context.width * stream.codec_context.height > _MAX_FRAME_PIXELS:
                return False
            if container.duration:
                container.seek(container.duration // 3)
            frame = next(container.decode(stream), None)
            if frame is None:
                return False
            _save_upright(frame, out)
    except (av.FFmpegError, ValueError, OverflowError, IndexError, OSError):
        return False
    return True


def _save_upright(frame: VideoFrame, out: Path) -> None:
    image: Any = frame.to_image()  # type: ignore[no-untyped-call]
    if frame.rotation:
        image = image.rotate(frame.rotation, expand=True)
    image.thumbnail((_POSTER_SIDE, _POSTER_SIDE))
    image.save(out, "JPEG", quality=85)


def judge_video(facts: VideoFacts, rules: VideoRules, subject: str = "") -> list[Finding]:
    """Return the findings on a video by an edition's rules (C4, C14)."""
    subject = subject or facts.name
    if facts.bytes == 0:
        return [make_finding("file.empty", subject)]
    findings = _judge_type(facts, subject)
    if facts.bytes > rules.max_bytes:
        unit = size_unit(rules.max_bytes)
        value, limit = format_size(facts.bytes, unit, "up"), format_size(rules.max_bytes, unit, "up")
        findings.append(make_finding("video.size", subject, value=value, limit=limit))
    if facts.format in _ISO_FORMATS:
        findings += _judge_structure(facts, subject)
        if facts.has_moov:
            findings += _judge_picture(facts, rules, subject)
    return findings


def _judge_type(facts: VideoFacts, subject: str) -> list[Finding]:
    claimed = claimed_format(facts.name)
    if facts.format == "mp4":
        return [] if claimed == "mp4" else [make_finding("video.extension", subject)]
    value = format_label(facts.format)
    english: dict[str, Any] = {"value": format_label(facts.format, english=True)}
    code = "video.false_type" if claimed and claimed != facts.format else "video.format"
    ending = facts.name.rsplit(".", 1)[-1]
    return [make_finding(code, subject, value=value, claimed=ending, english=english)]


def _judge_structure(facts: VideoFacts, subject: str) -> list[Finding]:
    if not facts.has_moov:
        return [make_finding("video.no_moov", subject)]
    if not facts.complete and facts.expected_bytes > facts.bytes:
        value, limit = format_size(facts.bytes, MB, "down"), format_size(facts.expected_bytes, MB, "up")
        return [make_finding("video.truncated", subject, value=value, limit=limit)]
    if facts.decodable is False or not facts.complete:
        return [make_finding("video.damaged", subject)]
    return [] if facts.fast_start else [make_finding("video.fast_start", subject)]


def _judge_picture(facts: VideoFacts, rules: VideoRules, subject: str) -> list[Finding]:
    if not facts.has_video:
        return [make_finding("video.no_video", subject)]
    findings = []
    if facts.duration <= 0:
        findings.append(make_finding("video.duration", subject))
    if facts.video_codec not in rules.codecs:
        value, value_en = _codec_names(facts.video_codec)
        findings.append(make_finding("video.codec", subject, value=value, english={"value": value_en}))
    short, long = sorted((facts.width, facts.height))
    advised_short, advised_long = sorted((rules.advised_width, rules.advised_height))
    size: dict[str, Any] = {"width": facts.width, "height": facts.height}
    if short < rules.min_short_side:
        findings.append(make_finding("video.short_side", subject, value=short, limit=rules.min_short_side, **size))
    elif short < advised_short or long < advised_long:
        limit = f"{rules.advised_width}×{rules.advised_height}"
        findings.append(make_finding("video.advised", subject, limit=limit, **size))
    return findings


def _codec_names(code: str) -> tuple[str, str]:
    if code == "encv":
        return "加密视频", "encrypted video"
    if not code:
        return "未知编码", "unknown"
    name = _CODEC_NAMES.get(code, code)
    return name, name
