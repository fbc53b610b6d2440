"""The public audit file: every vote without anybody's data, chained so that no line changes unseen (E10, ADR 0198).

A line is ``number, voter, candidate, title, minute, state, receipt, chain``. ``voter`` is a pseudonym made with the
ballot's secret salt, ``receipt`` the hash of a code that only the voter has, ``chain`` the SHA-256 of the line before
and this line: whoever has the last one can tell whether the file is the one that was announced. Pure functions.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Final

COLUMNS: Final = ("number", "voter", "candidate", "title", "minute", "state", "receipt", "chain")
START: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Raw:
    """One vote as the database has it; ``minute`` is ISO 8601 in the edition's zone, to the minute."""

    person: int
    candidate: int
    title: str
    minute: str
    state: str
    receipt: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file, in the order of its columns."""

    number: int
    voter: str
    candidate: int
    title: str
    minute: str
    state: str
    receipt: str
    chain: str


def pseudonym(salt: str, person: int) -> str:
    """The same for all votes of one person in a ballot, of no use elsewhere."""
    return hmac.new(bytes.fromhex(salt), f"voter:{person}".encode(), hashlib.sha256).hexdigest()[:16]


def receipt_hash(receipt: str) -> str:
    """What stands in the file for a voter's code, however the code was typed."""
    plain = "".join(sign for sign in receipt.upper() if sign.isalnum())
    return hashlib.sha256(f"receipt:{plain}".encode()).hexdigest()[:20]


def link(before: str, *cells: object) -> str:
    """The chain's next value."""
    return hashlib.sha256("\x1f".join([before, *map(str, cells)]).encode()).hexdigest()


def lines(votes: Iterable[Raw], salt: str) -> Iterator[Line]:
    """The file's lines. ``votes`` come sorted by minute; within a minute they are sorted by content, so that the order
    in which people voted is not told.
    """
    number, chain = 0, START
    for _minute, group in groupby(votes, key=lambda vote: vote.minute):
        cells = sorted(
            (pseudonym(salt, vote.person), vote.candidate, vote.title, vote.minute, vote.state,
             receipt_hash(vote.receipt))
            for vote in group
        )  # fmt: skip
        for row in cells:
            number += 1
            chain = link(chain, number, *row)
            yield Line(number, *row, chain)


def check(rows: Iterable[Line]) -> str:
    """The last link when every line follows from the one before. Raises ValueError naming the first that does not."""
    chain = START
    for expected, row in enumerate(rows, start=1):
        cells = list(asdict(row).values())
        chain = link(chain, *cells[:-1])
        if row.number != expected or chain != row.chain:
            raise ValueError(f"line {row.number} does not follow from the line before")
    return chain
