"""How limits and names are written in messages, in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil, floor
from typing import Final

from .rules import CoverageLevel, ManuscriptRules
from .sniff import FORMATS

#: What schools write for a medium's level, in sheets and in our own exports.
LEVELS_ZH: Final[dict[CoverageLevel, str]] = {
    CoverageLevel.NATIONAL: "国家级",
    CoverageLevel.PROVINCIAL: "省级",
    CoverageLevel.MUNICIPAL: "市级",
    CoverageLevel.DISTRICT: "区县级",
    CoverageLevel.SCHOOL: "校级",
}
_SHORT_ZH: Final = {"jpeg": "JPG", "png": "PNG", "pdf": "PDF", "webp": "WebP", "heic": "HEIC", "gif": "GIF"}


def format_label(name: str, *, english: bool = False) -> str:
    """Return what a format (a key of ``FORMATS``) is called in a sentence: ``JPG 图片``."""
    entry = FORMATS.get(name, FORMATS["unknown"])
    return entry.label_en if english else entry.label


def formats_text(names: Iterable[str], *, english: bool = False) -> str:
    """Return several formats as a short list: ``JPG、PNG 或 PDF``."""
    short = [_SHORT_ZH.get(str(name), str(name).upper()) for name in names]
    if len(short) < 2:
        return "".join(short)
    if english:
        return f"{', '.join(short[:-1])} or {short[-1]}"
    return f"{'、'.join(short[:-1])} 或 {short[-1]}"


def levels_text(levels: Iterable[CoverageLevel], *, english: bool = False) -> str:
    """Return several levels as a short list: ``国家级、省级、市级``."""
    if english:
        return ", ".join(level.value for level in levels)
    return "、".join(LEVELS_ZH[level] for level in levels)


def tolerated_words(rules: ManuscriptRules) -> tuple[int, int]:
    """Return the fewest and the most 字 that are no error (C2: “左右” read as the tolerance)."""
    # The small correction keeps 1500 × 1.1 = 1650.0000000000002 from becoming another number.
    lowest = ceil(rules.min_words * (1 - rules.tolerance) - 1e-6)
    highest = floor(rules.max_words * (1 + rules.tolerance) + 1e-6)
    return lowest, highest
