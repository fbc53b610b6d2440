"""Check a whole package: every item probed, hashed, judged; the same file twice noticed (C7, C14)."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from .coverage import judge_coverage
from .facts import FileFacts
from .findings import Finding, Kind, Severity
from .judge import decode, judge, probe, probe_and_hash
from .messages import make_finding
from .package import Item, Package, PackageError, open_package
from .rules import MaterialRules
from .sniff import sniff_path

#: Called with the bytes just dealt with and the bytes in all.
Progress = Callable[[int, int], None]
Probing = Future[tuple[FileFacts, str]]


@dataclass(slots=True)
class CheckedItem:
    """One item and what was found. ``facts`` is JSON data."""

    path: str
    kind: Kind
    facts: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def worst(self) -> Severity | None:
        """The heaviest severity among the findings, None when there are none."""
        return next((one for one in Severity if any(finding.severity is one for finding in self.findings)), None)


@dataclass(slots=True)
class CheckReport:
    """The outcome for one package: ``name`` is the folder's or archive's, ``edition`` the id of the rules used."""

    name: str
    edition: str
    items: list[CheckedItem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether no finding is an error."""
        return not self.count(Severity.ERROR)

    def count(self, severity: Severity) -> int:
        """Return how many findings are of a severity."""
        return sum(finding.severity is severity for item in self.items for finding in item.findings)

    def items_by_worst(self) -> Counter[Severity | None]:
        """Return how many items have each severity as their heaviest finding."""
        return Counter(item.worst for item in self.items)

    def as_dict(self, language: str = "zh") -> dict[str, Any]:
        """Return the JSON of ``skillweek check --json`` (docs/developer/check-json.md)."""
        items = [
            {
                "path": item.path,
                "kind": item.kind.value,
                "facts": item.facts,
                "findings": [_finding_json(finding, language) for finding in item.findings],
            }
            for item in self.items
        ]
        return {"ok": self.ok, "edition": self.edition, "items": items}


def message_of(finding: Finding, language: str) -> tuple[str, str]:
    """Return (message, what to do) in ``zh`` or ``en``."""
    return (finding.message_en, finding.todo_en) if language == "en" else (finding.message, finding.todo)


def _finding_json(finding: Finding, language: str) -> dict[str, str]:
    message, todo = message_of(finding, language)
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "subject": finding.subject,
        "message": message,
        "todo": todo,
    }


def check_path(
    path: Path, rules: MaterialRules, edition: str, *, full: bool = False, progress: Progress | None = None
) -> CheckReport:
    """Check a folder, zip or single file by an edition's rules.

    ``full`` also decodes photos entirely and videos by samples. What cannot be opened becomes a finding; raises
    OSError only when ``path`` itself is out of reach.
    """
    report = CheckReport(name=path.resolve().name, edition=edition)
    try:
        package = open_package(path)
    except PackageError as error:
        english: dict[str, Any] = {"value": error.reason_en}
        finding = make_finding("package.unreadable", report.name, value=error.reason, english=english)
        report.items.append(CheckedItem(report.name, Kind.OTHER, findings=[finding]))
        return report
    with package:
        report.items = _check_items(package, rules, full, progress)
    report.items += [CheckedItem(where, Kind.OTHER, findings=[finding]) for where, finding in package.notes]
    if not report.items:
        report.items.append(CheckedItem(".", Kind.OTHER, findings=[make_finding("package.empty", report.name)]))
    return report


def _check_items(package: Package, rules: MaterialRules, full: bool, progress: Progress | None) -> list[CheckedItem]:
    total = sum(item.bytes for item in package.items)
    checked: list[CheckedItem] = []
    seen: dict[str, str] = {}
    for item, probing in _probe_ahead(package.items):
        if probing is None:
            checked.append(_check_coverage(item, rules))
        else:
            checked.append(_check_file(item, probing, rules, full, seen))
        if progress:
            progress(item.bytes, total)
    return checked


def _probe_ahead(items: Iterable[Item]) -> Iterator[tuple[Item, Probing | None]]:
    """Yield each item with what probes it (None for coverage). Hashing lets other threads run: a few go on ahead."""
    workers = min(4, os.cpu_count() or 1)
    waiting: deque[tuple[Item, Probing | None]] = deque()
    with ThreadPoolExecutor(max_workers=workers) as pool:
        for item in items:
            waiting.append((item, None if item.coverage else _begin_probing(item, pool)))
            if len(waiting) > 2 * workers:
                yield waiting.popleft()
        yield from waiting


def _begin_probing(item: Item, pool: ThreadPoolExecutor) -> Probing:
    try:
        path = item.local_path()  # a zip is unpacked by this thread alone
    except (PackageError, OSError) as error:
        failed: Probing = Future()
        failed.set_exception(error)
        return failed
    return pool.submit(probe_and_hash, path, item.kind, item.name)


def _check_file(item: Item, probing: Probing, rules: MaterialRules, full: bool, seen: dict[str, str]) -> CheckedItem:
    checked = CheckedItem(item.shown_path, item.kind)
    try:
        facts, digest = probing.result()
        if full:
            facts = decode(item.local_path(), facts, rules)
    except PackageError as error:
        checked.findings.append(_unreadable(item.name, error.reason, error.reason_en))
        return checked
    except OSError as error:
        checked.findings.append(_unreadable(item.name, "没有读取权限或磁盘有误", error.strerror or "cannot be read"))
        return checked
    finally:
        item.release()
    checked.facts = {**facts.as_dict(), "sha256": digest}
    checked.findings = _judge(item, facts, rules)
    if facts.bytes and item.kind is not Kind.OTHER:
        first = seen.setdefault(digest, item.shown_path)
        if first != item.shown_path:
            checked.findings.append(make_finding("file.duplicate", item.name, value=first))
    return checked


def _judge(item: Item, facts: FileFacts, rules: MaterialRules) -> list[Finding]:
    caption = item.caption if item.kind is Kind.PHOTO else None
    return judge(facts, rules, caption=caption, source=item.source)


def _unreadable(subject: str, reason: str, reason_en: str) -> Finding:
    return make_finding("file.unreadable", subject, value=reason, english={"value": reason_en})


def _check_coverage(item: Item, rules: MaterialRules) -> CheckedItem:
    coverage = item.coverage
    assert coverage is not None
    formats: list[str] = []
    for scan in coverage.scans:
        try:
            formats.append(sniff_path(item.package.local_path(scan)))
        except (PackageError, OSError):
            formats.append("unknown")
        item.package.release(scan)
    facts: dict[str, Any] = {
        "outlet": coverage.outlet,
        "level": coverage.level.value if coverage.level else "",
        "title": coverage.title,
        "published_on": coverage.published_on.isoformat() if coverage.published_on else "",
        "link": coverage.link,
        "scans": coverage.scans,
        "photos": coverage.photos,
        "texts": coverage.texts,
        "others": coverage.others,
    }
    findings = judge_coverage(
        outlet=coverage.outlet,
        level=coverage.level,
        title=coverage.title,
        published_on=coverage.published_on,
        scan_formats=formats,
        has_photo=bool(coverage.photos),
        has_text=bool(coverage.texts),
        link=coverage.link,
        rules=rules.coverage,
        subject=coverage.title or item.name,
    )
    for other in coverage.others:
        findings += _check_other(item.package, other, rules)
    return CheckedItem(item.shown_path, Kind.COVERAGE, {key: value for key, value in facts.items() if value}, findings)


def _check_other(package: Package, path: str, rules: MaterialRules) -> list[Finding]:
    """Name a file that lies with an item of coverage and is neither scan, photo nor text."""
    name = PurePosixPath(path).name
    try:
        return judge(probe(package.local_path(path), Kind.OTHER, name), rules)
    except PackageError as error:
        return [_unreadable(name, error.reason, error.reason_en)]
    except OSError as error:
        return [_unreadable(name, "没有读取权限或磁盘有误", error.strerror or "cannot be read")]
    finally:
        package.release(path)
