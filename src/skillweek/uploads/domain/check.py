"""The full check of a stored file: scan, decode, derive, hash; its findings become final (C3, C4, C6, C14)."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F

from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.materials.facts import PhotoFacts
from skillweek.materials.findings import Finding, Severity
from skillweek.materials.judge import sha256_of
from skillweek.materials.phash import phash
from skillweek.uploads import storage
from skillweek.uploads.derive import Made, derive
from skillweek.uploads.judging import Verdict, verdict_on
from skillweek.uploads.models import Derivative, HashBand, StoredFile
from skillweek.uploads.phash_bands import bands, signed
from skillweek.uploads.signals import file_checked, file_checking
from skillweek.uploads.virus import scan

log = logging.getLogger("skillweek.uploads")
#: A file whose check broke so often is given up: its findings say so.
MAX_ATTEMPTS: Final = 3


@dataclass
class _Outcome:
    verdict: Verdict
    sha256: str
    hash: int | None = None
    derivatives: list[tuple[Made, str, int]] = field(default_factory=list)
    infected: bool = False


def check_stored_file(file_id: UUID, *, again: bool = False) -> bool:
    """Check the file in full; return False when the check broke and should be tried again later.

    Safe to run twice: a file that is checked already is left alone, unless ``again`` asks for a fresh check. A file
    whose check broke ``MAX_ATTEMPTS`` times, or killed the worker as often, becomes FAILED with a finding that says
    so. A file that is gone is no error.
    """
    file = StoredFile.objects.select_related("edition", "organisation").filter(pk=file_id).first()
    if file is None or (file.state != StoredFile.State.CHECKING and not again):
        return True
    if not again:
        # Counted and committed first: a file that kills the worker counts as well.
        StoredFile.objects.filter(pk=file.pk).update(check_attempts=F("check_attempts") + 1)
        if file.check_attempts >= MAX_ATTEMPTS:
            _give_up(file)
            return True
    try:
        outcome = _examine(file)
    except Exception:
        log.exception("check of %s broke", file.pk)
        if file.check_attempts + 1 < MAX_ATTEMPTS:
            return False
        _give_up(file)
        return True
    _write(file, outcome)
    return True


def _examine(file: StoredFile) -> _Outcome:
    with storage.local_copy(file.key) as (path, passed), storage.temporary_folder() as folder:
        sha256 = file.sha256 or passed or sha256_of(path)
        if found := scan(path):
            verdict = Verdict(facts={"bytes": file.size}, findings=[_virus(file, found).as_dict()])
            return _Outcome(verdict, sha256, infected=True)
        verdict = verdict_on(path, edition=file.edition, kind=file.kind, name=file.name, full=True)
        outcome = _Outcome(verdict, sha256, _hash(path, verdict))
        if verdict.typed is not None:
            for made in derive(path, verdict.typed, folder, file.edition.material_rules.photo.max_pixels):
                key, size = storage.derivative_key(file.key, made.role), made.path.stat().st_size
                storage.put(made.path, key)
                outcome.derivatives.append((made, key, size))
        return outcome


def _hash(path: Path, verdict: Verdict) -> int | None:
    if not isinstance(verdict.typed, PhotoFacts) or verdict.typed.decodable is None:
        return None
    try:
        return phash(path) or None
    except ValueError:
        return None


@transaction.atomic
def _write(file: StoredFile, outcome: _Outcome) -> None:
    file_checking.send(sender=StoredFile, file=file)
    file = StoredFile.objects.select_for_update().get(pk=file.pk)
    file.facts, file.findings, file.sha256 = outcome.verdict.facts, outcome.verdict.findings, outcome.sha256
    file.phash = signed(outcome.hash) if outcome.hash is not None else None
    file.state = StoredFile.State.FAILED if outcome.infected else StoredFile.State.READY
    file.checked_at = now()
    file.save()
    HashBand.objects.filter(file=file).delete()
    if outcome.hash is not None:
        HashBand.objects.bulk_create(
            HashBand(file=file, edition_id=file.edition_id, band=band) for band in bands(outcome.hash)
        )
    for made, key, size in outcome.derivatives:
        values: dict[str, Any] = {"key": key, "width": made.width, "height": made.height, "size": size}
        Derivative.objects.update_or_create(file=file, role=made.role, defaults=values)
    if outcome.infected:
        record("file.infected", file, organisation_id=file.organisation_id, data={"findings": file.findings})
    file_checked.send(sender=StoredFile, file=file)


@transaction.atomic
def _give_up(file: StoredFile) -> None:
    file_checking.send(sender=StoredFile, file=file)
    file = StoredFile.objects.select_for_update().get(pk=file.pk)
    file.state, file.checked_at = StoredFile.State.FAILED, now()
    file.findings = [*file.findings, _unchecked(file).as_dict()]
    file.save()
    record("file.check_failed", file, organisation_id=file.organisation_id)
    file_checked.send(sender=StoredFile, file=file)


def _unchecked(file: StoredFile) -> Finding:
    return Finding(
        code="file.unchecked",
        severity=Severity.WARNING,
        subject=file.name,
        message=f"文件《{file.name}》没能完成自动检查。",
        message_en=f"The automatic check of “{file.name}” could not be finished.",
        todo="请打开确认内容无误；如果打不开，请重新导出原文件再上传一次。",
        todo_en="Open it and see that it is right; if it does not open, export the original again and upload it.",
    )


def _virus(file: StoredFile, found: str) -> Finding:
    return Finding(
        code="file.virus",
        severity=Severity.ERROR,
        subject=file.name,
        message=f"文件《{file.name}》含有病毒（{found}），已停止提供下载。",
        message_en=f"“{file.name}” contains a virus ({found}); it can no longer be downloaded.",
        todo="请删除这个文件，用杀毒软件检查电脑或手机后，重新上传没有问题的原文件。",
        todo_en="Remove it, check the computer or phone with an antivirus program, and upload a clean original.",
    )
