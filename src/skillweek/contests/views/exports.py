"""Downloads for the organiser: the list and the originals (E11)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from skillweek.contests import access
from skillweek.contests.export import plan_originals, stream_originals, write_list
from skillweek.contests.models import Call
from skillweek.contests.views.common import workspace_call
from skillweek.reports.archive_names import safe_name


def _call(request: HttpRequest, pk: int) -> Call:
    row = workspace_call(request, pk)
    if not access.may_look_at_entries(request.user, row):
        raise PermissionDenied
    return row


@require_GET
@login_required
def table(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every entry but drafts, in Excel."""
    row = _call(request, pk)
    response = FileResponse(write_list(row), as_attachment=True, filename=safe_name(f"{row.title}.xlsx", "list.xlsx"))
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
@login_required
def originals(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Stream the originals of the approved works. Nothing of it is kept on the server."""
    row = _call(request, pk)
    plan = plan_originals(row, by=request.user)
    if not plan:
        messages.info(request, _("还没有审核通过的作品，暂无可下载的原件。"))
        return redirect("contests:call", pk)
    response = StreamingHttpResponse(stream_originals(plan), content_type="application/zip")
    filename = safe_name(f"{row.title}.zip", "works.zip")
    response["Content-Disposition"] = content_disposition_header(True, filename) or "attachment"
    response["Cache-Control"] = "private, no-store"
    response["X-Accel-Buffering"] = "no"
    return response
