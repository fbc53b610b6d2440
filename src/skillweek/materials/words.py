"""字数 as Word counts it (C2).

Each CJK character and each CJK punctuation mark is one; each unbroken run of anything else that is
not white space is one: ``2023``, ``GB/T``, ``1280*720`` and ``don’t`` are one each. Full-width
ASCII (``Ａ``, ``，``) counts one per character, as Word does.

The pattern is written in the syntax that Python and JavaScript (flag ``u``) share, because the
phone counts with the very same one (see ``browser_rules``).
"""

from __future__ import annotations

import re
import sys
from typing import Final

#: Code point ranges whose characters count one each.
_CJK_RANGES: Final = (
    (0x2460, 0x24FF),  # circled and parenthesised numbers
    (0x2E80, 0x2FFF),  # radicals, ideographic description
    (0x3001, 0x312F),  # CJK punctuation, kana, bopomofo (U+3000 is white space)
    (0x31A0, 0x4DBF),  # bopomofo extended, strokes, enclosed, extension A
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFE10, 0xFE1F),
    (0xFE30, 0xFE4F),
    (0xFF01, 0xFFEF),  # full- and half-width forms
    (0x20000, 0x3FFFD),
)
#: Marks that Chinese text shares with others; in Chinese type each is one: · — “ ” …
_CJK_MARKS: Final = "\u00b7\u2014\u201c\u201d\u2026"
#: Single quotation marks: one each, but part of the word inside ``don’t``.
_APOSTROPHES: Final = "\u2018\u2019"
_SPACE: Final = "\\x00-\\x20\\x7f-\\xa0\\u1680\\u2000-\\u200b\\u2028\\u2029\\u202f\\u205f\\u2060\\u3000\\ufeff"


def _class(ranges: tuple[tuple[int, int], ...]) -> str:
    return "".join(f"{chr(first)}-{chr(min(last, sys.maxunicode))}" for first, last in ranges)


#: The characters that count one each, as the inside of a character class.
CJK_CLASS: Final = _class(_CJK_RANGES) + _CJK_MARKS
_OTHER: Final = f"[^{CJK_CLASS}{_APOSTROPHES}{_SPACE}]+"
#: One match is one 字. Valid in Python and, with flags ``gu``, in JavaScript.
WORD_PATTERN: Final = f"[{CJK_CLASS}]|{_OTHER}(?:[{_APOSTROPHES}]{_OTHER})*|[{_APOSTROPHES}]"

_WORD = re.compile(WORD_PATTERN)


def count_words(text: str) -> int:
    """Return 字数 of ``text`` in Word's count (C2)."""
    return sum(1 for _ in _WORD.finditer(text))
