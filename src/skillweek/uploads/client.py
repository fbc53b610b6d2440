"""What the browser's uploader must be told; a page puts it into a JSON block (``json_script``)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from skillweek.editions.models import Edition
from skillweek.materials.browser_rules import browser_rules
from skillweek.organisations.models import Organisation
from skillweek.uploads import storage
from skillweek.uploads.limits import max_bytes
from skillweek.uploads.models import StoredFile, Upload


def client_config(user: Any, *, edition: Edition, organisation: Organisation) -> dict[str, Any]:
    """The ``UploadConfig`` of ``frontend/src/lib/uploader-types.ts`` as JSON data.

    ``owner`` keeps one person's unfinished files from being sent by the next who signs in on the same computer.
    """
    in_bucket = storage.in_bucket()
    return {
        "protocol": str(Upload.Protocol.S3 if in_bucket else Upload.Protocol.TUS),
        "endpoint": reverse("uploads:s3_create" if in_bucket else "uploads:create"),
        "organisation": organisation.pk,
        "edition": edition.pk,
        "owner": str(user.pk),
        "chunkBytes": settings.UPLOAD_CHUNK_BYTES,
        "expiresHours": settings.UPLOAD_EXPIRES_HOURS,
        "maxBytes": {kind: max_bytes(edition, kind) for kind in StoredFile.Kind.values},
        "rules": browser_rules(edition.material_rules),
    }
