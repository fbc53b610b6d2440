"""How perceptual hashes are stored and found again: four 16-bit slices, each with its one-bit neighbours (C14).

Up to 7 differing bits over four slices leave one slice with at most one of them, so a lookup by every slice and its
16 neighbours misses nothing within that distance, and an index on 18 bits of key keeps the candidates few. The
decision is written in ``docs/decisions/0032``.
"""

from __future__ import annotations

from typing import Final

#: Hashes that differ in at most so many of 64 bits are shown as alike.
MAX_DISTANCE: Final = 7
_SLICES: Final = 4
_WIDTH: Final = 16
_MASK: Final = (1 << _WIDTH) - 1


def signed(value: int) -> int:
    """An unsigned 64-bit number as the signed one that databases hold."""
    return value - (1 << 64) if value >= 1 << 63 else value


def unsigned(value: int) -> int:
    """The reverse of ``signed``."""
    return value & ((1 << 64) - 1)


def bands(value: int) -> list[int]:
    """The four slices of an unsigned hash, each marked with its number."""
    return [number << _WIDTH | (value >> (number * _WIDTH)) & _MASK for number in range(_SLICES)]


def probes(value: int) -> set[int]:
    """Every band under which a hash within MAX_DISTANCE of ``value`` must stand: 68 of them."""
    return {band ^ flip for band in bands(value) for flip in (0, *(1 << bit for bit in range(_WIDTH)))}


def distance(first: int, second: int) -> int:
    """In how many bits two hashes differ, signed or not."""
    return (unsigned(first) ^ unsigned(second)).bit_count()
