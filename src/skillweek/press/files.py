"""Small files sent with a form: scans of articles and press cards (D3, D4)."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from skillweek.core.errors import DomainError
from skillweek.editions.models import Edition
from skillweek.materials.sniff import sniff_path
from skillweek.organisations.models import Organisation
from skillweek.uploads.domain import store_local_file
from skillweek.uploads.models import StoredFile

MAX_BYTES: Final = 20 * 1024 * 1024
FORMATS: Final = frozenset({"jpeg", "png", "webp", "heic", "pdf"})
ACCEPT: Final = ".jpg,.jpeg,.png,.webp,.heic,.pdf,image/*,application/pdf"


def keep(
    sent: UploadedFile[Any], *, edition: Edition, organisation: Organisation, user: Any,
    kind: str = StoredFile.Kind.COVERAGE, field: str = "scan_file",
) -> StoredFile:  # fmt: skip
    """Store a picture or PDF; call it inside the verb's transaction. Raises DomainError for anything else."""
    if (sent.size or 0) > MAX_BYTES:
        raise DomainError(_("扫描件超过 20 MB，请压缩或改为 PDF 后再上传。"), field=field)
    folder = Path(settings.SPOOL_ROOT) / "work"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        path = Path(place) / "sent"
        with path.open("wb") as target:
            for chunk in sent.chunks():
                target.write(chunk)
        if sniff_path(path) not in FORMATS:
            raise DomainError(_("扫描件请用 JPG、PNG 图片或 PDF。"), field=field)
        try:
            return store_local_file(
                path, edition=edition, organisation=organisation, user=user, kind=kind, name=sent.name or "scan"
            )
        except DomainError as error:
            raise DomainError(error.message, field=field) from error
