"""The register as a table: export, template, upload, dry run, confirmation (D4)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.core.errors import DomainError, NotAllowed
from skillweek.editions.asked import edition_asked
from skillweek.organisations.access import scope_of
from skillweek.organisations.forms import run
from skillweek.press import access
from skillweek.press.domain import importing
from skillweek.press.forms import CoverageUploadForm
from skillweek.press.models import CoverageUpload
from skillweek.press.queries.coverage import CoverageFilter
from skillweek.press.transfer import MAX_BYTES, write_coverage
from skillweek.press.views.common import tabs

_PAGE = 200


def _only_registrars(request: HttpRequest) -> None:
    if not access.registering_organisations(request.user).exists():
        raise PermissionDenied


@require_GET
@login_required
def export(request: HttpRequest) -> HttpResponseBase:
    """What the list shows under these filters, all pages of it."""
    if not scope_of(request.user).roles:
        raise PermissionDenied
    edition = edition_asked(request)
    rows = CoverageFilter.from_query(request.GET).apply(
        access.coverage_visible_to(request.user).filter(edition=edition)
    )
    name = _("媒体报道-%(slug)s.xlsx") % {"slug": edition.slug}
    return FileResponse(write_coverage(edition, rows), as_attachment=True, filename=name)


@require_GET
@login_required
def template(request: HttpRequest) -> HttpResponseBase:
    """The empty table."""
    _only_registrars(request)
    return FileResponse(
        write_coverage(edition_asked(request), None), as_attachment=True, filename=_("媒体报道导入模板.xlsx")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Choose a file; what it would do is shown next."""
    _only_registrars(request)
    edition = edition_asked(request)
    homes = access.registering_organisations(request.user)
    form = CoverageUploadForm(request.POST or None, request.FILES or None, homes=homes)
    if form.is_valid():
        file, home = form.cleaned_data["file"], form.cleaned_data["home"]
        content = file.read(MAX_BYTES + 1)
        kept = run(form, lambda: importing.keep_upload(request.user, home, edition, name=file.name, content=content))
        if kept is not None:
            return redirect("press:import_upload", kept.pk)
    context = {**tabs(request), "tab": "coverage", "edition": edition, "form": form}
    return render(request, "press/coverage/import.html", context, status=400 if form.is_bound else 200)


def _own(request: HttpRequest, pk: int) -> CoverageUpload:
    rows = CoverageUpload.objects.filter(user=request.user.pk).select_related("edition", "home", "user")
    return get_object_or_404(rows, pk=pk)


@require_GET
@login_required
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """The dry run: each row's outcome."""
    kept = _own(request, pk)
    if kept.confirmed_at is not None:
        return redirect("press:index")
    outcomes = importing.dry_run(kept)
    counts = {name: sum(row.action == name for row in outcomes) for name in ("new", "same", "error")}
    page = Paginator(outcomes, _PAGE).get_page(request.GET.get("page"))
    context = {
        **tabs(request), "tab": "coverage", "edition": kept.edition, "upload": kept, "page": page, "counts": counts,
        "seen": importing.digest(outcomes),
    }  # fmt: skip
    return render(request, "press/coverage/import_upload.html", context)


@require_POST
@login_required
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter exactly what was shown."""
    kept = _own(request, pk)
    try:
        made = importing.confirm_import(kept, seen=request.POST.get("seen", ""))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.warning(request, error.message)
        return redirect("press:import_upload", pk)
    messages.success(request, _("导入完成：登记了 %(count)d 条报道。") % {"count": made})
    return redirect("press:index")
