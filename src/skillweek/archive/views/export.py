"""The complete archive of a closed edition, streamed to the browser (A8)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from skillweek.archive import access
from skillweek.archive.exporting import expected_bytes, open_export, zip_chunks
from skillweek.archive.index import NAMES, number_of
from skillweek.archive.totals import totals_of
from skillweek.archive.views.common import for_runners
from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.editions.models import Edition


@for_runners
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """What the archive holds, how large it is, who took it before."""
    edition = get_object_or_404(access.past_editions(), pk=pk)
    totals = totals_of(edition)
    context = {
        "edition": edition,
        "size": expected_bytes(edition),
        "figures": [(name, number_of(totals.get(key, 0))) for key, name in NAMES.items() if key != "bytes"],
        "taken": audit.history_of(edition).filter(verb="archive.export")[:5],
    }
    return render(request, "archive/export.html", context)


@for_runners
@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Stream the zip. Nothing of it is kept on the server."""
    edition = get_object_or_404(Edition, pk=pk)
    if edition.state != Edition.State.CLOSED:
        return redirect("archive:close", pk=pk)
    export = open_export(edition, by=request.user)
    response = StreamingHttpResponse(zip_chunks(export), content_type="application/zip")
    name = f"{edition.slug}-{now():%Y%m%d}.zip"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    response["X-Accel-Buffering"] = "no"
    return response
