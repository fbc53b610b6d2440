"""A package of material that a school hands in, taken apart by the one judge into items of its report (C7).

Everything that is made has an id that follows from the package's content and the file's place in it. So a task that
runs twice or is killed in the middle, and the same package handed in again, make nothing twice.
"""

from __future__ import annotations

import dataclasses
import logging
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.core.models import AuditEvent
from skillweek.materials.package import Package, PackageError, open_package
from skillweek.materials.sniff import sniff_path
from skillweek.materials.zipsafe import Limits
from skillweek.notifications.domain import notify
from skillweek.reports.domain.import_pieces import NotTaken, pieces_of
from skillweek.reports.domain.import_taking import Outcome, Row, Taker
from skillweek.reports.domain.values import clean_text
from skillweek.reports.models import DailyReport, PackageImport
from skillweek.uploads.domain import release_file
from skillweek.uploads.limits import max_bytes
from skillweek.uploads.models import StoredFile
from skillweek.uploads.storage import local_copy, temporary_folder

log = logging.getLogger("skillweek.reports")
_S = PackageImport.State
#: Seconds between two notes of the progress.
_NOTE_SECONDS: Final = 1.0
#: An import that has not moved for so long was given up by its worker.
_LOST: Final = timedelta(hours=2)


class Unreadable(Exception):
    """The package as a whole cannot be taken apart; the text is for the person."""


@transaction.atomic
def begin_import(report: DailyReport, file: StoredFile, *, by: Any, queued: bool = True) -> PackageImport:
    """Note that ``file`` is a package for ``report`` and queue its taking apart; the same file again changes nothing.

    Who calls ``run_import`` themselves says ``queued=False``.

    Raises NotAllowed for another school's file.
    """
    from skillweek.reports.tasks import import_package

    if file.organisation_id != report.organisation_id or file.edition_id != report.edition_id:
        raise NotAllowed(_("这个压缩包不属于“%(school)s”。") % {"school": report.organisation})
    known = PackageImport.objects.filter(report=report, file=file).first()
    if known is not None:
        return known
    package = PackageImport.objects.create(
        report=report, file=file, name=file.name, digest=file.sha256, requested_by=by
    )
    audit.record(
        "report.import", report, actor=by, organisation_id=report.organisation_id, data={"package": package.pk}
    )
    if queued:
        import_package.enqueue(package.pk)
    return package


def run_import(package_id: int) -> None:
    """Take the package apart and note what became of each file. Safe to run twice; a finished one is left alone.

    ``outcome`` has a row for each file: ``{path, outcome, kind, item, findings, message}``, see ``import_taking.Row``.
    What was taken stays, whatever happens to the rest.
    """
    related = ("report__edition", "report__organisation", "file", "requested_by")
    package = PackageImport.objects.select_related(*related).filter(pk=package_id).first()
    if package is None or package.state in (_S.DONE, _S.FAILED):
        return
    language = package.requested_by.language if package.requested_by else ""
    with translation.override(language or settings.LANGUAGE_CODE):
        _Run(package).run()


def give_up_lost_imports() -> int:
    """Say of imports whose worker died again and again that they ended; return how many."""
    lost = PackageImport.objects.filter(state=_S.RUNNING, updated_at__lt=now() - _LOST)
    return lost.update(state=_S.FAILED, message=_interrupted(), updated_at=now())


def _interrupted() -> str:
    return _("处理这个压缩包时中断了，已经导入的材料都在。请再导入一次，已有的材料不会重复。")


class _Run:
    """One run over one package; ``rows`` are the outcome so far."""

    def __init__(self, package: PackageImport) -> None:
        self.package = package
        self.rows: list[Row] = []
        self._noted = time.monotonic()

    def run(self) -> None:
        """Take apart what can be, then write the outcome."""
        package = self.package
        package.state, package.done_count, package.total_count, package.message = _S.RUNNING, 0, 0, ""
        package.save(update_fields=["state", "done_count", "total_count", "message", "updated_at"])
        if package.file is not None:
            # Its bytes stay for days. Let go of now, what comes out of it does not need the school's room twice.
            release_file(package.file, actor=package.requested_by)
        try:
            with _opened(package) as contents:
                self._take_apart(contents)
        except Unreadable as error:
            self._finish(_S.FAILED, str(error))
        except DomainError as error:
            self._finish(_S.FAILED, _("%(why)s其余文件没有导入。") % {"why": error.message})
        except Exception:
            log.exception("import %s broke", package.pk)
            self._finish(_S.FAILED, _interrupted())
        else:
            empty = not any(row.outcome in (Outcome.ADDED, Outcome.KNOWN) for row in self.rows)
            self._finish(_S.DONE, _("这个压缩包里没有可以导入的材料。") if empty else "")

    def _take_apart(self, contents: Package) -> None:
        package = self.package
        for path, finding in contents.notes:
            self.rows.append(Row(path, Outcome.REFUSED, findings=[finding.as_dict()]))
        self.rows += [
            Row(path, Outcome.USED, message=_("说明清单，内容已用到对应的材料上。")) for path in contents.lists
        ]
        pieces = list(pieces_of(contents, package.report.edition, package.report.day))
        package.total_count = len(pieces)
        taker = Taker(package, contents)
        for number, piece in enumerate(pieces, start=1):
            if isinstance(piece, NotTaken):
                self.rows.append(Row(piece.path, Outcome.USED if piece.used else Outcome.SKIPPED, message=piece.reason))
            else:
                try:
                    self.rows += taker.take(piece)
                except Exception:
                    self.rows += [_untouched(left) for left in pieces[number - 1 :]]
                    raise
            self._note(number)

    def _note(self, done: int) -> None:
        self.package.done_count = done
        if time.monotonic() - self._noted >= _NOTE_SECONDS:
            self._noted = time.monotonic()
            self.package.save(update_fields=["done_count", "total_count", "updated_at"])

    @transaction.atomic
    def _finish(self, state: str, message: str) -> None:
        package = self.package
        _fill_findings(package, self.rows)
        package.state, package.message = state, message
        package.outcome = [_storable(row.as_dict()) for row in self.rows]
        package.save()
        counts = Counter(row.outcome.value for row in self.rows)
        audit.record(
            "report.imported", package.report, actor=package.requested_by,
            organisation_id=package.report.organisation_id,
            data={"package": package.pk, "state": str(state), **counts},
        )  # fmt: skip
        _tell(package, counts)


@contextmanager
def _opened(package: PackageImport) -> Iterator[Package]:
    """The package's contents. Raises Unreadable with a sentence for the person."""
    name = package.name
    if package.file is None:
        raise Unreadable(_("压缩包《%(name)s》已经清理，请重新上传。") % {"name": name})
    with ExitStack() as stack:
        try:
            path, passed = stack.enter_context(local_copy(package.file.key))
        except (FileNotFoundError, ClientError, BotoCoreError) as error:
            log.exception("package %s cannot be fetched", package.pk)
            raise Unreadable(_("压缩包《%(name)s》没有取到，请重新上传。") % {"name": name}) from error
        if passed and not package.digest:
            package.digest = passed
            package.save(update_fields=["digest", "updated_at"])
        if sniff_path(path) != "zip":
            text = _("《%(name)s》不是 zip 压缩包。请把材料文件夹压缩成 zip 格式（不要用 rar、7z）再导入。")
            raise Unreadable(text % {"name": name})
        try:
            scratch = stack.enter_context(temporary_folder())
            contents = stack.enter_context(open_package(path, _limits(package), scratch=scratch))
        except PackageError as error:
            text = _("压缩包《%(name)s》打不开：%(why)s。请重新压缩成 zip 再导入；压缩时不要设密码。")
            raise Unreadable(text % {"name": name, "why": error.reason}) from error
        _rename(contents, name)
        yield contents


def _limits(package: PackageImport) -> Limits:
    """No file may unpack to more than the largest that a report can hold: so much the disk must bear."""
    kinds = (kind for kind in StoredFile.Kind if kind != StoredFile.Kind.OTHER)
    return Limits(entry_bytes=max(max_bytes(package.report.edition, kind) for kind in kinds))


def _rename(contents: Package, name: str) -> None:
    """In storage a file is called by its id; the person knows it by its name."""
    stored = contents.name
    contents.name = name
    contents.notes = [
        (
            path,
            dataclasses.replace(
                finding,
                subject=name,
                message=finding.message.replace(stored, name),
                message_en=finding.message_en.replace(stored, name),
            ),
        )
        for path, finding in contents.notes
    ]


def _untouched(piece: Any) -> Row:
    if isinstance(piece, NotTaken):
        return Row(piece.path, Outcome.USED if piece.used else Outcome.SKIPPED, message=piece.reason)
    return Row(piece.path, Outcome.SKIPPED, kind=piece.kind, message=_("没有导入。"))


def _fill_findings(package: PackageImport, rows: list[Row]) -> None:
    """Give each row the judge's findings on its item as it now stands in the report."""
    found = dict(package.report.items.filter(removed_at=None).values_list("client_id", "findings"))
    for row in rows:
        if row.item is not None and row.item in found:
            row.findings = found[row.item]


def _storable(data: Any) -> Any:
    """Without characters that no database can store: a zip's names are a stranger's."""
    if isinstance(data, str):
        return clean_text(data)
    if isinstance(data, dict):
        return {key: _storable(value) for key, value in data.items()}
    return [_storable(value) for value in data] if isinstance(data, list) else data


def _tell(package: PackageImport, counts: Counter[str]) -> None:
    """Whoever handed the package in learns how it ended, also when the page was closed. Mails are answered by mail."""
    if audit.channel.get() == AuditEvent.Channel.MAIL:
        return
    if package.requested_by is None or not package.requested_by.is_active:
        return
    left = counts[Outcome.REFUSED] + counts[Outcome.SKIPPED]

    notify(
        [package.requested_by],
        kind="report.import_failed" if package.state == _S.FAILED else "report.imported",
        context={"name": package.name, "added": counts[Outcome.ADDED], "left": left, "why": package.message},
        url=reverse("reports:import_progress", args=[package.pk]),
        dedupe_key=f"report.imported:{package.pk}",
        organisation=package.report.organisation,
    )
