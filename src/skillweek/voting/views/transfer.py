"""Candidates from a table, totals as a table (E10)."""

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
from skillweek.organisations.forms import run
from skillweek.voting import access
from skillweek.voting.domain import importing
from skillweek.voting.forms import CandidateUploadForm
from skillweek.voting.models import CandidateUpload
from skillweek.voting.transfer import MAX_BYTES, write_results, write_template
from skillweek.voting.views.common import ballot_of, frame

_PAGE = 200


@require_GET
@login_required
def template(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The empty table."""
    ballot = ballot_of(request, pk)
    if not access.can_write(request.user, ballot):
        raise PermissionDenied
    return FileResponse(write_template(ballot), as_attachment=True, filename=_("候选导入模板.xlsx"))


@require_GET
@login_required
def export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """All candidates with their votes now."""
    ballot = ballot_of(request, pk)
    name = _("评选票数-%(pk)s.xlsx") % {"pk": ballot.pk}
    return FileResponse(write_results(ballot), as_attachment=True, filename=name)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a file; what it would do is shown next."""
    ballot = ballot_of(request, pk)
    if not access.can_write(request.user, ballot):
        raise PermissionDenied
    form = CandidateUploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read(MAX_BYTES + 1)
        kept = run(form, lambda: importing.keep_upload(request.user, ballot, name=file.name, content=content))
        if kept is not None:
            return redirect("voting:import_upload", kept.pk)
    context = {**frame(request, ballot, "candidates"), "form": form}
    return render(request, "voting/import.html", context, status=400 if form.is_bound else 200)


def _own(request: HttpRequest, pk: int) -> CandidateUpload:
    rows = CandidateUpload.objects.filter(user=request.user.pk)
    return get_object_or_404(rows.select_related("ballot__edition", "ballot__organisation", "user"), pk=pk)


@require_GET
@login_required
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """The dry run: each row's outcome."""
    kept = _own(request, pk)
    if kept.confirmed_at is not None:
        return redirect("voting:candidates", kept.ballot_id)
    outcomes = importing.dry_run(kept)
    counts = {name: sum(row.action == name for row in outcomes) for name in ("new", "same", "error")}
    page = Paginator(outcomes, _PAGE).get_page(request.GET.get("page"))
    context = {
        **frame(request, kept.ballot, "candidates"), "upload": kept, "page": page, "counts": counts,
        "seen": importing.digest(outcomes),
    }  # fmt: skip
    return render(request, "voting/import_upload.html", context)


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
        return redirect("voting:import_upload", pk)
    messages.success(request, _("导入完成：添加了 %(count)d 个候选。") % {"count": made})
    return redirect("voting:candidates", kept.ballot_id)
