"""Tidying: uploads nobody finished, files nobody refers to, checks that got lost (C6)."""

from __future__ import annotations

import logging
import shutil
import time
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError, Q, RestrictedError

from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict
from skillweek.uploads import spool, storage
from skillweek.uploads.domain.receive import cancel_upload
from skillweek.uploads.models import StoredFile, Upload

log = logging.getLogger("skillweek.uploads")
#: A released file can be retained so long (undo, returned reports).
GRACE: Final = timedelta(days=7)
#: One of a guest so long: what somebody took back is not kept, and its place is theirs again.
GUEST_GRACE: Final = timedelta(hours=1)
#: Rows of uploads that ended without a file are forgotten after this.
_REMEMBERED: Final = timedelta(days=30)
#: A check that began so long ago and has not ended was lost with its worker.
_LOST: Final = timedelta(minutes=30)
_BATCH: Final = 500


def expire_uploads() -> int:
    """Give up uploads whose time is over and erase what arrived of them; return how many.

    One that receives bytes at this moment is left alone.
    """
    count = 0
    due = Upload.objects.filter(state=Upload.State.RECEIVING, expires_at__lt=now()).order_by("expires_at")[:_BATCH]
    for upload in due:
        try:
            if upload.protocol == Upload.Protocol.TUS:
                with spool.writing(upload.pk):
                    cancel_upload(upload, actor=None, state=Upload.State.EXPIRED, reason="expired")
            else:
                cancel_upload(upload, actor=None, state=Upload.State.EXPIRED, reason="expired")
        except spool.Gone:
            cancel_upload(upload, actor=None, state=Upload.State.EXPIRED, reason="expired; nothing on disk")
        except (spool.Busy, Conflict):
            continue
        except Exception:
            log.exception("upload %s could not be expired", upload.pk)
            continue
        count += 1
    over = (Upload.State.EXPIRED, Upload.State.TERMINATED)
    Upload.objects.filter(state__in=over, updated_at__lt=now() - _REMEMBERED).delete()
    _erase_strays()
    return count


def _erase_strays() -> None:
    """Erase what a crash between two steps left: spool files without an upload that receives, working folders."""
    oldest = time.time() - 2 * settings.UPLOAD_EXPIRES_HOURS * 3600
    receiving = set(Upload.objects.filter(state=Upload.State.RECEIVING).values_list("pk", flat=True))
    awaited = {spool.path_of(pk).name for pk in receiving}
    for path in spool.spool_folder().iterdir():
        if path.name not in awaited and _is_older(path, oldest):
            path.unlink(missing_ok=True)
    for folder in storage.working_folder().iterdir():
        if _is_older(folder, oldest):
            shutil.rmtree(folder, ignore_errors=True)


def _is_older(path: Path, moment: float) -> bool:
    try:
        return path.stat().st_mtime < moment
    except FileNotFoundError:
        return False  # finished meanwhile


def erase_released_files() -> int:
    """Erase files that were released longer ago than GRACE (guests': GUEST_GRACE) and that nothing refers to.

    Returns how many.
    """
    count = 0
    due = Q(released_at__lt=now() - GRACE) | Q(released_at__lt=now() - GUEST_GRACE, guest_key__gt="")
    for file in StoredFile.objects.filter(due).order_by("released_at")[:_BATCH]:
        keys = [file.key, *file.derivatives.values_list("key", flat=True)]
        try:
            with transaction.atomic():
                record("file.erase", file, organisation_id=file.organisation_id, data={"sha256": file.sha256})
                file.delete()
        except (ProtectedError, RestrictedError):
            # Still referred to: whoever released it was wrong, the reference decides.
            StoredFile.objects.filter(pk=file.pk).update(released_at=None)
            continue
        for key in keys:
            storage.erase(key)
        count += 1
    return count


def requeue_lost_checks() -> int:
    """Queue again the checks that began long ago and never ended; return how many."""
    from skillweek.uploads.tasks import check_file

    lost = StoredFile.objects.filter(state=StoredFile.State.CHECKING, updated_at__lt=now() - _LOST)
    ids = list(lost.values_list("pk", flat=True)[:_BATCH])
    StoredFile.objects.filter(pk__in=ids).update(updated_at=now())
    for file_id in ids:
        check_file.enqueue(str(file_id))
    return len(ids)
