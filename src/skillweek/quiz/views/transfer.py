"""The bank as a table: export, template, upload, dry run, confirmation (E2)."""

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
from skillweek.quiz import access
from skillweek.quiz.domain import importing
from skillweek.quiz.forms import QuestionUploadForm
from skillweek.quiz.models import QuestionUpload
from skillweek.quiz.queries.bank import BankFilter
from skillweek.quiz.transfer import MAX_BYTES, write_questions
from skillweek.quiz.views.common import frame

_PAGE = 200


def _only_organisers(request: HttpRequest) -> None:
    if not access.organising_organisations(request.user).exists():
        raise PermissionDenied


@require_GET
@login_required
def export(request: HttpRequest) -> HttpResponseBase:
    """What the list shows under these filters, all pages of it."""
    if not scope_of(request.user).roles:
        raise PermissionDenied
    edition = edition_asked(request)
    rows = BankFilter.from_query(request.GET).apply(access.questions_visible_to(request.user, edition))
    name = _("题库-%(slug)s.xlsx") % {"slug": edition.slug}
    return FileResponse(write_questions(rows), as_attachment=True, filename=name)


@require_GET
@login_required
def template(request: HttpRequest) -> HttpResponseBase:
    """The empty table."""
    _only_organisers(request)
    return FileResponse(write_questions(None), as_attachment=True, filename=_("题库导入模板.xlsx"))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Choose a file; what it would do is shown next."""
    _only_organisers(request)
    edition = edition_asked(request)
    homes = access.organising_organisations(request.user)
    form = QuestionUploadForm(request.POST or None, request.FILES or None, homes=homes)
    if form.is_valid():
        file, home = form.cleaned_data["file"], form.cleaned_data["home"]
        content = file.read(MAX_BYTES + 1)
        kept = run(form, lambda: importing.keep_upload(request.user, home, edition, name=file.name, content=content))
        if kept is not None:
            return redirect("quiz:import_upload", kept.pk)
    context = {**frame(request, "bank"), "edition": edition, "form": form}
    return render(request, "quiz/bank/import.html", context, status=400 if form.is_bound else 200)


def _own(request: HttpRequest, pk: int) -> QuestionUpload:
    rows = QuestionUpload.objects.filter(user=request.user.pk).select_related("edition", "home", "user")
    return get_object_or_404(rows, pk=pk)


@require_GET
@login_required
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """The dry run: each row's outcome."""
    kept = _own(request, pk)
    if kept.confirmed_at is not None:
        return redirect("quiz:bank")
    outcomes = importing.dry_run(kept)
    counts = {name: sum(row.action == name for row in outcomes) for name in ("new", "same", "error")}
    page = Paginator(outcomes, _PAGE).get_page(request.GET.get("page"))
    context = {
        **frame(request, "bank"), "edition": kept.edition, "upload": kept, "page": page, "counts": counts,
        "seen": importing.digest(outcomes),
    }  # fmt: skip
    return render(request, "quiz/bank/import_upload.html", context)


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
        return redirect("quiz:import_upload", pk)
    messages.success(request, _("导入完成：新增 %(count)d 道题，待核对。") % {"count": made})
    return redirect("quiz:bank")
