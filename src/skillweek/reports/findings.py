"""The judge's findings on a report's items as they stand now (C2–C5, C14).

An item's findings are those on its files, which the uploads room keeps, and those on what was typed beside them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from skillweek.materials.captions import is_meaningful
from skillweek.materials.coverage import judge_coverage
from skillweek.materials.findings import Finding, Severity
from skillweek.materials.likeness import Overlap, judge_likeness
from skillweek.materials.manuscript import judge_manuscript
from skillweek.materials.messages import make_finding
from skillweek.materials.rules import MaterialRules
from skillweek.materials.words import count_words
from skillweek.reports.models import DailyReport, ReportItem
from skillweek.reports.texts import MANUSCRIPTS, TEXT, follow_soon, text_of
from skillweek.similarity.queries import overlaps_of
from skillweek.uploads.models import StoredFile

_K = ReportItem.Kind
_Json = list[dict[str, Any]]


def refresh_findings(report: DailyReport, *, compare: bool = True) -> list[ReportItem]:
    """Judge every live item of the report again, store what changed, and return the live items in the form's order.

    Run inside the transaction that changed them. Costs two reads, and one write when anything changed. ``compare`` also
    has its texts compared with others, which a task does; its findings come when it is done.
    """
    items = live_items(report)
    rules = report.edition.material_rules
    overlaps = overlaps_of(TEXT, {item.pk for item in items if item.kind in MANUSCRIPTS})
    first: dict[str, str] = {}
    changed = []
    for item in items:
        findings = _judge(item, rules) + _likeness(item, overlaps.get(item.pk, []), rules) + _repeats(item, first)
        words = count_of(item)
        if findings != item.findings or words != item.word_count:
            item.findings, item.word_count = findings, words
            changed.append(item)
    ReportItem.objects.bulk_update(changed, ["findings", "word_count"])
    if compare:
        follow_soon(report)
    return items


def live_items(report: DailyReport) -> list[ReportItem]:
    """The report's items that were not removed, by kind in the form's order, with their files."""
    order = {kind: number for number, kind in enumerate(_K.values)}
    items = report.items.filter(removed_at=None).select_related("file", "photo_file")
    return sorted(items, key=lambda item: (order[item.kind], item.position, item.pk))


def count_of(item: ReportItem) -> int:
    """字数 of a text item, typed or in its file; 0 for anything else."""
    if item.kind not in (_K.CASE, _K.MANUSCRIPT, _K.COVERAGE):
        return 0
    if not item.text and item.file is not None and item.kind != _K.COVERAGE:
        return int(item.file.facts.get("words") or 0)
    return count_words(item.text)


def report_findings(report: DailyReport, items: Sequence[ReportItem]) -> _Json:
    """Findings on the report as a whole: an empty one reports nothing."""
    if items:
        return []
    return [
        Finding(
            code="report.empty",
            severity=Severity.ERROR,
            subject=str(report.day),
            message="这份报告还没有任何材料。",
            message_en="This report holds no material yet.",
            todo="请至少添加一项：典型案例、文字稿件、照片、视频或媒体报道。当天确实没有活动的，请由联络员写明情况后报送。",
            todo_en="Add at least one case, manuscript, photo, video or media report; or say why there is none.",
        ).as_dict()
    ]


def error_count(findings: Iterable[dict[str, Any]]) -> int:
    """How many of the findings stand in the way of submission."""
    return sum(finding.get("severity") == Severity.ERROR for finding in findings)


def _judge(item: ReportItem, rules: MaterialRules) -> _Json:
    if item.kind == _K.COVERAGE:
        return _judge_coverage(item, rules)
    if item.kind in (_K.CASE, _K.MANUSCRIPT):
        return _judge_text(item, rules)
    findings = list(item.file.findings) if item.file is not None else []
    if item.kind == _K.PHOTO and rules.photo.caption_required:
        findings += [finding.as_dict() for finding in _judge_caption(item)]
    return findings


def _judge_caption(item: ReportItem) -> list[Finding]:
    subject = item.file.name if item.file is not None else str(item)
    if not item.caption.strip():
        return [make_finding("photo.caption", subject)]
    if not is_meaningful(item.caption):
        return [make_finding("photo.caption_empty", subject, value=item.caption.strip())]
    return []


def _judge_text(item: ReportItem, rules: MaterialRules) -> _Json:
    if not item.text and item.file is not None:
        findings = list(item.file.findings)
        if item.source.strip():
            findings = [finding for finding in findings if finding.get("code") != "manuscript.source"]
        return findings
    subject = item.title.strip() or str(item.get_kind_display())
    return [found.as_dict() for found in judge_manuscript(item.text, rules.manuscript, subject, source=item.source)]


def _likeness(item: ReportItem, overlaps: Sequence[Overlap], rules: MaterialRules) -> _Json:
    """Findings on what a manuscript shares with other texts, as far as they have been compared (C14)."""
    if not overlaps:
        return []
    subject = str(item)
    found = judge_likeness(text_of(item), overlaps, rules.manuscript, subject, item.source)
    return [finding.as_dict() for finding in found]


def _judge_coverage(item: ReportItem, rules: MaterialRules) -> _Json:
    findings = judge_coverage(
        outlet=item.outlet,
        level=item.level,
        title=item.title,
        published_on=item.published_on,
        scan_formats=[str(item.file.facts.get("format", "unknown"))] if item.file is not None else [],
        has_photo=item.photo_file is not None,
        has_text=bool(item.text.strip()),
        link=item.link,
        rules=rules.coverage,
        subject=item.title.strip() or item.outlet.strip() or str(item.get_kind_display()),
    )
    if item.file is not None and not item.file.facts:
        # In a bucket, facts come with the full check: nothing is known of the scan's format yet.
        findings = [finding for finding in findings if finding.code != "coverage.scan_format"]
    return [finding.as_dict() for finding in findings] + [row for file in _files(item) for row in file.findings]


def _files(item: ReportItem) -> list[StoredFile]:
    return [file for file in (item.file, item.photo_file) if file is not None]


def _repeats(item: ReportItem, first: dict[str, str]) -> _Json:
    """Findings on what already stands further up in the same report, word for word or byte for byte.

    ``first`` maps a digest to the name of its first bearer and grows. Found as ``skillweek check`` finds it, where
    media coverage is left out (its clippings may well repeat a photo).
    """
    if item.kind == _K.COVERAGE:
        return []
    named = [(file.sha256, file.name) for file in _files(item)]
    if not named and item.text.strip():
        digest = hashlib.sha256(item.text.encode()).hexdigest()
        named = [(f"text:{digest}", item.title.strip() or str(item.get_kind_display()))]
    found = []
    for digest, name in named:
        if digest in first:
            found.append(make_finding("file.duplicate", name, value=first[digest]).as_dict())
        elif digest:
            first[digest] = name
    return found
