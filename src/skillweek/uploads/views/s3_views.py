"""S3 multipart endpoints (C6): the browser sends parts straight to the bucket, the server decides and completes."""

from __future__ import annotations

import json
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from skillweek.core.errors import Conflict
from skillweek.core.limits import rate_limited
from skillweek.uploads import bucket, domain, tus
from skillweek.uploads.domain.receive import expiry
from skillweek.uploads.models import Upload
from skillweek.uploads.views.common import begin, for_scripts, mine

_BODY_BYTES: Final = 64 * 1024
#: Addresses signed in one request.
_SIGNED_AT_ONCE: Final = 100


@rate_limited("uploads", "240/m")
@require_POST
@for_scripts
def create(request: HttpRequest) -> HttpResponse:
    """Begin an upload; answers how to cut the file into parts."""
    upload = begin(request, tus.announce(_body(request)), Upload.Protocol.S3)
    return JsonResponse({"ok": True, **_state(upload), "parts": []}, status=201)


@require_http_methods(["GET", "DELETE"])
@for_scripts
def resource(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """``GET`` tells which parts arrived, ``DELETE`` cancels."""
    upload = _find(request, upload_id)
    if request.method == "DELETE":
        domain.cancel_upload(upload, actor=request.user if request.user.is_authenticated else None)
        return HttpResponse(status=204)
    arrived = [] if upload.file_id else bucket.parts(upload.key, upload.multipart_id)
    listed = [{"number": part["number"], "size": part["size"]} for part in arrived]
    return JsonResponse({"ok": True, **_state(upload), "parts": listed})


@require_POST
@for_scripts
def sign(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Sign addresses for the parts named in ``{"parts": [1, 2, …]}``."""
    upload = _find(request, upload_id)
    if upload.state != Upload.State.RECEIVING:
        raise Conflict(_("文件已经传完。"), code="upload_complete")
    numbers = _body(request).get("parts")
    if not isinstance(numbers, list) or not 0 < len(numbers) <= _SIGNED_AT_ONCE:
        raise tus.Malformed(_("上传请求不完整。请刷新页面后再试。"))
    try:
        signed = {
            str(number): bucket.sign_part(upload.key, upload.multipart_id, number, upload.size)
            for number in numbers
            if isinstance(number, int) and not isinstance(number, bool)
        }
    except ValueError as error:
        raise tus.Malformed(_("上传请求不完整。请刷新页面后再试。")) from error
    Upload.objects.filter(pk=upload.pk).update(expires_at=expiry())
    return JsonResponse({"ok": True, "urls": signed})


@require_POST
@for_scripts
def complete(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Join the parts; safe to call again when the answer got lost."""
    file = domain.complete_upload(_find(request, upload_id))
    return JsonResponse({"ok": True, "file": str(file.pk)})


def _find(request: HttpRequest, upload_id: UUID) -> Upload:
    alive = (Upload.State.RECEIVING, Upload.State.COMPLETE)
    query = mine(request).filter(pk=upload_id, protocol=Upload.Protocol.S3, state__in=alive)
    if (upload := query.first()) is None:
        raise Http404
    return upload


def _state(upload: Upload) -> dict[str, Any]:
    return {
        "id": str(upload.pk),
        "size": upload.size,
        "part_size": bucket.part_size(upload.size),
        "part_count": bucket.part_count(upload.size),
        "expires_at": upload.expires_at.isoformat(),
        "file": str(upload.file_id) if upload.file_id else None,
    }


def _body(request: HttpRequest) -> dict[str, Any]:
    raw = request.read(_BODY_BYTES + 1)
    try:
        data = json.loads(raw) if len(raw) <= _BODY_BYTES else None
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise tus.Malformed(_("上传请求不完整。请刷新页面后再试。"))
    return data
