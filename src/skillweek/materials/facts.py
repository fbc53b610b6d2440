"""Facts: what probing a file found out, before anything is judged."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar

from .findings import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What is known of any file. ``bytes`` is its size; ``format`` a key of ``sniff.FORMATS``, by content."""

    kind: ClassVar[Kind] = Kind.OTHER
    _hidden: ClassVar[frozenset[str]] = frozenset({"name"})

    #: The name its owner gave it, for comparing with the content; not a path.
    name: str
    bytes: int
    format: str
    #: Why it could not be read, in Chinese and English; empty when it could.
    problem: str = ""
    problem_en: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the facts as JSON data, without what is unknown or empty text."""
        values = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in self._hidden}
        return {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in values.items()
            if value is not None and value != ""
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFacts(FileFacts):
    """A picture. ``width`` and ``height`` are as displayed, after EXIF orientation, in pixels; 0 when unknown."""

    kind: ClassVar[Kind] = Kind.PHOTO

    width: int = 0
    height: int = 0
    orientation: int = 1
    #: The structure reaches its proper end.
    complete: bool = False
    #: The picture data holds a run of zeros, as an interrupted copy leaves it.
    blank: bool = False
    #: None until the full pass has decoded it.
    decodable: bool | None = None
    #: How fine its detail is at the width that is asked for (see ``detail.fineness``); None when nobody can say.
    fineness: float | None = None
    has_exif: bool = False
    has_gps: bool = False
    camera: str = ""
    software: str = ""
    #: ISO 8601 without zone, as cameras write it.
    taken_at: str = ""
    #: Estimated JPEG quality, 1 to 100.
    quality: int | None = None
    progressive: bool = False
    multi_picture: bool = False
    #: Bytes behind the picture's end that are no further picture, and what they are:
    #: ``padding``, ``motion`` (a phone's short film), ``trailer`` (a phone's notes), a format's name, or ``unknown``.
    trailing_bytes: int = 0
    trailing: str = ""

    @property
    def picture_bytes(self) -> int:
        """The size that counts: without what was appended (C14), but with what phones append by themselves."""
        return self.bytes - (self.trailing_bytes if self.trailing not in ("", "motion", "trailer") else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoFacts(FileFacts):
    """A video. ``width`` and ``height`` are as displayed, after rotation; ``duration`` is in seconds."""

    kind: ClassVar[Kind] = Kind.VIDEO

    width: int = 0
    height: int = 0
    rotation: int = 0
    duration: float = 0.0
    #: Sample entry codes of the video and audio tracks, such as ``avc1``.
    video_codec: str = ""
    audio_codec: str = ""
    has_video: bool = False
    has_audio: bool = False
    brand: str = ""
    has_moov: bool = False
    fragmented: bool = False
    fast_start: bool = False
    #: Every box and every sample lies within the file.
    complete: bool = False
    #: The bytes that the structure speaks of; more than ``bytes`` when truncated.
    expected_bytes: int = 0
    decodable: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ManuscriptFacts(FileFacts):
    """A manuscript. ``words`` is 字数 in Word's count; ``text`` what was read."""

    kind: ClassVar[Kind] = Kind.MANUSCRIPT
    _hidden: ClassVar[frozenset[str]] = frozenset({"name", "text"})

    words: int = 0
    text: str = ""
