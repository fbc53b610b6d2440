"""How far what an enterprise looks for and what a school teaches have to do with each other (E3).

A field is a code of the catalogue of majors: a category (``06``), a class (``0603``) or a major (``460301``). The first
digits of a major say its level (6 secondary, 4 higher, 2 bachelor); the rest says category and class, the same at every
level. Pure functions: no database, no catalogue.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

#: First two digits of a level's codes are this much above the category.
_BASES: Final = {"secondary": 60, "higher": 40, "bachelor": 20}
CATEGORIES: Final = 19

SAME_MAJOR: Final = 80
SAME_CLASS: Final = 60
SAME_CATEGORY: Final = 35
PER_WORD: Final = 10
MOST_WORDS: Final = 2


def level_of(major: str) -> str:
    """``secondary``, ``higher`` or ``bachelor``; empty for a code that is none of a major."""
    if len(major) != 6 or not (major.isascii() and major.isdigit()):
        return ""
    head = int(major[:2])
    return next((name for name, base in _BASES.items() if base < head <= base + CATEGORIES), "")


def class_of(code: str) -> str:
    """``460301`` → ``0603``; a class stays what it is; empty for a category and for anything else."""
    if len(code) == 4 and category_of(code):
        return code
    level = level_of(code)
    return f"{int(code[:2]) - _BASES[level]:02d}{code[2:4]}" if level else ""


def category_of(code: str) -> str:
    """``460301`` or ``0603`` → ``06``; empty for anything else."""
    if len(code) == 6:
        return class_of(code)[:2]
    is_group = len(code) in (2, 4) and code.isascii() and code.isdigit() and 1 <= int(code[:2]) <= CATEGORIES
    return code[:2] if is_group else ""


@dataclass(frozen=True)
class Match:
    """``score`` from 0 to 100; ``by`` says what the strongest reason is: ``major``, ``class``, ``category`` or empty;
    ``field`` the code they share (of the taught major for ``major``); ``words`` what both texts say.
    """

    score: int
    by: str = ""
    field: str = ""
    major: str = ""
    words: tuple[str, ...] = ()


def match(wanted: Collection[str], taught: Iterable[str], words: Iterable[str] = ()) -> Match:
    """How well ``taught`` majors serve ``wanted`` fields; ``words`` are those that both texts share.

    More shared fields or words never lower the score; sharing nothing gives 0.
    """
    best = Match(0)
    for major in sorted(set(taught)):
        found = _one(wanted, major)
        if found.score > best.score:
            best = found
    shared = tuple(sorted(set(words), key=lambda word: (-len(word), word)))[:MOST_WORDS]
    score = min(100, best.score + PER_WORD * len(shared))
    return Match(score, best.by, best.field, best.major, shared)


def _one(wanted: Collection[str], major: str) -> Match:
    if major in wanted:
        return Match(SAME_MAJOR, "major", major, major)
    its_class, its_category = class_of(major), category_of(major)
    if its_class and any(class_of(code) == its_class for code in wanted):
        return Match(SAME_CLASS, "class", its_class, major)
    if its_category and any(category_of(code) == its_category for code in wanted):
        return Match(SAME_CATEGORY, "category", its_category, major)
    return Match(0)
