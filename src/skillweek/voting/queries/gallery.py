"""The candidates as the public sees them: found, filtered, in a fair order (E10)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from django.db.models import Q
from django.http import QueryDict

from skillweek.core.asked import number_in
from skillweek.core.clock import now
from skillweek.voting.models import Ballot, Candidate

#: How long one order stands, in seconds; then everybody has another chance to be first.
TURN: Final = 600
_MOST: Final = 100


@dataclass(frozen=True)
class Wanted:
    """What a visitor looks for. ``turn`` names the order, so that pages of one visit fit together."""

    text: str = ""
    group: str = ""
    turn: int = 0

    @classmethod
    def from_query(cls, asked: QueryDict, ballot: Ballot) -> Wanted:
        """Read the address; nonsense counts as nothing."""
        group = asked.get("group", "")
        turn = number_in(asked.get("turn")) or int(now().timestamp()) // TURN
        return cls(asked.get("q", "").replace("\0", "").strip()[:60], group if group in ballot.groups else "", turn)

    @property
    def is_set(self) -> bool:
        """Whether something is left out."""
        return bool(self.text or self.group)


def found(ballot: Ballot, wanted: Wanted) -> list[Candidate]:
    """The candidates that fit, in the order of this turn, or by number."""
    rows = ballot.candidates.filter(withdrawn_at=None).select_related("organisation", "picture__file")
    rows = rows.prefetch_related("picture__renditions", "picture__file__derivatives")
    if wanted.group:
        rows = rows.filter(group=wanted.group)
    for word in wanted.text.split()[:5]:
        fits = Q(title__icontains=word) | Q(credit__icontains=word) | Q(text__icontains=word)
        number = number_in(word)
        rows = rows.filter(fits | Q(number=number) if number is not None and number < 10**9 else fits)
    candidates = list(rows)
    if ballot.is_shuffled:
        candidates.sort(key=lambda row: hashlib.sha256(f"{ballot.pk}:{wanted.turn}:{row.pk}".encode()).digest())
    return candidates


def picked(ballot: Ballot, values: list[str]) -> list[Candidate]:
    """The candidates whose numbers were ticked, each once, in the order of ticking; unknown ones are left out."""
    numbers = list(dict.fromkeys(number for value in values[:_MOST] if (number := number_in(value)) is not None))
    rows = {row.number: row for row in ballot.candidates.filter(number__in=numbers, withdrawn_at=None)}
    return [rows[number] for number in numbers if number in rows]
