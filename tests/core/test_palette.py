"""The palette reaches WCAG AA where it is used: every tone on its pale surface, on white and on the page."""

from __future__ import annotations

import re

import pytest

from tests.factories import REPOSITORY

TOKENS = dict(
    re.findall(r"^\$([a-z-]+): (#[0-9a-f]{6});", (REPOSITORY / "frontend/styles/_tokens.scss").read_text(), re.M)
)
PAIRS = [
    *((tone, surface) for tone in ("ink", "ink-soft", "teal", "flame") for surface in ("paper", "surface")),
    *((tone, f"{tone}-pale") for tone in ("teal", "flame", "gold", "leaf", "sky", "stone")),
    *(("ink-soft", f"{tone}-pale") for tone in ("flame", "gold", "leaf", "sky")),
    *(("surface", tone) for tone in ("teal", "teal-deep", "flame", "leaf", "sky", "stone")),
]


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("text", "surface"), PAIRS)
def test_text_reaches_contrast_of_four_and_a_half(text: str, surface: str) -> None:
    light, dark = sorted((luminance(TOKENS[text]), luminance(TOKENS[surface])), reverse=True)

    assert (light + 0.05) / (dark + 0.05) >= 4.5
