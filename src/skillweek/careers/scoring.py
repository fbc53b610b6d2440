"""From answers to a result, and the result as a short address. Pure Python, no database."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from skillweek.careers.questions import TYPES, items

#: What an answer is worth: not my thing, so-so, I like it.
ANSWERS: Final = (0, 1, 2)
_CODE: Final = re.compile(r"\d{1,3}(?:-\d{1,3}){5}")


@dataclass(frozen=True)
class Result:
    """Points of the six types, in the order of ``TYPES``. Says nothing about single answers or about who gave them."""

    points: tuple[int, ...]

    @property
    def order(self) -> str:
        """The letters, most points first; equal ones in the usual order."""
        return "".join(sorted(TYPES, key=lambda letter: (-self.of(letter), TYPES.index(letter))))

    @property
    def leading(self) -> str:
        """The first letter."""
        return self.order[0]

    @property
    def is_flat(self) -> bool:
        """Whether all types have the same points, so that none leads."""
        return len(set(self.points)) == 1

    def of(self, letter: str) -> int:
        """A type's points."""
        return self.points[TYPES.index(letter)]

    @property
    def code(self) -> str:
        """The result as it stands in an address: ``10-7-3-2-5-8``."""
        return "-".join(str(one) for one in self.points)


def most() -> dict[str, int]:
    """Letter → the most points it can have."""
    return {letter: ANSWERS[-1] * sum(item.type == letter for item in items()) for letter in TYPES}


def score(answers: Mapping[str, int]) -> Result:
    """Points by type of item code → answer. Raises ValueError for a missing, unknown or impossible one."""
    known = {item.code: item.type for item in items()}
    if set(answers) != set(known) or not set(answers.values()) <= set(ANSWERS):
        raise ValueError("every item once, each answer one of three")
    points = dict.fromkeys(TYPES, 0)
    for code, value in answers.items():
        points[known[code]] += value
    return Result(tuple(points[letter] for letter in TYPES))


def result_of(code: str) -> Result | None:
    """The result behind an address; None for what no answers can give."""
    if not _CODE.fullmatch(code):
        return None
    points = tuple(int(part) for part in code.split("-"))
    limits = most()
    fits = all(value <= limits[letter] for letter, value in zip(TYPES, points, strict=True))
    made = Result(points)
    return made if fits and made.code == code else None
