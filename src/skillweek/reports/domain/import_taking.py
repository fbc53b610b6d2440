"""Putting one piece of a package into the report, once, whatever was interrupted before (C7)."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from skillweek.core.errors import DomainError, NotAllowed, TooMuch
from skillweek.materials.judge import sha256_of
from skillweek.materials.messages import make_finding
from skillweek.materials.package import Package, PackageError
from skillweek.organisations.access import forget_scope
from skillweek.reports.domain.filing import must_be_editable
from skillweek.reports.domain.import_pieces import Part, Piece, put_cleaned, read_coverage_text, typed_text
from skillweek.reports.domain.items import add_item, restore_locked
from skillweek.reports.domain.review import locked
from skillweek.reports.findings import refresh_findings
from skillweek.reports.models import DailyReport, PackageImport, ReportItem
from skillweek.uploads.domain import release_file, retain_file, store_local_file
from skillweek.uploads.domain.receive import DiskFull
from skillweek.uploads.limits import check_quota, check_size
from skillweek.uploads.models import StoredFile

_K = ReportItem.Kind
_TEXTS: Final = (_K.CASE, _K.MANUSCRIPT)
_NAMES: Final = uuid5(NAMESPACE_URL, "skillweek:package")
#: So much stays free on the disk that files are unpacked on.
_RESERVE: Final = 256 * 1024 * 1024


class Outcome(StrEnum):
    """What became of one file."""

    ADDED = "added"
    #: The report holds it already.
    KNOWN = "known"
    #: No material, or no place for it.
    SKIPPED = "skipped"
    #: Could not be taken: damaged, unsafe, too large, no room.
    REFUSED = "refused"
    #: A list that describes other files; there is nothing to add.
    USED = "used"


@dataclass
class Row:
    """One row of an import's outcome; ``item`` is the client id of the report's item."""

    path: str
    outcome: Outcome
    kind: str = ""
    item: UUID | None = None
    findings: list[dict[str, Any]] = field(default_factory=list)
    message: str = ""

    def as_dict(self) -> dict[str, Any]:
        """JSON for ``PackageImport.outcome``."""
        return {
            "path": self.path,
            "outcome": self.outcome.value,
            "kind": self.kind,
            "item": str(self.item) if self.item else "",
            "findings": self.findings,
            "message": self.message,
        }


class _Refused(Exception):
    """This file cannot be taken; the row says why."""

    def __init__(self, row: Row) -> None:
        super().__init__(row.message)
        self.row = row


class Taker:
    """Adds pieces of one package to one report, on behalf of whoever handed it in."""

    def __init__(self, package: PackageImport, contents: Package) -> None:
        self.package = package
        self.contents = contents
        self.by = package.requested_by
        self._full = ""

    def take(self, piece: Piece) -> list[Row]:
        """Add the piece, with the files that find no place as further rows.

        Raises DomainError when nothing more can be taken at all: the report is not editable, the disk is full.
        """
        item = uuid5(_NAMES, f"{self.package.digest}/{piece.path}")
        row = Row(piece.path, Outcome.ADDED, kind=piece.kind, item=item)
        report = self._editable()
        extra: list[Row] = []
        try:
            known = report.items.filter(client_id=item).select_related("file", "photo_file").first()
            if known is not None:
                self._again(report, known, row)
            elif self._full:
                raise _Refused(Row(piece.path, Outcome.REFUSED, kind=piece.kind, message=self._full))
            else:
                extra = self._add(report, piece, row)
        except _Refused as refused:
            return [refused.row]
        finally:
            self._release(piece)
        row.message = " ".join([row.message, *piece.remarks]).strip()
        left = [Row(path, Outcome.SKIPPED, kind=piece.kind, message=reason) for path, reason in piece.left]
        return [row, *extra, *left]

    def _editable(self) -> DailyReport:
        """The report as it is now. Raises NotAllowed or Conflict when it cannot be changed any more."""
        if self.by is None:
            raise NotAllowed(_("提交这个压缩包的账号已经不在了。"))
        forget_scope(self.by)
        report = DailyReport.objects.select_related("edition", "organisation").get(pk=self.package.report_id)
        must_be_editable(self.by, report)
        return report

    def _again(self, report: DailyReport, item: ReportItem, row: Row) -> None:
        """The piece was taken before: by this very run before it was interrupted, or from the same package earlier.

        Whoever removed it and then handed the package in again wants it back; removed since, it stays away.
        """
        if item.removed_at is None:
            if item.created_at < self.package.created_at:
                row.outcome = Outcome.KNOWN
            return
        if item.removed_at > self.package.created_at:
            row.outcome, row.item, row.message = Outcome.SKIPPED, None, _("导入后已被移除。")
            return
        with transaction.atomic():
            fresh = locked(report.pk)
            must_be_editable(self.by, fresh)
            restore_locked(fresh, item, self.by)
            refresh_findings(fresh)
            fresh.version += 1
            fresh.save(update_fields=["version", "updated_at"])
        row.message = _("此前移除过，已恢复。")

    def _add(self, report: DailyReport, piece: Piece, row: Row) -> list[Row]:
        if piece.kind == _K.COVERAGE:
            return self._add_coverage(report, piece, row)
        assert piece.file is not None
        path = self._unpacked(report, piece.file, row)
        text = typed_text(path, piece.file.name) if piece.kind in _TEXTS else ""
        same = Q(text=text) if text else Q(file__sha256=sha256_of(path))
        if self._is_known(report, piece, same, row):
            return []
        if text:
            stem = piece.file.name.rpartition(".")[0]
            put_cleaned(piece, {"title": stem})
            self._insert(report, piece, row, text=text)
        else:
            self._insert(report, piece, row, file=self._stored(report, piece.file, path, row))
        return []

    def _add_coverage(self, report: DailyReport, piece: Piece, row: Row) -> list[Row]:
        """A coverage comes without a file that cannot be taken; that file has its own row."""
        refused: list[Row] = []
        files: dict[str, StoredFile] = {}
        if piece.file is None and self._is_known(report, piece, self._same_report(piece), row):
            return []
        for slot, part in (("file", piece.file), ("photo_file", piece.photo)):
            if part is None:
                continue
            try:
                path = self._unpacked(report, part, row)
                if slot == "file" and self._is_known(report, piece, Q(file__sha256=sha256_of(path)), row):
                    return []
                files[slot] = self._stored(report, part, path, row)
            except _Refused as no:
                no.row.path = part.path
                refused.append(no.row)
        read_coverage_text(piece, self.contents)
        self._insert(report, piece, row, **files)
        return refused

    def _same_report(self, piece: Piece) -> Q:
        told = {name: piece.fields.get(name) for name in ("outlet", "title", "published_on")}
        return Q(**told) if told["title"] else Q(pk=None)

    def _is_known(self, report: DailyReport, piece: Piece, same: Q, row: Row) -> bool:
        twin = report.items.filter(same, kind=piece.kind, removed_at=None).first()
        if twin is None:
            return False
        row.outcome, row.item = Outcome.KNOWN, twin.client_id
        row.message = _("与报告里的“%(item)s”相同，没有重复添加。") % {"item": twin}
        piece.left.clear()
        return True

    def _unpacked(self, report: DailyReport, part: Part, row: Row) -> Path:
        """The file on the spool's disk. Raises _Refused, or DiskFull, which ends everything."""
        if shutil.disk_usage(settings.SPOOL_ROOT).free < part.bytes + _RESERVE:
            raise DiskFull(_("服务器存储空间不足，请联系主办单位的管理员。"))
        try:
            if part.bytes:
                check_size(report.edition, part.kind, part.name, part.bytes)
                check_quota(report.edition, report.organisation, part.bytes)
            return self.contents.local_path(part.path)
        except PackageError as error:
            english: dict[str, object] = {"value": error.reason_en}
            finding = make_finding("file.unreadable", part.name, value=error.reason, english=english)
            raise _Refused(Row(row.path, Outcome.REFUSED, kind=row.kind, findings=[finding.as_dict()])) from error
        except DomainError as error:
            raise _Refused(Row(row.path, Outcome.REFUSED, kind=row.kind, message=error.message)) from error

    def _stored(self, report: DailyReport, part: Part, path: Path, row: Row) -> StoredFile:
        """The file in storage; one that an interrupted run left there is used. Raises _Refused (too large, no room)."""
        file_id = uuid5(_NAMES, f"{report.pk}/{self.package.digest}/{part.path}")
        with suppress(StoredFile.DoesNotExist):
            return self._kept(file_id)
        try:
            return store_local_file(
                path, edition=report.edition, organisation=report.organisation, user=self.by,
                kind=part.kind, name=part.name, file_id=file_id,
            )  # fmt: skip
        except IntegrityError:
            return self._kept(file_id)
        except DomainError as error:
            raise _Refused(Row(row.path, Outcome.REFUSED, kind=row.kind, message=error.message)) from error

    def _kept(self, file_id: UUID) -> StoredFile:
        file = StoredFile.objects.get(pk=file_id)
        retain_file(file, actor=self.by)
        return file

    def _insert(self, report: DailyReport, piece: Piece, row: Row, **more: Any) -> None:
        assert row.item is not None
        try:
            add_item(report, by=self.by, kind=piece.kind, client_id=row.item, **{**piece.fields, **more})
        except DomainError as error:
            for file in more.values():
                if isinstance(file, StoredFile):
                    self._let_go(file)
            if not isinstance(error, TooMuch):
                raise
            self._full = error.message
            raise _Refused(Row(piece.path, Outcome.REFUSED, kind=piece.kind, message=error.message)) from error

    def _let_go(self, file: StoredFile) -> None:
        used = ReportItem.objects.filter(Q(file=file) | Q(photo_file=file), removed_at=None).exists()
        if not used:
            release_file(file, actor=self.by)

    def _release(self, piece: Piece) -> None:
        """Drop the temporary copies of the piece's files."""
        for part in (piece.file, piece.photo):
            if part is not None:
                self.contents.release(part.path)
