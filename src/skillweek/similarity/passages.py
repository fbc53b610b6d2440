"""The passages that two texts share: exact, linear in their lengths, tolerant of small edits (C14)."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Final

from skillweek.similarity.normal import Normal
from skillweek.similarity.sketch import SHINGLE, shingles

#: A run of equal characters that begins a passage. Shorter ones are the language's, not a writer's.
SEED: Final = 8
#: Between two runs of one passage at most so many characters were changed, in either text.
GAP: Final = 12
#: A shingle that repeats is tried at so many places; more would let “哈哈哈…” take for ever.
_PLACES: Final = 12


@dataclass(frozen=True, slots=True)
class Block:
    """``size`` equal characters at ``left`` in one normal text and at ``right`` in the other."""

    left: int
    right: int
    size: int


@dataclass(frozen=True, slots=True)
class Passage:
    """Blocks with small changes between them: spans in both normal texts, and how many characters are equal."""

    left: tuple[int, int]
    right: tuple[int, int]
    equal: int


class Index:
    """Where each run of ``SEED`` characters of a normal text stands: made once, asked about many others."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.where: dict[str, list[int]] = {}
        for at in range(len(text) - SEED + 1):
            known = self.where.setdefault(text[at : at + SEED], [])
            if len(known) < _PLACES:
                known.append(at)

    def may_share(self, left: str, minimum: int) -> bool:
        """Whether ``passages(blocks(left, self), minimum)`` may hold anything: quick, and never a wrong no."""
        where, seed = self.where, SEED
        equal, before = 0, -(SEED + GAP + 1)
        for at in [at for at in range(len(left) - seed + 1) if left[at : at + seed] in where]:
            if at - before > SEED + GAP:
                equal = SEED
            else:
                equal += 1 if at == before + 1 else SEED
            if equal >= minimum:
                return True
            before = at
        return False


def blocks(left: str, right: Index, common: Set[str] = frozenset()) -> list[Block]:
    """Equal runs of at least ``SEED`` characters in ``left``'s order, the longest at each place; none overlap there.

    A run all of whose shingles stand in ``common`` (the notice's own wording, say) is passed over.
    """
    found: list[Block] = []
    at = 0
    while at <= len(left) - SEED:
        candidates = right.where.get(left[at : at + SEED])
        if candidates is None:
            at += 1
            continue
        # Where two places are equally long, the one that goes on behind the last block is the reader's.
        after = found[-1].right + found[-1].size if found else 0
        runs = [Block(at, place, _run(left, at, right.text, place)) for place in candidates]
        best = max(runs, key=lambda run: (run.size, run.right >= after, -run.right))
        size = best.size
        if not (common and shingles(left[at : at + size]) <= common):
            found.append(best)
        at += size
    return found


def _run(left: str, at: int, right: str, place: int) -> int:
    """How many characters are equal from ``at`` and ``place`` on."""
    size, limit = SEED, min(len(left) - at, len(right) - place)
    while size + 32 <= limit and left[at + size : at + size + 32] == right[place + size : place + size + 32]:
        size += 32
    while size < limit and left[at + size] == right[place + size]:
        size += 1
    return size


def passages(found: Sequence[Block], minimum: int) -> list[Passage]:
    """Blocks that follow each other closely in both texts, joined; those with fewer than ``minimum`` equal go."""
    joined: list[Passage] = []
    for block in found:
        last = joined[-1] if joined else None
        if last is not None and _follows(last, block):
            joined[-1] = Passage(
                (last.left[0], block.left + block.size),
                (last.right[0], block.right + block.size),
                last.equal + block.size,
            )
        else:
            joined.append(
                Passage((block.left, block.left + block.size), (block.right, block.right + block.size), block.size)
            )
    return [passage for passage in joined if passage.equal >= minimum]


def _follows(last: Passage, block: Block) -> bool:
    return block.left - last.left[1] <= GAP and 0 <= block.right - last.right[1] <= GAP


def jaccard(left: Normal, right: Normal) -> float:
    """The share of shingles that two texts have in common, 0 to 1."""
    a, b = shingles(left.text), shingles(right.text)
    return len(a & b) / len(a | b) if a and b else 0.0


def containment(passages_found: Sequence[Passage], length: int) -> float:
    """The share of a normal text of ``length`` that its passages' equal characters make up, 0 to 1."""
    return min(1.0, sum(passage.equal for passage in passages_found) / length) if length else 0.0


assert SEED >= SHINGLE
