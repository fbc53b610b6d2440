"""Text as it is compared: what a writer may vary without writing anything new is taken away (C14).

Full and half width, compatibility forms and case are made one by NFKC; white space, punctuation and symbols go. Each
character that stays knows where it stood, so that what is found can be shown in the text as it was handed in.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Normal:
    """``text`` is what is compared; ``places[i]`` the offset of its character ``i`` in the original."""

    text: str
    places: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original of the normal text from ``start`` up to ``end``, which is not empty."""
        return self.places[start], self.places[end - 1] + 1


@lru_cache(maxsize=20_000)
def _plain(sign: str) -> str:
    """The letters and digits that one character stands for."""
    return "".join(
        part for part in unicodedata.normalize("NFKC", sign).casefold() if unicodedata.category(part)[0] in "LN"
    )


def plain(text: str) -> str:
    """``normalise(text).text``, several times quicker."""
    return "".join(map(_plain, text))


def normalise(text: str) -> Normal:
    """Return the letters and digits of ``text`` in one form, with their places. Never raises."""
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for part in _plain(sign):
            signs.append(part)
            places.append(place)
    return Normal("".join(signs), tuple(places))
