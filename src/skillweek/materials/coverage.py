"""Media coverage: is one item complete, and of a level that counts (C5)?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from .findings import Finding
from .messages import make_finding
from .rules import CoverageLevel, CoverageRules
from .wording import LEVELS_ZH, format_label, formats_text, levels_text

_LINK = re.compile(r"^https?://[^\s/]+\.[^\s/]+(/\S*)?$", re.IGNORECASE)
_LEVEL_WORDS: Final = (
    (CoverageLevel.NATIONAL, ("国家", "中央", "全国", "national")),
    (CoverageLevel.PROVINCIAL, ("省", "自治区", "provincial")),
    (CoverageLevel.DISTRICT, ("区", "县", "district")),
    (CoverageLevel.MUNICIPAL, ("市", "municipal")),
    (CoverageLevel.SCHOOL, ("校", "学院", "school")),
)


def read_level(text: str) -> CoverageLevel | None:
    """Return the level that a cell or field writes as 国家级/省级/市级/区县级/校级 (or a like word), or None."""
    text = text.strip().lower()
    return next((level for level, names in _LEVEL_WORDS if any(name in text for name in names)), None)


def read_date(text: str) -> date | None:
    """Return a date written as 2023-05-15, 2023/5/15, 2023.5.15, 20230515 or 2023年5月15日, or None."""
    found = re.search(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})|(?<!\d)(\d{4})(\d{2})(\d{2})(?!\d)", text)
    if not found:
        return None
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def judge_coverage(
    *,
    outlet: str,
    level: CoverageLevel | str | None,
    title: str,
    published_on: date | None,
    scan_formats: Sequence[str],
    has_photo: bool,
    has_text: bool,
    link: str = "",
    rules: CoverageRules,
    subject: str = "",
) -> list[Finding]:
    """Return the findings on one item of coverage (C5).

    ``scan_formats`` are the formats by content (keys of ``sniff.FORMATS``) of its scans, empty when there is none.
    ``subject`` defaults to the title, then the outlet. A level that is none of ``CoverageLevel`` counts as missing.
    """
    subject = subject or title.strip() or outlet.strip() or "未命名报道"
    findings = []
    if not outlet.strip():
        findings.append(make_finding("coverage.outlet", subject))
    findings += _judge_level(level, rules, subject)
    if not title.strip():
        findings.append(make_finding("coverage.title", subject))
    if published_on is None:
        findings.append(make_finding("coverage.date", subject))
    findings += _judge_scans(scan_formats, rules, subject)
    if rules.photo_required and not has_photo:
        findings.append(make_finding("coverage.photo", subject))
    if rules.text_required and not has_text:
        findings.append(make_finding("coverage.text", subject))
    if link.strip() and not _LINK.match(link.strip()):
        findings.append(make_finding("coverage.link", subject, value=link.strip()))
    return findings


def _judge_level(level: CoverageLevel | str | None, rules: CoverageRules, subject: str) -> list[Finding]:
    limit, limit_en = levels_text(rules.levels), levels_text(rules.levels, english=True)
    if not level or level not in {str(known) for known in CoverageLevel}:
        return [make_finding("coverage.level_missing", subject, limit=limit, english={"limit": limit_en})]
    known = CoverageLevel(level)
    if known in rules.levels:
        return []
    english: dict[str, object] = {"value": known.value, "limit": limit_en}
    return [make_finding("coverage.level", subject, value=LEVELS_ZH[known], limit=limit, english=english)]


def _judge_scans(scan_formats: Sequence[str], rules: CoverageRules, subject: str) -> list[Finding]:
    limit, limit_en = formats_text(rules.scan_formats), formats_text(rules.scan_formats, english=True)
    if not scan_formats:
        if not rules.scan_required:
            return []
        return [make_finding("coverage.scan", subject, limit=limit, english={"limit": limit_en})]
    return [
        make_finding(
            "coverage.scan_format", subject, value=format_label(name), limit=limit,
            english={"value": format_label(name, english=True), "limit": limit_en},
        )
        for name in scan_formats
        if name not in rules.scan_formats
    ]  # fmt: skip
