"""Everything the review page shows about one report, in a constant number of queries (C10)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch

from skillweek.materials.findings import Finding, Severity
from skillweek.materials.words import count_words
from skillweek.reports.models import DailyReport, ItemComment, ReportItem
from skillweek.reports.queries.evidence import Evidence, evidence_for, likenesses_for
from skillweek.reports.texts import text_of
from skillweek.similarity.queries import Likeness
from skillweek.uploads.models import Derivative, StoredFile

TEXT_KINDS = (ReportItem.Kind.CASE, ReportItem.Kind.MANUSCRIPT, ReportItem.Kind.COVERAGE)
MEDIA_KINDS = (ReportItem.Kind.PHOTO, ReportItem.Kind.VIDEO)
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.ADVICE: 2}


@dataclass(frozen=True)
class Shot:
    """A picture as the page shows it: ``thumb`` in place, ``full`` in the lightbox."""

    file: StoredFile
    thumb: Derivative
    full: Derivative


@dataclass
class Piece:
    """One item as the reviewer sees it."""

    item: ReportItem
    number: int
    text: str = ""
    words: int = 0
    findings: list[Finding] = field(default_factory=list)
    comments: list[ItemComment] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    #: Other texts with the same passages.
    likenesses: list[Likeness] = field(default_factory=list)

    @property
    def worst(self) -> str:
        """The heaviest finding's severity, or ``""``."""
        return str(self.findings[0].severity) if self.findings else ""

    @property
    def open_comments(self) -> int:
        """Remarks that nobody has settled."""
        return sum(comment.resolved_at is None for comment in self.comments)

    @property
    def label(self) -> str:
        """What the piece is called: its title, its caption, else its file's name; empty when it has none."""
        return self.item.title or self.item.caption or (self.item.file.name if self.item.file else "")

    @property
    def address(self) -> str:
        """The coverage's link when a browser may follow it; schools type anything there."""
        link = self.item.link.strip()
        return link if link.lower().startswith(("http://", "https://")) else ""

    @property
    def shot(self) -> Shot | None:
        """The file as a picture, once its thumbnail has been made."""
        return shot_of(self.item.file)

    @property
    def photo_shot(self) -> Shot | None:
        """A coverage's photo as a picture."""
        return shot_of(self.item.photo_file)

    @property
    def poster(self) -> Derivative | None:
        """A video's first picture."""
        return roles_of(self.item.file).get(Derivative.Role.POSTER)


@dataclass
class Detail:
    """One report with its pieces by kind; ``comments`` are those on the whole report."""

    report: DailyReport
    pieces: list[Piece]
    comments: list[ItemComment]

    def of(self, *kinds: str) -> list[Piece]:
        """The pieces of the given kinds, in the school's order."""
        return [piece for piece in self.pieces if piece.item.kind in kinds]

    @property
    def texts(self) -> list[Piece]:
        """What is read: manuscripts, cases, coverage."""
        return self.of(*TEXT_KINDS)

    @property
    def photos(self) -> list[Piece]:
        """The photos."""
        return self.of(ReportItem.Kind.PHOTO)

    @property
    def videos(self) -> list[Piece]:
        """The videos."""
        return self.of(ReportItem.Kind.VIDEO)

    @property
    def error_count(self) -> int:
        """Findings that would have blocked submission."""
        return sum(finding.severity is Severity.ERROR for piece in self.pieces for finding in piece.findings)

    @property
    def warning_count(self) -> int:
        """Findings that a reviewer should look at."""
        return sum(finding.severity is Severity.WARNING for piece in self.pieces for finding in piece.findings)

    @property
    def evidence_count(self) -> int:
        """Pieces that also stand elsewhere."""
        return sum(bool(piece.evidence or piece.likenesses) for piece in self.pieces)

    @property
    def open_comments(self) -> int:
        """Remarks on the whole and on pieces that nobody has settled."""
        whole = sum(comment.resolved_at is None for comment in self.comments)
        return whole + sum(piece.open_comments for piece in self.pieces)


def roles_of(file: StoredFile | None) -> dict[str, Derivative]:
    """The file's derivatives by role; prefetched ones cost nothing."""
    return {} if file is None else {derivative.role: derivative for derivative in file.derivatives.all()}


def shot_of(file: StoredFile | None) -> Shot | None:
    """The file's picture; None while there is none to show."""
    roles = roles_of(file)
    thumb = roles.get(Derivative.Role.THUMB)
    if file is None or thumb is None:
        return None
    return Shot(file, thumb, roles.get(Derivative.Role.LARGE, thumb))


def detail_of(user: Any, report: DailyReport) -> Detail:
    """Read the report's live items with files, findings, remarks and evidence for ``user``'s eyes."""
    comments = list(ItemComment.objects.filter(report=report).select_related("author"))
    by_item: dict[int | None, list[ItemComment]] = {}
    for comment in comments:
        by_item.setdefault(comment.item_id, []).append(comment)
    items = list(
        report.items.filter(removed_at=None)
        .select_related("file", "photo_file")
        .prefetch_related(
            Prefetch("file__derivatives"),
            Prefetch("photo_file__derivatives"),
        )
    )
    order = {kind: number for number, kind in enumerate(ReportItem.Kind.values)}
    items.sort(key=lambda item: (order[item.kind], item.position, item.pk))
    evidence = evidence_for(user, report, items)
    likenesses = likenesses_for(user, items, evidence)
    pieces = []
    for number, item in enumerate(items, start=1):
        text = text_of(item) if item.kind in TEXT_KINDS else ""
        findings = [Finding.from_dict(each) for each in item.findings]
        findings.sort(key=lambda finding: _ORDER[finding.severity])
        pieces.append(
            Piece(
                item,
                number,
                text=text,
                words=item.word_count or count_words(text),
                findings=findings,
                comments=by_item.get(item.pk, []),
                evidence=evidence.get(item.pk, []),
                likenesses=likenesses.get(item.pk, []),
            )
        )
    return Detail(report, pieces, by_item.get(None, []))
