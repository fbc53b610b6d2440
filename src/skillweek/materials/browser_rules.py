"""The rules as JSON for the phone's pre-check (C6): generated, so the phone says what the server says.

Shape of ``browser_rules(rules)``::

    {
      "version": 1,
      "head_bytes": 4096,                      // how much of a file to read for ``magic``
      "formats": {                             // in order: the first whose magic matches is the file's format
        "jpeg": {"kind": "photo", "label": {"zh": …, "en": …}, "mime": …, "extensions": ["jpg", …],
                 "magic": [[{"offset": 0, "hex": "ffd8ff"}], …]},   // alternatives; all parts of one must match;
                                                               // none: told by other means than magic
        …},
      "accept": {"manuscript": ".docx,…", "photo": "image/jpeg,.jpg,…", "video": …, "scan": …},  // <input accept>
      "words": {"pattern": "…", "flags": "gu"},                      // 字数 = number of matches
      "caption": {"noise": {"patterns": […], "flags": "giu"},        // replaced by " " one after the other
                  "cjk": "…", "latin": "…", "letter_flags": "gu", "min_cjk": 2, "min_latin": 4,
                  "empty_remainder": "…"},                           // see below
      "checks": {"manuscript": [Check…], "photo": [Check…], "video": [Check…], "scan": [Check…]}
    }

A caption says something when, after the noise is gone, at least ``min_latin`` matches of ``latin`` remain, or at least
``min_cjk`` of ``cjk`` and the remainder does not match ``empty_remainder``.

A ``Check`` is ``{"code", "severity", "measure", "op", "limit", "params", "format", "message": {"zh", "en"}, "todo":
{"zh", "en"}}``. ``measure`` names what is measured: ``format`` (a key of ``formats``), ``bytes``, ``width``,
``height`` (as displayed), ``short_side``, ``long_side``, ``pixels``, ``duration`` (seconds), ``words``, ``caption``
(text), ``caption_meaning`` (whether the caption says something). A measure that the phone could not take is skipped.
``op`` fails like this:

    ``min``      value < limit
    ``max``      value > limit
    ``above``    value <= limit
    ``in``       value is not in the list ``limit``
    ``present``  the text is empty but for white space
    ``true``     the value is false (only asked when ``present`` held)

Checks are in order; of several failing checks with the same ``group`` only the first is said, and after ``file.empty``
nothing. The message's
placeholders are ``{subject}``, ``{value}``, ``{limit}``, ``{width}``, ``{height}``, ``{claimed}`` (the name's ending
without dot) and the keys of ``params``. ``format`` says how ``{value}`` and ``{limit}`` are written: ``number`` as it
is, ``size`` as MB of ``unit`` bytes to two places without trailing zeros, rounded ``rounding`` (``down`` or ``up``)
and followed by `` MB``, ``format`` by the label of the format, ``text`` as it is. Where ``params`` holds ``limit`` (as
``{"zh", "en"}``), that text is written. A check with ``"renamed": true`` applies only when the name's ending belongs
to another known format than the content; one with ``"renamed": false`` only when it does not.
"""

from __future__ import annotations

from typing import Any

from . import captions, sniff, words
from .messages import MESSAGES, size_unit
from .rules import ManuscriptRules, MaterialRules, PhotoRules, VideoRules
from .wording import formats_text, tolerated_words

VERSION = 1
_TEXT_FORMATS = ("docx", "txt")


def browser_rules(rules: MaterialRules) -> dict[str, Any]:
    """Return the pre-check's rule file for an edition's rules, as plain JSON data (shape: see the module)."""
    return {
        "version": VERSION,
        "head_bytes": sniff.HEAD_BYTES,
        "formats": {name: _format(entry) for name, entry in sniff.FORMATS.items()},
        "accept": {
            "manuscript": _accept(_TEXT_FORMATS, mime=False),
            "photo": _accept(tuple(rules.photo.formats)),
            "video": _accept(("mp4",)),
            "scan": _accept(rules.coverage.scan_formats),
        },
        "words": {"pattern": words.WORD_PATTERN, "flags": "gu"},
        "caption": {
            "noise": {"patterns": list(captions.NOISE_PATTERNS), "flags": "giu"},
            "cjk": captions.CJK_LETTER_PATTERN,
            "latin": captions.LATIN_LETTER_PATTERN,
            "letter_flags": "gu",
            "min_cjk": captions.MIN_CJK,
            "min_latin": captions.MIN_LATIN,
            "empty_remainder": captions.EMPTY_REMAINDER_PATTERN,
        },
        "checks": {
            "manuscript": _manuscript_checks(rules.manuscript),
            "photo": _photo_checks(rules.photo),
            "video": _video_checks(rules.video),
            "scan": [_format_check("coverage.scan_format", list(rules.coverage.scan_formats))],
        },
    }


def _format(entry: sniff.Format) -> dict[str, Any]:
    return {
        "kind": entry.kind.value,
        "label": {"zh": entry.label, "en": entry.label_en},
        "mime": entry.mime,
        "extensions": list(entry.extensions),
        "magic": [[{"offset": offset, "hex": value.hex()} for offset, value in parts] for parts in entry.magic],
    }


def _accept(names: tuple[str, ...], *, mime: bool = True) -> str:
    entries = [sniff.FORMATS[name] for name in names]
    types = [entry.mime for entry in entries] if mime else []
    return ",".join([*types, *(f".{ending}" for entry in entries for ending in entry.extensions)])


def _check(code: str, measure: str, op: str, limit: object, *, form: str = "number", **more: Any) -> dict[str, Any]:
    message = MESSAGES[code]
    return {
        "code": code,
        "group": more.pop("group", code),
        "severity": message.severity.value,
        "measure": measure,
        "op": op,
        "limit": limit,
        "format": form,
        "params": more.pop("params", {}),
        "message": {"zh": message.zh, "en": message.en},
        "todo": {"zh": message.todo, "en": message.todo_en},
        **more,
    }


def _size(code: str, op: str, limit: int) -> dict[str, Any]:
    rounding = "down" if op == "min" else "up"
    return _check(code, "bytes", op, limit, form="size", unit=size_unit(limit), rounding=rounding)


def _format_check(code: str, names: list[str], **more: Any) -> dict[str, Any]:
    params = {"limit": {"zh": formats_text(names), "en": formats_text(names, english=True)}}
    return _check(code, "format", "in", names, form="format", params=params, group="format", **more)


def _manuscript_checks(rules: ManuscriptRules) -> list[dict[str, Any]]:
    params = {"min": rules.min_words, "max": rules.max_words}
    lowest, highest = tolerated_words(rules)
    return [
        _check("manuscript.empty", "words", "above", 0, group="words"),
        _check("manuscript.too_short", "words", "min", lowest, params=params, group="words"),
        _check("manuscript.short", "words", "min", rules.min_words, params=params, group="words"),
        _check("manuscript.too_long", "words", "max", highest, params=params, group="words"),
        _check("manuscript.long", "words", "max", rules.max_words, params=params, group="words"),
    ]


def _photo_checks(rules: PhotoRules) -> list[dict[str, Any]]:
    names = [str(name) for name in rules.formats]
    checks = [
        _check("file.empty", "bytes", "above", 0, group="format"),
        _format_check("photo.false_type", names, renamed=True),
        _format_check("photo.format", names, renamed=False),
        _check("photo.width", "width", "min", rules.min_width),
        _size("photo.size", "min", rules.min_bytes),
        _size("photo.too_big", "max", rules.max_bytes),
        _check("photo.pixels", "pixels", "max", rules.max_pixels),
    ]
    if rules.caption_required:
        checks.append(_check("photo.caption", "caption", "present", None, form="text", group="caption"))
        checks.append(_check("photo.caption_empty", "caption_meaning", "true", None, form="text", group="caption"))
    return checks


def _video_checks(rules: VideoRules) -> list[dict[str, Any]]:
    long_side, short_side = (
        max(rules.advised_width, rules.advised_height),
        min(rules.advised_width, rules.advised_height),
    )
    advised = {"limit": {"zh": f"{rules.advised_width}×{rules.advised_height}"}}
    advised["limit"]["en"] = advised["limit"]["zh"]
    return [
        _check("file.empty", "bytes", "above", 0, group="format"),
        _format_check("video.false_type", ["mp4"], renamed=True),
        _format_check("video.format", ["mp4"], renamed=False),
        _size("video.size", "max", rules.max_bytes),
        _check("video.duration", "duration", "above", 0),
        _check("video.short_side", "short_side", "min", rules.min_short_side, group="resolution"),
        _check("video.advised", "long_side", "min", long_side, params=advised, group="resolution"),
        _check("video.advised", "short_side", "min", short_side, params=advised, group="resolution"),
    ]
