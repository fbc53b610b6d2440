"""The bank as a table: export, template, upload, dry run, confirmation (E2)."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.core.tables.pages import TablePages
from skillweek.editions.asked import edition_asked
from skillweek.organisations.access import scope_of
from skillweek.quiz import access
from skillweek.quiz.domain import importing
from skillweek.quiz.forms import QuestionUploadForm
from skillweek.quiz.models import QuestionUpload
from skillweek.quiz.queries.bank import BankFilter
from skillweek.quiz.transfer import write_questions
from skillweek.quiz.views.common import frame

_PAGES: Final = TablePages(
    title=gettext_lazy("导入题目"),
    about=gettext_lazy("上传后先显示每一行会怎样，确认之前什么也不会改。再次导入同一份表格不会重复。"),
    subject=gettext_lazy("题目"),
    shown=(("answer", gettext_lazy("答案")),),
    confirm=gettext_lazy("确认导入 %(n)s 道题"),
    done=gettext_lazy("导入完成：新增 %(count)d 道题，待核对。"),
    look_at="quiz:import_upload",
    enter_at="quiz:import_confirm",
)


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

    def keep(name: str, content: bytes) -> QuestionUpload:
        return importing.keep_upload(request.user, form.cleaned_data["home"], edition, name=name, content=content)

    context = {**frame(request, "bank"), "edition": edition}
    return _PAGES.choose(request, form, keep, back=reverse("quiz:bank"), template=reverse("quiz:template"), **context)


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
    context = {**frame(request, "bank"), "edition": kept.edition}
    return _PAGES.show(request, kept, importing.dry_run(kept), back=reverse("quiz:import"), **context)


@require_POST
@login_required
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter exactly what was shown."""
    return _PAGES.enter(request, _own(request, pk), importing.confirm_import, back=reverse("quiz:bank"))
