"""The text of a notice as the edition's folder holds it, turned into rich text in the layout of official documents.

The levels 一、 and （一） become headings; 1. and everything below stays a paragraph, as printed. Where the printed
text ends with its list of annexes, its signature (落款) and the annexes themselves, these are data of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.html import escape

from skillweek.editions.schema import EditionDocument

_FIRST: Final = re.compile(r"^[一二三四五六七八九十百]+、")
_SECOND: Final = re.compile(r"^[(（][一二三四五六七八九十]+[)）]")
_ANNEX_LIST: Final = re.compile(r"^附件\s*[:：]")
_ANNEX: Final = re.compile(r"^附件\s*\d*\s*$")
_HEADING: Final = re.compile(r"^(#{1,6})\s+(.*)$")
#: Markdown's own signs, escaped in the folder's text: ``1\\.``.
_ESCAPED: Final = re.compile(r"\\([\\`*_{}\[\]()#+\-.!>])")
#: A heading is short; a longer line that begins with （一） is a paragraph with a leading phrase.
_HEADING_LENGTH: Final = 30


@dataclass(frozen=True)
class OfficialText:
    """The parts of a printed notice; ``annexes`` are their names in order, from the list before the signature."""

    title: str
    salutation: str
    body: str
    annexes: tuple[str, ...]


def read_official_text(document: EditionDocument) -> OfficialText:
    """Take the notice of ``document`` apart; ``body`` is HTML made of h2, h3 and p."""
    lines = [_unescaped(line.strip()) for line in document.notice.split("\n") if line.strip()]
    title = document.title
    if lines and (heading := _HEADING.match(lines[0])) and len(heading[1]) == 1:
        title = heading[2].strip()
        lines = lines[1:]
    salutation = ""
    if lines and lines[0].endswith((":", "：")) and _is_salutation(lines[0], document):
        salutation, lines = lines[0].rstrip(":："), lines[1:]
    main, annexes = _without_tail(lines, document)
    return OfficialText(title, salutation, "".join(_html(main)), tuple(annexes))


def _is_salutation(line: str, document: EditionDocument) -> bool:
    """Whether the line addresses the recipients: it is short, or names one of them."""
    return len(line) <= 80 or any(name in line for name in document.source.recipients)


def _without_tail(lines: Sequence[str], document: EditionDocument) -> tuple[list[str], list[str]]:
    """The lines of the text proper, and the names of the annexes."""
    end = next((at for at, line in enumerate(lines) if _ANNEX.match(_plain(line))), len(lines))
    lines = list(lines[:end])
    start = next((at for at, line in enumerate(lines) if _ANNEX_LIST.match(line)), None)
    annexes: list[str] = []
    if start is not None:
        first = _ANNEX_LIST.sub("", lines[start])
        annexes = [_numberless(line) for line in [first, *lines[start + 1 :]] if _is_annex_name(line, document)]
        lines = lines[:start]
    while lines and _is_signature(lines[-1], document):
        lines.pop()
    return lines, [name for name in annexes if name]


def _is_annex_name(line: str, document: EditionDocument) -> bool:
    return not _is_signature(line, document)


def _is_signature(line: str, document: EditionDocument) -> bool:
    """Whether the line is part of the 落款: issuers and the date."""
    rest = line
    for issuer in document.source.issuers:
        rest = rest.replace(issuer, "")
    day = document.source.issued_on
    rest = rest.replace(f"{day.year}年{day.month}月{day.day}日", "")
    return not rest.strip(" 　") and rest != line


def _html(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        text = _plain(line)
        if _HEADING.match(line) or (_FIRST.match(text) and len(text) <= _HEADING_LENGTH):
            yield f"<h2>{escape(text)}</h2>"
        elif _SECOND.match(text) and len(text) <= _HEADING_LENGTH and not _says_something(text):
            yield f"<h3>{escape(text)}</h3>"
        else:
            yield f"<p>{escape(text)}</p>"


def _says_something(text: str) -> bool:
    """（一）时间：5月14日-20日 is a statement, （一）指导思想 a heading."""
    return ":" in text or "：" in text or text.endswith(("。", "；", ";", "."))


def _plain(line: str) -> str:
    found = _HEADING.match(line)
    return found[2].strip() if found else line


def _numberless(line: str) -> str:
    return re.sub(r"^\s*\d+\s*[.．、]\s*", "", line).strip()


def _unescaped(line: str) -> str:
    return _ESCAPED.sub(r"\1", line)
