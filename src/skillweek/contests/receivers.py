"""What this room does when files are checked or let go of (E1)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from skillweek.contests.intake import guest_key, measure
from skillweek.contests.models import EntryFile
from skillweek.editions.models import Edition
from skillweek.participation.who import current
from skillweek.uploads.models import StoredFile


def file_judged(*, file: StoredFile, **_more: Any) -> None:
    """Receiver of ``file_checked``: note its measures, have its public copy made."""
    from skillweek.contests.tasks import make_copy

    row = EntryFile.objects.filter(file=file).first()
    if row is None:
        return
    row.file = file
    measure(row)
    EntryFile.objects.filter(pk=row.pk).update(width=row.width, height=row.height, seconds=row.seconds)
    if row.kind != EntryFile.Kind.PHOTO and file.state == StoredFile.State.READY:
        make_copy.enqueue(row.pk)


def holds_file(*, file: StoredFile, **_more: Any) -> bool:
    """Receiver of ``file_releasing``: True while an entry has it."""
    return EntryFile.objects.filter(file=file).exists()


def who_uploads(request: HttpRequest, edition: Edition) -> str:
    """Tells ``uploads.guests`` who of the public asks."""
    participant = current(request, edition)
    return guest_key(participant.pk) if participant is not None else ""
