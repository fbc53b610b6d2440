"""What uploads tell this room (B11)."""

from __future__ import annotations

from typing import Any

from skillweek.online.domain import panoramas
from skillweek.online.models import Panorama
from skillweek.uploads.models import StoredFile, Upload


def may_upload(*, user: Any, edition: Any, organisation: Any, kind: str, size: int, purpose: Any, **_more: Any) -> bool:
    """Receiver of ``upload_requested``: True for a panorama of a tour that this person writes."""
    wanted = panoramas.purpose_of(purpose)
    if wanted is None:
        return False
    panoramas.may_send(user, edition=edition, organisation=organisation, kind=kind, size=size, purpose=wanted)
    return True


def take_file(*, upload: Upload, file: StoredFile, **_more: Any) -> None:
    """Receiver of ``upload_completed``."""
    if (wanted := panoramas.purpose_of(upload.purpose)) is not None:
        panoramas.take(upload, file, wanted)


def judged(*, file: StoredFile, **_more: Any) -> None:
    """Receiver of ``file_checked``."""
    panoramas.judged(file)


def holds_file(*, file: StoredFile, **_more: Any) -> bool:
    """Receiver of ``file_releasing``: True while it is a tour's panorama."""
    return Panorama.objects.filter(file=file).exists()
