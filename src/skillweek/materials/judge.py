"""The façade: probe a file, judge what was found. Command line and server both come in here.

    facts = probe(path, Kind.PHOTO, name="茶艺展示.jpg")
    findings = judge(facts, rules, caption="茶艺专业学生为居民表演")

``probe`` reads structure only and is quick; ``decode`` adds what only decoding can tell, and belongs into a task.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from .audio import AUDIO_FORMATS, probe_audio
from .facts import FileFacts, ManuscriptFacts, PhotoFacts, VideoFacts
from .findings import Finding, Kind
from .hashing import HashingReader, sha256_of
from .manuscript import judge_manuscript_file, probe_manuscript
from .messages import make_finding
from .photo import Days, decode_photo, judge_photo, probe_photo
from .rules import MaterialRules
from .sniff import FORMATS, sniff_path
from .video import decode_video, judge_video, probe_video
from .wording import format_label

__all__ = ["decode", "judge", "kind_of", "probe", "probe_and_hash", "sha256_of"]

_ARCHIVES: Final = frozenset({"zip", "rar", "7z"})


def kind_of(path: Path) -> Kind:
    """Return the kind of material that a file is by its content. Raises OSError."""
    return FORMATS[sniff_path(path)].kind


def probe(path: Path, kind: Kind | None = None, name: str = "") -> FileFacts:
    """Return the facts of the file at ``path`` as material of ``kind`` (by content when None).

    ``name`` is what its owner called it (an uploaded file is stored under another). A file that is not of the kind
    it was handed in as still has facts, and ``judge`` says what it really is. Raises OSError.
    """
    name = name or path.name
    match kind or kind_of(path):
        case Kind.PHOTO:
            return probe_photo(path, name)
        case Kind.VIDEO:
            return probe_video(path, name)
        case Kind.MANUSCRIPT:
            return probe_manuscript(path, name)
        case _:
            found = sniff_path(path)
            if found in AUDIO_FORMATS:
                return probe_audio(path, name, found)
            return FileFacts(name=name, bytes=path.stat().st_size, format=found)


def probe_and_hash(path: Path, kind: Kind, name: str = "") -> tuple[FileFacts, str]:
    """Return what ``probe`` returns, and the file's SHA-256; a photo is read once for both. Raises OSError."""
    if kind is Kind.PHOTO:
        with HashingReader(path) as stream:
            return probe_photo(path, name, stream), stream.hexdigest()
    return probe(path, kind, name), sha256_of(path)


def decode(path: Path, facts: FileFacts, rules: MaterialRules) -> FileFacts:
    """Return ``facts`` completed by decoding the file (photos in full, videos by samples)."""
    if isinstance(facts, PhotoFacts):
        width = rules.photo.min_width if rules.photo.min_fineness else 0
        return decode_photo(path, facts, rules.photo.max_pixels, width)
    if isinstance(facts, VideoFacts):
        return decode_video(path, facts)
    return facts


def judge(
    facts: FileFacts,
    rules: MaterialRules,
    *,
    caption: str | None = None,
    source: str = "",
    subject: str = "",
    days: Days | None = None,
) -> list[Finding]:
    """Return the findings on one file by an edition's rules, in the order to be shown.

    ``caption`` belongs to photos: None leaves captions out, ``""`` is a missing one. ``source`` is a manuscript's
    source of quotations. ``days`` are the week's first and last, for what tells when it was made. ``subject`` is how
    the reader knows the file; its name by default.
    """
    if isinstance(facts, PhotoFacts):
        return judge_photo(facts, caption, rules.photo, subject, days)
    if isinstance(facts, VideoFacts):
        return judge_video(facts, rules.video, subject)
    if isinstance(facts, ManuscriptFacts):
        return judge_manuscript_file(facts, rules.manuscript, subject, source)
    return _judge_other(facts, subject or facts.name)


def _judge_other(facts: FileFacts, subject: str) -> list[Finding]:
    if facts.bytes == 0:
        return [make_finding("file.empty", subject)]
    code = "file.archive" if facts.format in _ARCHIVES else "file.ignored"
    english: dict[str, object] = {"value": format_label(facts.format, english=True)}
    return [make_finding(code, subject, value=format_label(facts.format), english=english)]
