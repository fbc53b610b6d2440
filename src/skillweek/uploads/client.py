"""What the browser's uploader must be told; a page puts it into a JSON block (``json_script``)."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.urls import reverse

from skillweek.editions.models import Edition
from skillweek.materials.browser_rules import browser_rules
from skillweek.organisations.models import Organisation
from skillweek.uploads import storage
from skillweek.uploads.limits import max_bytes
from skillweek.uploads.models import StoredFile, Upload

#: What a guest's browser sends instead of an organisation's number.
NO_ORGANISATION: Final = 0


def client_config(user: Any, *, edition: Edition, organisation: Organisation) -> dict[str, Any]:
    """The ``UploadConfig`` of ``frontend/src/lib/uploader-types.ts`` as JSON data.

    ``owner`` keeps one person's unfinished files from being sent by the next who signs in on the same computer.
    """
    return _config(edition=edition, organisation=organisation.pk, owner=str(user.pk))


def guest_config(guest: str, *, edition: Edition) -> dict[str, Any]:
    """The same for a verified person without an account, known by the key ``guest`` (E1)."""
    return _config(edition=edition, organisation=NO_ORGANISATION, owner=guest)


def _config(*, edition: Edition, organisation: int, owner: str) -> dict[str, Any]:
    in_bucket = storage.in_bucket()
    return {
        "protocol": str(Upload.Protocol.S3 if in_bucket else Upload.Protocol.TUS),
        "endpoint": reverse("uploads:s3_create" if in_bucket else "uploads:create"),
        "organisation": organisation,
        "edition": edition.pk,
        "owner": owner,
        "chunkBytes": settings.UPLOAD_CHUNK_BYTES,
        "expiresHours": settings.UPLOAD_EXPIRES_HOURS,
        "maxBytes": {kind: max_bytes(edition, kind) for kind in StoredFile.Kind.values},
        "rules": browser_rules(edition.material_rules),
    }
