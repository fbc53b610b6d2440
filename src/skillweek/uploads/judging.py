"""From a file on disk to its facts and findings: the one judge, asked by an edition's rules (C2–C4, C14)."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from skillweek.editions.models import Edition
from skillweek.materials.facts import FileFacts, PhotoFacts
from skillweek.materials.findings import Finding, Kind
from skillweek.materials.judge import decode, judge, probe
from skillweek.uploads.models import StoredFile

log = logging.getLogger("skillweek.uploads")
_OWN_RULES: Final = {
    StoredFile.Kind.PHOTO: Kind.PHOTO,
    StoredFile.Kind.VIDEO: Kind.VIDEO,
    StoredFile.Kind.MANUSCRIPT: Kind.MANUSCRIPT,
}
#: What is wrong with any picture, whatever it was handed in as: a coverage's scan need not be 2000 px wide.
_ALWAYS_WRONG: Final = frozenset({"file.empty", "photo.truncated", "photo.damaged", "photo.archive", "photo.pixels"})


@dataclass
class Verdict:
    """What is known of a file: the judge's facts (typed, and as JSON) and findings as JSON."""

    typed: FileFacts | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    findings: list[dict[str, Any]] = field(default_factory=list)

    @property
    def photo(self) -> PhotoFacts | None:
        """The facts as those of a picture, when it is one."""
        return self.typed if isinstance(self.typed, PhotoFacts) else None


def verdict_on(path: Path, *, edition: Edition, kind: str, name: str, full: bool) -> Verdict:
    """Probe and judge the file at ``path`` that was handed in as ``kind`` under ``name``.

    ``full`` decodes it too, which belongs into a task. Raises OSError when it cannot be read.
    """
    facts = probe(path, _OWN_RULES.get(StoredFile.Kind(kind)), name)
    if full:
        facts = decode(path, facts, edition.material_rules)
    return Verdict(facts, facts.as_dict(), [finding.as_dict() for finding in _judge(facts, edition, kind)])


def quick_verdict(path: Path, *, edition: Edition, kind: str, name: str) -> Verdict:
    """The structural check at the moment of arrival. A fault of the judge never costs anybody an upload:
    the full check, which follows, tries again and says so.
    """
    try:
        return verdict_on(path, edition=edition, kind=kind, name=name, full=False)
    except Exception:
        log.exception("structural check failed")
        return Verdict()


def _judge(facts: FileFacts, edition: Edition, kind: str) -> list[Finding]:
    if StoredFile.Kind(kind) in _OWN_RULES:
        return judge(facts, edition.material_rules, days=(edition.starts_on, edition.ends_on))
    if not isinstance(facts, PhotoFacts):
        return []
    return [finding for finding in judge(facts, edition.material_rules) if finding.code in _ALWAYS_WRONG]
