"""How text becomes words. Documents and queries go through the same functions, so that they meet (B7)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import rjieba

#: Beyond this a query says nothing more; what follows is left unread.
QUERY_CHARACTERS = 200
QUERY_WORDS = 12
#: A longer run in the dictionary or in Latin letters is found by its beginning.
_LONGEST = 40
_SHORTEST_PREFIX = 3

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"([{_HAN}]+)|((?:(?![{_HAN}])[^\W_])+)")


def normal(text: str) -> str:
    """Full-width and other compatible forms, and upper case, made one."""
    return unicodedata.normalize("NFKC", text).casefold()


def words_of(text: str) -> list[str]:
    """The words of a text in reading order, overlapping ones too: 维修保养 gives 维修, 保养 and 维修保养."""
    found: list[str] = []
    for run in _RUN.finditer(normal(text)):
        han, other = run.groups()
        found += rjieba.cut_for_search(han) if han else [other]
    return [word[:_LONGEST] for word in found]


def grams_of(text: str) -> set[str]:
    """Every Chinese character and every two neighbours, so that nothing hides in a word cut elsewhere."""
    grams: set[str] = set()
    for run in _RUN.finditer(normal(text)):
        if han := run[1]:
            grams.update(han)
            grams.update(pairs_of(han))
    return grams


def pairs_of(word: str) -> list[str]:
    """Neighbouring characters: 茶艺师 gives 茶艺 and 艺师."""
    return [word[n : n + 2] for n in range(len(word) - 1)]


@dataclass(frozen=True)
class Term:
    """One word that is searched for."""

    word: str
    is_han: bool

    @property
    def pairs(self) -> list[str]:
        """What must be there when the word itself was cut differently in the document; empty for short words."""
        return pairs_of(self.word) if self.is_han and len(self.word) > 2 else []

    @property
    def is_prefix(self) -> bool:
        """Whether longer words count too: ``robot`` finds ``robots``."""
        return not self.is_han and len(self.word) >= _SHORTEST_PREFIX


@lru_cache(maxsize=512)
def terms_of(text: str) -> tuple[Term, ...]:
    """The distinct words of a query, at most ``QUERY_WORDS``; empty when it holds no letter and no digit."""
    terms: dict[str, Term] = {}
    for run in _RUN.finditer(normal(text[:QUERY_CHARACTERS])):
        han, other = run.groups()
        for word in rjieba.cut(han) if han else [other]:
            terms.setdefault(word, Term(word[:_LONGEST], bool(han)))
    return tuple(terms.values())[:QUERY_WORDS]
