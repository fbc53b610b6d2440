"""MinHash sketches of a text's windows, as the keys under which a database finds it again (C14).

A copied paragraph is a small part of a manuscript, and a sketch of the whole would not see it. So a text is cut into
windows of ``WINDOW`` characters that begin where sentences begin: the same sentence begins the same window wherever it
stands. Each window has ``BANDS`` keys of ``ROWS`` MinHash values; two windows share a key when they are nearly
alike. See ``docs/decisions/0177``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Set
from typing import Final

from rensa import RMinHash

from skillweek.similarity.normal import Normal

#: Raise it when anything here, or the library's digest, changes: keys of one version never meet those of another.
VERSION: Final = 1
#: Characters in a shingle.
SHINGLE: Final = 4
#: Characters in a window, and the least that a text must have.
WINDOW: Final = 64
BANDS: Final = 4
ROWS: Final = 4
_SEED: Final = 20_141
#: A window begins behind one of these, but no closer than ``_NEAR`` to the one before and no farther than ``_FAR``.
_ENDS: Final = frozenset("。！？；!?;\n，,：:")
_NEAR: Final = 20
_FAR: Final = 40
#: A window with a greater share of common wording is not looked for.
_COMMON: Final = 0.6


def starts(original: str, normal: Normal) -> Iterator[int]:
    """Where windows begin, as offsets into the normal text; none when it is shorter than a window."""
    last_start = len(normal.text) - WINDOW
    if last_start < 0:
        return
    yield 0
    before = 0
    for at in range(1, last_start + 1):
        left, here = normal.places[at - 1], normal.places[at]
        ended = here > left + 1 and not _ENDS.isdisjoint(original[left + 1 : here])
        if (ended and at - before >= _NEAR) or at - before >= _FAR:
            yield at
            before = at
    if before != last_start:
        yield last_start


def shingles(text: str) -> set[str]:
    """The different runs of ``SHINGLE`` characters of a normal text."""
    return {text[at : at + SHINGLE] for at in range(len(text) - SHINGLE + 1)}


def keys(original: str, normal: Normal, scope: int, common: Set[str] = frozenset()) -> set[int]:
    """The signed 64-bit keys of a text within ``scope`` (an edition's id): texts of other scopes share none.

    Windows made mostly of ``common`` shingles, which every school quotes, have none.
    """
    cut = (shingles(normal.text[at : at + WINDOW]) for at in starts(original, normal))
    windows = [sorted(window) for window in cut if len(window & common) <= _COMMON * len(window)]
    if not windows:
        return set()
    found = set()
    for digest in RMinHash.digests_from_token_sets(windows, BANDS * ROWS, _SEED):
        for band in range(BANDS):
            row = ",".join(str(value) for value in digest[band * ROWS : (band + 1) * ROWS])
            raw = hashlib.blake2b(f"{VERSION}:{scope}:{band}:{row}".encode(), digest_size=8).digest()
            found.add(int.from_bytes(raw, "big", signed=True))
    return found
