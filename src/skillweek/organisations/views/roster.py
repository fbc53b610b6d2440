"""Roster: template, upload, dry run, confirmation, export."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skillweek.core.errors import Conflict
from skillweek.core.forms import run
from skillweek.core.tables.reading import MAX_BYTES
from skillweek.organisations.access import scope_of
from skillweek.organisations.domain.roster import can_import, confirm_import, discard_upload, dry_run, keep_upload
from skillweek.organisations.forms import ConfirmRosterForm, RosterForm
from skillweek.organisations.models import RosterUpload
from skillweek.organisations.roster.outcome import Action
from skillweek.organisations.roster.writing import write_roster, write_template

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PAGE = 200


def as_workbook(content: bytes, name: str) -> HttpResponse:
    """A download; ``name`` may be Chinese."""
    response = HttpResponse(content, content_type=XLSX)
    # Django writes the name both ways, so that old phones and Chinese names agree.
    response.headers["Content-Disposition"] = _disposition(name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _disposition(name: str) -> str:
    from django.utils.http import content_disposition_header

    return content_disposition_header(True, name) or "attachment"


def _only_importers(request: HttpRequest) -> None:
    if not can_import(request.user):
        raise PermissionDenied


def _upload_or_404(request: HttpRequest, pk: int) -> RosterUpload:
    """One's own upload and nobody else's."""
    return get_object_or_404(RosterUpload.objects.filter(user=request.user.pk), pk=pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Choose a file; what it would do is shown next."""
    _only_importers(request)
    form = RosterForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        # One byte more than allowed is enough to know that it is too much.
        content = file.read(MAX_BYTES + 1)
        upload = run(form, lambda: keep_upload(request.user, name=file.name, content=content))
        if upload is not None:
            return redirect("organisations:roster_upload", pk=upload.pk)
    waiting = RosterUpload.objects.filter(user=request.user.pk, confirmed_at=None)[:5]
    status = 400 if form.is_bound and form.errors else 200
    return render(request, "organisations/roster_start.html", {"form": form, "waiting": waiting}, status=status)


@login_required
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The empty roster."""
    _only_importers(request)
    return as_workbook(write_template(), _("单位名册模板.xlsx"))


@login_required
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The roster of what the person manages, in the same layout."""
    _only_importers(request)
    scope = scope_of(request.user)
    paths = tuple(path for path in scope.managing_paths if path in scope.deciding_paths)
    return as_workbook(write_roster(paths), _("单位名册.xlsx"))


@login_required
@require_safe
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """The dry run: each row's outcome."""
    _only_importers(request)
    kept = _upload_or_404(request, pk)
    if kept.confirmed_at is not None:
        return render(request, "organisations/roster_done.html", {"upload": kept, "counts": kept.result})
    plan = dry_run(kept)
    show = request.GET.get("show", "")
    outcomes = plan.outcomes
    if show in list(Action):
        outcomes = [outcome for outcome in outcomes if outcome.action == show]
    return render(
        request,
        "organisations/roster_upload.html",
        {
            "upload": kept,
            "plan": plan,
            "counts": plan.counts,
            "show": show,
            "page": Paginator(outcomes, _PAGE).get_page(request.GET.get("page")),
            "form": ConfirmRosterForm(initial={"seen": plan.digest()}),
        },
    )


@login_required
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply exactly what was shown."""
    _only_importers(request)
    kept = _upload_or_404(request, pk)
    form = ConfirmRosterForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请从预检页面确认。"))
        return redirect("organisations:roster_upload", pk=pk)
    try:
        counts = confirm_import(kept, seen=form.cleaned_data["seen"], send=form.cleaned_data["send"])
    except Conflict as error:
        messages.warning(request, error.message)
        return redirect("organisations:roster_upload", pk=pk)
    messages.success(request, _("导入完成：新增 %(new)s 行，更新 %(update)s 行。") % counts)
    return redirect("organisations:roster_upload", pk=pk)


@login_required
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw an upload away."""
    _only_importers(request)
    discard_upload(_upload_or_404(request, pk))
    messages.success(request, _("已放弃这次导入，没有写入任何内容。"))
    return redirect("organisations:roster")
