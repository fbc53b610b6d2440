"""The tus endpoints (C6): create, ask, append, cancel. The body goes straight to disk, block by block."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _

from skillweek.core.errors import DomainError
from skillweek.core.limits import rate_limited
from skillweek.editions.models import Edition
from skillweek.uploads import domain, spool, storage, tus
from skillweek.uploads.body import blocks
from skillweek.uploads.domain.receive import expiry
from skillweek.uploads.limits import max_bytes
from skillweek.uploads.models import StoredFile, Upload
from skillweek.uploads.views.common import begin, for_scripts, mine, missing


def collection(request: HttpRequest) -> HttpResponseBase:
    """``OPTIONS`` tells what the server can do, ``POST`` begins an upload."""
    if request.method == "OPTIONS":
        return _options()
    if request.method != "POST":
        return _marked(HttpResponse(status=405, headers={"Allow": "OPTIONS, POST"}))
    return _marked(_wrong_version(request) or _create(request))


def resource(request: HttpRequest, upload_id: UUID) -> HttpResponseBase:
    """``HEAD`` tells how much is there, ``PATCH`` appends, ``DELETE`` cancels."""
    handler = {"HEAD": _head, "PATCH": _patch, "DELETE": _delete}.get(_method(request))
    if request.method == "OPTIONS":
        return _options()
    if handler is None:
        return _marked(HttpResponse(status=405, headers={"Allow": "OPTIONS, HEAD, PATCH, DELETE"}))
    return _marked(_wrong_version(request) or handler(request, upload_id))


def _method(request: HttpRequest) -> str:
    # A proxy that knows no PATCH: the protocol lets POST say what it means.
    override = request.headers.get("X-HTTP-Method-Override", "").upper()
    return override if request.method == "POST" and override in ("PATCH", "DELETE") else request.method or ""


def _options() -> HttpResponseBase:
    response = HttpResponse(status=204)
    response["Tus-Version"] = tus.VERSION
    response["Tus-Extension"] = tus.EXTENSIONS
    response["Tus-Checksum-Algorithm"] = ",".join(tus.ALGORITHMS)
    if edition := Edition.objects.current():
        response["Tus-Max-Size"] = str(max(max_bytes(edition, kind) for kind in StoredFile.Kind.values))
    return _marked(response)


def _marked(response: HttpResponseBase) -> HttpResponseBase:
    response["Tus-Resumable"] = tus.VERSION
    response["Cache-Control"] = "no-store"
    return response


def _wrong_version(request: HttpRequest) -> HttpResponse | None:
    if request.headers.get("Tus-Resumable") == tus.VERSION:
        return None
    return HttpResponse(status=412, headers={"Tus-Version": tus.VERSION})


@rate_limited("uploads", "240/m")
@for_scripts
def _create(request: HttpRequest) -> HttpResponse:
    if "Upload-Defer-Length" in request.headers:
        raise tus.Malformed(_("上传前必须说明文件大小。"))
    said = tus.announcement(request)
    upload = begin(request, said, Upload.Protocol.TUS)
    response = HttpResponse(status=201)
    if request.content_type == tus.CONTENT_TYPE and _length(request):
        # The upload exists, whatever becomes of its first bytes: the client asks and goes on.
        try:
            response = _receive(request, upload, 0)
        except DomainError:
            response = HttpResponse()
        response.status_code = 201
    response["Location"] = reverse("uploads:resource", args=[upload.pk])
    response["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return response


@for_scripts
def _head(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    upload = _find(request, upload_id)
    if upload.state == Upload.State.COMPLETE:
        return _progress(HttpResponse(), upload, upload.size)
    try:
        offset = spool.size_of(upload.pk)
    except spool.Gone:
        offset = storage.local_size(storage.key_of(upload.edition.slug, upload.pk)) or -1
        if offset != upload.size:
            return _gone()
    if offset == upload.size:
        # All bytes are there, but whoever wrote the last one did not live to complete it.
        upload.file = domain.complete_upload(upload)
    return _progress(HttpResponse(), upload, offset)


@for_scripts
def _patch(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    upload = _find(request, upload_id)
    if request.content_type != tus.CONTENT_TYPE:
        return HttpResponse(status=415)
    offset = tus.number(request, "Upload-Offset")
    if upload.state == Upload.State.COMPLETE:
        response = HttpResponse(status=204 if offset == upload.size and not _length(request) else 409)
        return _progress(response, upload, upload.size)
    return _receive(request, upload, offset)


@for_scripts
def _delete(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    domain.cancel_upload(_find(request, upload_id), actor=request.user if request.user.is_authenticated else None)
    return HttpResponse(status=204)


def _find(request: HttpRequest, upload_id: UUID) -> Upload:
    """The upload, if it is the person's to continue. Raises Http404, also for cancelled and expired ones."""
    alive = Q(state__in=(Upload.State.RECEIVING, Upload.State.COMPLETE), protocol=Upload.Protocol.TUS)
    upload = mine(request).filter(alive, pk=upload_id).select_related("edition").first()
    if upload is None:
        raise Http404
    return upload


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdigit() else 0


def _receive(request: HttpRequest, upload: Upload, offset: int) -> HttpResponse:
    """Append the request's body at ``offset`` and complete the upload when it is whole."""
    length, check = _length(request), tus.checksum(request)
    if not length and request.headers.get("Transfer-Encoding"):
        return HttpResponse(status=411)
    if offset + length > upload.size:
        message = _("收到的数据超过了文件大小。请重新添加文件。")
        return JsonResponse({"ok": False, "code": "too_long", "message": message}, status=413)
    try:
        with spool.writing(upload.pk) as writer:
            if writer.offset != offset:
                return _progress(HttpResponse(status=409), upload, writer.offset)
            if check is None:
                writer.append(blocks(request, length))
            else:
                _append_checked(request, writer, length, check)
            reached = writer.offset
            if reached == upload.size:
                writer.sync()
    except spool.Busy:
        message = _("这个文件正在传输中，稍后会自动继续。")
        return JsonResponse({"ok": False, "code": "busy", "message": message}, status=423, headers={"Retry-After": "2"})
    except spool.Gone:
        upload.refresh_from_db()
        return _progress(HttpResponse(status=409), upload, upload.size) if upload.file_id else _gone()
    if reached == upload.size:
        upload.file = domain.complete_upload(upload)
    else:
        upload.expires_at = expiry()
        Upload.objects.filter(pk=upload.pk).update(offset=reached, expires_at=upload.expires_at)
    return _progress(HttpResponse(status=204), upload, reached)


def _append_checked(request: HttpRequest, writer: spool.Writer, length: int, check: tus.Checksum) -> None:
    """Append the chunk only once its checksum holds, so that not even a crash leaves unproven bytes."""
    with storage.temporary_folder() as folder:
        part = folder / "chunk"
        with part.open("w+b") as stream:
            for block in blocks(request, length):
                check.running.update(block)
                stream.write(block)
            if stream.tell() != length:
                return  # broken off: nothing can be proven, the client sends this chunk again
            check.verify()
            stream.seek(0)
            writer.append(iter(lambda: stream.read(spool.BLOCK), b""))


def _progress(response: HttpResponse, upload: Upload, offset: int) -> HttpResponse:
    response["Upload-Offset"] = str(offset)
    response["Upload-Length"] = str(upload.size)
    if upload.state == Upload.State.RECEIVING:
        response["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    if upload.file_id:
        response["Skillweek-File"] = str(upload.file_id)
    return response


def _gone() -> HttpResponse:
    response = missing()
    response.status_code = 410
    return response
