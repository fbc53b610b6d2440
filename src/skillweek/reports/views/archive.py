"""The archive: choose the days and the scope, see the size, download one streamed zip (C13)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from skillweek.editions.models import Edition
from skillweek.organisations.access import can_file_for, scope_of
from skillweek.organisations.models import Line, Organisation, SchoolType
from skillweek.reports.archive import archive_reports, archive_size, open_archive
from skillweek.reports.archive_names import safe_name
from skillweek.reports.models import DailyReport
from skillweek.reports.queries.queue import reviewable
from skillweek.reports.queries.scope import SchoolFilter, districts_below, focus_day
from skillweek.reports.views.bureau import bureau_page, chosen_edition, no_edition


def _days(request: HttpRequest, edition: Edition) -> list[date]:
    """The day asked for, or the whole week for ``day=all``."""
    if request.GET.get("day") == "all":
        return edition.days
    return [focus_day(edition, request.GET.get("day", ""))]


def _reports(request: HttpRequest, edition: Edition) -> tuple[QuerySet[DailyReport], dict[str, Any]]:
    """The reports asked for, and the choice as JSON for the audit trail."""
    chosen = SchoolFilter.from_query(request.GET)
    days = _days(request, edition)
    accepted_only = request.GET.get("include") != "all"
    reports = reviewable(request.user).filter(chosen.q("organisation__"))
    what = {"days": [day.isoformat() for day in days], "accepted_only": accepted_only, "schools": asdict(chosen)}
    return archive_reports(reports, edition, days, accepted_only=accepted_only), what


@require_GET
@bureau_page
def archive_page(request: HttpRequest) -> HttpResponseBase:
    """Choose, and see how many reports and bytes it will be."""
    edition = chosen_edition(request)
    if edition is None:
        return no_edition(request)
    reports, _what = _reports(request, edition)
    days = _days(request, edition)
    query = request.GET.copy()
    query["edition"] = edition.slug
    query["day"] = "all" if len(days) > 1 else days[0].isoformat()
    context = {
        "edition": edition,
        "days": days,
        "day": query["day"],
        "include": "all" if request.GET.get("include") == "all" else "accepted",
        "chosen": SchoolFilter.from_query(request.GET),
        "size": archive_size(reports),
        "query": query.urlencode(),
        "districts": districts_below(request.user),
        "lines": Line.choices,
        "school_types": SchoolType.choices,
    }
    return render(request, "reports/archive/archive.html", context)


@require_GET
@bureau_page
def archive_download(request: HttpRequest) -> HttpResponseBase:
    """Stream the zip. Nothing of it is kept on the server."""
    edition = chosen_edition(request)
    if edition is None:
        raise Http404
    reports, what = _reports(request, edition)
    if not reports.exists():
        messages.info(request, _("所选范围内还没有可以下载的材料。"))
        return redirect("reports:archive")
    days = what["days"]
    span = days[0] if len(days) == 1 else f"{days[0]}-{days[-1]}"
    return _stream(request, reports, edition, what, f"{edition.slug}-{span}")


@require_GET
@login_required
def archive_own(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A school's own material of the edition, everything it has handed in."""
    school = get_object_or_404(Organisation, pk=pk, pk__in=list(scope_of(request.user).roles))
    if not can_file_for(request.user, school):
        raise Http404
    edition = chosen_edition(request)
    if edition is None:
        raise Http404
    reports = archive_reports(
        DailyReport.objects.filter(organisation=school), edition, edition.days, accepted_only=False
    )
    if not reports.exists():
        messages.info(request, _("本单位还没有报送过材料，暂无可下载的内容。"))
        return redirect("workspace:home")
    what = {"own": school.pk, "days": [day.isoformat() for day in edition.days], "accepted_only": False}
    return _stream(request, reports, edition, what, f"{edition.slug}-{school.name}")


def _stream(
    request: HttpRequest, reports: QuerySet[DailyReport], edition: Edition, what: dict[str, Any], name: str
) -> StreamingHttpResponse:
    archive = open_archive(reports, edition, by=request.user, what=what)  # type: ignore[arg-type]
    response = StreamingHttpResponse(archive, content_type="application/zip")
    filename = safe_name(f"{name}.zip", "archive.zip")
    response["Content-Disposition"] = content_disposition_header(True, filename) or "attachment"
    response["Cache-Control"] = "private, no-store"
    response["X-Accel-Buffering"] = "no"
    return response
