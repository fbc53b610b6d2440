"""Showing stored files: originals and derivatives, to those who may see them; never as a page of this site (C6)."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from skillweek.materials.sniff import FORMATS
from skillweek.uploads import bucket, storage
from skillweek.uploads.access import visible_to
from skillweek.uploads.models import Derivative, StoredFile
from skillweek.uploads.ranges import ranged_response
from skillweek.uploads.views.common import for_scripts

#: What a browser may show in place; anything else is downloaded as plain bytes. By content, never by name.
INLINE: Final = frozenset({"jpeg", "png", "webp", "gif", "mp4"})
_YEAR: Final = 365 * 24 * 3600
#: Should a file be opened on its own, nothing in it may run or reach this site.
_POLICY: Final = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"


@require_safe
@login_required
def original(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """The file as it was handed in; ``?download`` saves it under its name instead of showing it."""
    file = get_object_or_404(visible_to(request.user), pk=file_id)
    if any(finding.get("code") == "file.virus" for finding in file.findings):
        raise Http404
    known = FORMATS.get(str(file.facts.get("format", "")))
    inline = known is not None and known.name in INLINE and "download" not in request.GET
    content_type = known.mime if known is not None and inline else "application/octet-stream"
    return send(request, file.key, content_type=content_type, name=file.name, inline=inline, tag=str(file.pk))


@require_safe
@login_required
def derivative(request: HttpRequest, file_id: UUID, role: str) -> HttpResponseBase:
    """A thumbnail, large view or poster; 404 until it has been made."""
    row = get_object_or_404(Derivative, file__in=visible_to(request.user).filter(pk=file_id), role=role)
    tag = f"{row.pk}-{row.size}"
    return send(request, row.key, content_type="image/jpeg", name=f"{role}.jpg", inline=True, tag=tag)


@require_safe
@for_scripts
def status(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """What is known of the file: ``{state, facts, findings, derivatives: {role: url}}``."""
    file = get_object_or_404(visible_to(request.user).prefetch_related("derivatives"), pk=file_id)
    response = JsonResponse(describe(file))
    response["Cache-Control"] = "no-store"
    return response


def describe(file: StoredFile) -> dict[str, object]:
    """The file as JSON for scripts."""
    return {
        "ok": True,
        "id": str(file.pk),
        "name": file.name,
        "kind": file.kind,
        "size": file.size,
        "state": file.state,
        "facts": file.facts,
        "findings": file.findings,
        "original": reverse("uploads:original", args=[file.pk]),
        "derivatives": {
            row.role: reverse("uploads:derivative", args=[file.pk, row.role]) for row in file.derivatives.all()
        },
    }


def send(
    request: HttpRequest, key: str, *, content_type: str, name: str, inline: bool, tag: str, public: bool = False
) -> HttpResponseBase:
    """The stored bytes at ``key``, which must never change; who may have them is the caller's question.

    ``public`` lets everybody between here and the reader keep them; else only the reader's own browser.
    """
    disposition = content_disposition_header(not inline, name) or "attachment"
    if storage.in_bucket():
        address = bucket.open_address(key, disposition=disposition, content_type=content_type)
        # The signed address holds 15 minutes; the redirect to it must not be remembered for longer.
        return _guarded(HttpResponseRedirect(address), f"{'public' if public else 'private'}, max-age=600", public)
    etag = f'"{tag}"'
    cache = f"{'public' if public else 'private'}, max-age={_YEAR}, immutable"
    if request.headers.get("If-None-Match") == etag:
        return _guarded(HttpResponse(status=304), cache, public, etag)
    if settings.ACCEL_LOCATION:
        response: HttpResponseBase = HttpResponse()
        response["X-Accel-Redirect"] = f"{settings.ACCEL_LOCATION.rstrip('/')}/{quote(key)}"
    else:
        try:
            response = ranged_response(request, default_storage.path(key), etag)
        except FileNotFoundError:
            raise Http404 from None
    response["Content-Type"] = content_type
    response["Content-Disposition"] = disposition
    return _guarded(response, cache, public, etag)


def _guarded(response: HttpResponseBase, cache: str, public: bool, etag: str = "") -> HttpResponseBase:
    response["Cache-Control"] = cache
    if not public:
        response["Vary"] = "Cookie"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _POLICY
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    if etag:
        response["ETag"] = etag
    return response
