"""Times and words, one line each: chapters and transcripts as people type them, and as players read them (E8).

Pure Python. ``00:01:30 标题``, ``1:30 标题`` and ``[01:30] 标题`` mean the same; a line without a time goes on with the
line before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_TIME: Final = re.compile(r"^\[?(?:(\d{1,2})[:：])?(\d{1,3})[:：](\d{2})\]?(?:\s+|$)(.*)$")
#: How long the last line is shown when nobody knows where the film ends.
_LAST: Final = 6
MAX_LINES: Final = 5000


@dataclass(frozen=True)
class Cue:
    """Words from a second of the film on."""

    second: int
    text: str

    @property
    def clock(self) -> str:
        """1:02:03, or 02:03 within the first hour."""
        return clock(self.second)


class BadLine(ValueError):
    """A line that says no time, or an earlier one than the line before. ``number`` counts from 1."""

    def __init__(self, number: int, kind: str, text: str) -> None:
        super().__init__(f"line {number}: {kind}")
        self.number, self.kind, self.text = number, kind, text


def clock(second: int) -> str:
    """A moment as people write it."""
    hours, minutes, seconds = second // 3600, second // 60 % 60, second % 60
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def parse(text: str, *, joins: bool = True) -> list[Cue]:
    """The lines in order. ``joins``: a line without a time belongs to the one before. Raises BadLine."""
    found: list[Cue] = []
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if not line:
            continue
        match = _TIME.match(line)
        if match is None:
            if not (joins and found):
                raise BadLine(number, "no_time", line)
            found[-1] = Cue(found[-1].second, f"{found[-1].text}\n{line}".strip())
            continue
        hours, minutes, seconds, words = match.groups()
        if int(seconds) > 59 or (hours is not None and int(minutes) > 59):
            raise BadLine(number, "no_clock", line)
        second = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
        if found and (second < found[-1].second if joins else second <= found[-1].second):
            raise BadLine(number, "order", line)
        if not words and not joins:
            raise BadLine(number, "no_words", line)
        found.append(Cue(second, words.strip()))
        if len(found) > MAX_LINES:
            raise BadLine(number, "too_many", line)
    return [cue for cue in found if cue.text]


def to_text(cues: Sequence[Cue]) -> str:
    """The lines as ``parse`` reads them back."""
    return "\n".join(f"{cue.clock} {cue.text}" for cue in cues)


def to_vtt(cues: Sequence[Cue], *, end: int | None = None) -> str:
    """A WebVTT file: each line until the next begins, the last until ``end`` (seconds) where that is known."""
    parts: list[str] = []
    later: int | None = None
    for number in range(len(cues) - 1, -1, -1):
        cue = cues[number]
        if number + 1 < len(cues) and cues[number + 1].second > cue.second:
            later = cues[number + 1].second
        until = later if later is not None else max(end or 0, cue.second + _LAST)
        words = cue.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        parts.append(f"{_stamp(cue.second)} --> {_stamp(until)}\n{words}\n")
    return "\n".join(["WEBVTT\n", *reversed(parts)])


def _stamp(second: int) -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}.000"
