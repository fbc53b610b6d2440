"""Chapters and articles of a text as places that can be linked to (D5).

The sanitiser keeps no ``id``, so places are made when a text is shown. They follow from the text alone: ``第十二条`` is
``art-12`` for ever, whoever shows it. The rendered HTML is read tag by tag and not parsed and written anew, because
pictures and videos stand in it as the renderer wrote them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Final

from django.utils.safestring import SafeString, mark_safe

#: A whole tag; quoted values may hold anything but their own quotation mark.
_TAG: Final = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^>"']|"[^"]*"|'[^']*')*)>""")
_DIGITS: Final = {char: number % 10 for number, char in enumerate("零一二三四五六七八九〇")} | {"两": 2}
_UNITS: Final = {"十": 10, "百": 100, "千": 1000}
_NUMBER: Final = r"[零〇一二两三四五六七八九十百千]{1,9}|[0-9０-９]{1,4}"
_ARTICLE: Final = re.compile(rf"第\s*({_NUMBER})\s*条(?:之({_NUMBER}))?(?![件款例])")
_PART: Final = re.compile(rf"第\s*(?:{_NUMBER})\s*([编章节])(?!\w*[。；，])")
_HEADINGS: Final = frozenset({"h2", "h3", "h4"})
_MARKED: Final = _HEADINGS | {"p", "li"}
_LABEL: Final = 80
#: A paragraph that opens a chapter is short; a longer one only mentions it.
_PART_LENGTH: Final = 40


@dataclass(frozen=True)
class Place:
    """A chapter or heading with its articles. ``anchor`` is empty for articles before the first heading."""

    anchor: str
    label: str
    level: int
    articles: list[tuple[str, str]] = field(default_factory=list)


def with_places(html: str) -> tuple[SafeString, list[Place]]:
    """Rendered rich text with ids at its headings and articles, and its table of contents.

    ``html`` must be what ``render_rich_text`` gave. Nothing of it is changed but the ids put in, each of them once.
    """
    out: list[str] = []
    places: list[Place] = []
    used: set[str] = set()
    headings = last = 0
    for tag in _TAG.finditer(html):
        name = tag[2].lower()
        if tag[1] or name not in _MARKED or re.search(r"\sid\s*=", tag[3]):
            continue
        words = _words_until(html, tag.end())
        article = _ARTICLE.match(words)
        if article:
            anchor, label = _article_anchor(article[1], article[2]), " ".join(article[0].split())
        elif words and (name in _HEADINGS or (name == "p" and _opens_part(words))):
            headings += 1
            anchor, label = f"sec-{headings}", words[:_LABEL]
        else:
            continue
        anchor = _once(anchor, used)
        if article:
            if not places:
                places.append(Place("", "", 2))
            places[-1].articles.append((anchor, label))
        else:
            places.append(Place(anchor, label, int(name[1]) if name in _HEADINGS else _depth(words)))
        at = tag.start() + 1 + len(tag[2])
        out += [html[last:at], f' id="{anchor}"']
        last = at
    out.append(html[last:])
    return mark_safe("".join(out)), places  # only ids of our own making were put in


def anchor_of(text: str) -> str:
    """The place of an article as people name it (``第十二条``, ``十二``, ``12``); empty for what names none."""
    text = " ".join(text.split())
    found = _ARTICLE.match(text) or re.fullmatch(rf"({_NUMBER})()", text)
    return _article_anchor(found[1], found[2]) if found else ""


def number_of(text: str) -> int:
    """The number in Chinese or Arabic digits; texts that are none give some number and never fail."""
    if text[0] in _UNITS or text[0] in _DIGITS:
        total = digit = 0
        for char in text:
            if char in _UNITS:
                total += (digit or 1) * _UNITS[char]
                digit = 0
            else:
                digit = digit * 10 + _DIGITS[char]
        return total + digit
    return int(text)


def _article_anchor(number: str, more: str | None) -> str:
    return f"art-{number_of(number)}" + (f"-{number_of(more)}" if more else "")


def _words_until(html: str, start: int) -> str:
    """The plain words from ``start`` to where a block begins or ends."""
    parts, position = [], start
    for tag in _TAG.finditer(html, start):
        parts.append(html[position : tag.start()])
        position = tag.end()
        if tag[2].lower() not in {"strong", "em", "u", "s", "a", "br", "span"}:
            break
    else:
        parts.append(html[position:])
    return " ".join(unescape("".join(parts)).split())


def _opens_part(words: str) -> bool:
    return len(words) <= _PART_LENGTH and bool(_PART.match(words))


def _depth(words: str) -> int:
    found = _PART.match(words)
    return 3 if found and found[1] == "节" else 2


def _once(anchor: str, used: set[str]) -> str:
    """The anchor, or with a letter where a text has it already; a letter, since ``art-12-2`` is 第十二条之二."""
    number = 1
    free = anchor
    while free in used:
        number += 1
        free = f"{anchor}x{number}"
    used.add(free)
    return free
