"""Perceptual hash of a picture: near-duplicates differ in few bits (C14).

The classic DCT hash: the picture upright, grey and 32×32; its 8×8 lowest frequencies without the constant ones; one
bit each for above their median. Scaling, recompression and slight colour changes move few bits.
"""

from __future__ import annotations

from functools import lru_cache
from math import cos, pi
from pathlib import Path
from typing import Final

from .photo import LOADERS
from .sniff import sniff_path

_SIDE: Final = 32
_LOW: Final = 8


def phash(path: Path) -> int:
    """Return the hash of the picture at ``path`` as an unsigned 64-bit number.

    A picture without any structure (one flat colour) hashes to 0: compare nothing with it. Raises ValueError when
    it cannot be decoded.
    """
    import pyvips

    # Only formats with a safe loader: by itself libvips would also try ones that are not for strangers' files.
    if sniff_path(path) not in LOADERS:
        raise ValueError(f"not a readable picture: {path.name}")
    try:
        image = pyvips.Image.thumbnail(str(path), _SIDE, height=_SIDE, size="force")
        if image.hasalpha():
            image = image.flatten(background=255)
        pixels = image.colourspace("b-w").cast("uchar").extract_band(0).write_to_memory()
    except pyvips.Error as error:
        raise ValueError(f"not a readable picture: {path.name}") from error
    return _hash(bytes(pixels))


def _hash(pixels: bytes) -> int:
    basis = _basis()
    rows = [[sum(b * p for b, p in zip(wave, pixels[y * _SIDE : (y + 1) * _SIDE], strict=True)) for wave in basis]
            for y in range(_SIDE)]  # fmt: skip
    values = [sum(vertical[y] * rows[y][column] for y in range(_SIDE)) for vertical in basis for column in range(_LOW)]
    if max(abs(value) for value in values) < _SIDE:
        return 0
    ordered = sorted(values)
    median = (ordered[31] + ordered[32]) / 2
    return sum(1 << index for index, value in enumerate(values) if value > median)


@lru_cache(maxsize=1)
def _basis() -> list[list[float]]:
    """Return the cosine waves of frequency 1 to 8 over 32 samples."""
    return [[cos(pi * k * (2 * x + 1) / (2 * _SIDE)) for x in range(_SIDE)] for k in range(1, _LOW + 1)]


def hamming(first: int, second: int) -> int:
    """Return in how many of the 64 bits two hashes differ; up to 8 is likely the same picture."""
    return (first ^ second).bit_count()
