"""Stored files: taking one in, and letting go of what nobody refers to any more."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import DomainError
from skillweek.editions.models import Edition
from skillweek.materials.judge import sha256_of
from skillweek.organisations.models import Organisation
from skillweek.uploads import storage
from skillweek.uploads.judging import quick_verdict
from skillweek.uploads.limits import check_quota, check_size, clean_name
from skillweek.uploads.models import StoredFile
from skillweek.uploads.signals import file_releasing


def store_local_file(
    path: Path,
    *,
    edition: Edition,
    organisation: Organisation,
    user: Any,
    kind: str,
    name: str,
    file_id: uuid.UUID | None = None,
) -> StoredFile:
    """Move the file at ``path`` into storage, judge its structure, queue its full check; return it (C7).

    ``path`` should lie in SPOOL_ROOT, so that the move is a rename; it is gone afterwards. ``user`` may be None for
    the system. ``file_id`` names the file where the same work may be done twice: the second time raises IntegrityError.
    Raises DomainError (kind, empty), TooBig, TooMuch (quota) or OSError; then ``path`` is still there.
    """
    if kind not in StoredFile.Kind.values:
        raise DomainError(_("不能识别的材料种类。请刷新页面后再试。"), field="kind")
    name, size = clean_name(name), path.stat().st_size
    check_size(edition, kind, name, size)
    sha256 = sha256_of(path)
    verdict = quick_verdict(path, edition=edition, kind=kind, name=name)
    file_id = file_id or uuid.uuid4()
    key = storage.key_of(edition.slug, file_id)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        check_quota(edition, organisation, size)
        file = StoredFile(
            id=file_id, edition=edition, organisation=organisation, uploaded_by=user, kind=kind, name=name,
            size=size, sha256=sha256, key=key, facts=verdict.facts, findings=verdict.findings,
        )  # fmt: skip
        add_file(file, actor=user, verb="file.store")
        storage.put(path, key)
    return file


def add_file(file: StoredFile, *, actor: Any, verb: str) -> None:
    """Save a new file's row, write the audit trail and queue the full check. Runs in its caller's transaction."""
    from skillweek.uploads.tasks import check_file

    file.save(force_insert=True)
    record(
        verb, file, actor=actor, organisation_id=file.organisation_id,
        data={"kind": file.kind, "size": file.size, "sha256": file.sha256},
    )  # fmt: skip
    check_file.enqueue(str(file.pk))


@transaction.atomic
def release_file(file: StoredFile, *, actor: Any = None) -> bool:
    """Let go of the file; return whether it is released now. It can be retained until the sweep erases it, days later.

    It stays while anybody else holds it: the rooms are asked by ``file_releasing``. The caller's own reference must be
    gone by then. A file that was erased already is no error.
    """
    locked = StoredFile.objects.select_for_update().filter(pk=file.pk).first()
    if locked is None or locked.released_at is not None:
        return locked is not None
    if any(answer for _receiver, answer in file_releasing.send(sender=StoredFile, file=locked)):
        return False
    locked.released_at = file.released_at = now()
    locked.save(update_fields=["released_at", "updated_at"])
    record("file.release", locked, actor=actor, organisation_id=locked.organisation_id)
    return True


@transaction.atomic
def retain_file(file: StoredFile, *, actor: Any = None) -> None:
    """Undo ``release_file``. Raises StoredFile.DoesNotExist when it has been erased meanwhile."""
    locked = StoredFile.objects.select_for_update().get(pk=file.pk)
    if locked.released_at is not None:
        locked.released_at = file.released_at = None
        locked.save(update_fields=["released_at", "updated_at"])
        record("file.retain", file, actor=actor, organisation_id=file.organisation_id)
