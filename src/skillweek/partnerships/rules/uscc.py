"""The unified social credit code (统一社会信用代码) as GB 32100-2015 defines it."""

from __future__ import annotations

import unicodedata
from typing import Final

#: The standard's alphabet: no I, O, S, V, Z, which read like digits.
ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH: Final = 18
_VALUE: Final = {letter: value for value, letter in enumerate(ALPHABET)}


def normalise(text: str) -> str:
    """What a person typed, as the standard writes it: half width, capitals, no spaces or hyphens."""
    return "".join(unicodedata.normalize("NFKC", text).split()).replace("-", "").upper()


def check_letter(first: str) -> str:
    """The 18th character for the first 17. Raises ValueError for another length or letters outside the alphabet."""
    if len(first) != LENGTH - 1 or any(letter not in _VALUE for letter in first):
        raise ValueError(f"not the first {LENGTH - 1} characters of a code: {first!r}")
    total = sum(_VALUE[letter] * pow(3, place, 31) for place, letter in enumerate(first))
    return ALPHABET[-total % 31]


def is_valid(code: str) -> bool:
    """Whether it is a whole code: 18 letters of the alphabet, six digits of a region, the right last letter."""
    if len(code) != LENGTH or any(letter not in _VALUE for letter in code) or not code[2:8].isdigit():
        return False
    return check_letter(code[:-1]) == code[-1]
