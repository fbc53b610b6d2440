"""Judge what a manuscript shares with other texts, once somebody has found it (C14). Never more than a warning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .findings import Finding
from .manuscript import names_source
from .messages import make_finding
from .rules import ManuscriptRules


@dataclass(frozen=True, slots=True)
class Overlap:
    """What a manuscript shares with one other text: ``equal`` characters, which are ``share`` (0 to 1) of it.

    ``coverage``: the other was published by ``outlet`` under ``title``. Otherwise it is a unit's material: ``own`` of
    the same unit, ``earlier`` known before this one.
    """

    equal: int
    share: float
    coverage: bool = False
    own: bool = False
    earlier: bool = True
    outlet: str = ""
    title: str = ""


_SOME_OUTLET: Final = "媒体"


def judge_likeness(
    text: str, overlaps: Sequence[Overlap], rules: ManuscriptRules, subject: str, source: str = ""
) -> list[Finding]:
    """Return the findings on a manuscript's overlaps, the weightiest of each sort only.

    Media coverage counts when the manuscript names neither a source nor the outlet. Of two units' material, only
    the one that came later hears of it, and never whose the other is.
    """
    findings = []
    published = [one for one in overlaps if one.coverage and 0 < rules.coverage_words <= one.equal]
    unnamed = [one for one in published if not (one.outlet and one.outlet in text + source)]
    if unnamed and not names_source(text, source):
        most = max(unnamed, key=lambda one: one.equal)
        named = {"outlet": most.outlet or _SOME_OUTLET, "title": most.title or subject}
        english: dict[str, object] = {"outlet": most.outlet or "the media"}
        findings.append(make_finding("manuscript.coverage", subject, value=most.equal, english=english, **named))
    for code, own in (("manuscript.alike", False), ("manuscript.again", True)):
        sort = [
            one
            for one in overlaps
            if not one.coverage and one.own is own and one.earlier and one.share >= rules.overlap_share
        ]
        if sort:
            most = max(sort, key=lambda one: one.share)
            findings.append(make_finding(code, subject, value=most.equal, share=f"{most.share:.0%}"))
    return findings
