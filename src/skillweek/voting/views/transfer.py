"""Candidates from a table, totals as a table (E10)."""

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
from skillweek.voting import access
from skillweek.voting.domain import importing
from skillweek.voting.forms import CandidateUploadForm
from skillweek.voting.models import CandidateUpload
from skillweek.voting.transfer import write_results, write_template
from skillweek.voting.views.common import ballot_of, frame

_PAGES: Final = TablePages(
    title=gettext_lazy("导入候选"),
    about=gettext_lazy(
        "上传后先显示每一行会怎样，确认之前什么也不会改。再次导入同一份表格不会重复。图片在导入后逐个添加。"
    ),
    subject=gettext_lazy("名称"),
    shown=(("credit", gettext_lazy("单位或作者")), ("group", gettext_lazy("组别"))),
    confirm=gettext_lazy("确认添加 %(n)s 个候选"),
    done=gettext_lazy("导入完成：添加了 %(count)d 个候选。"),
    look_at="voting:import_upload",
    enter_at="voting:import_confirm",
)


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

    def keep(name: str, content: bytes) -> CandidateUpload:
        return importing.keep_upload(request.user, ballot, name=name, content=content)

    back, empty = reverse("voting:candidates", args=[pk]), reverse("voting:template", args=[pk])
    return _PAGES.choose(request, form, keep, back=back, template=empty, **frame(request, ballot, "candidates"))


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
    back, context = reverse("voting:import", args=[kept.ballot_id]), frame(request, kept.ballot, "candidates")
    return _PAGES.show(request, kept, importing.dry_run(kept), back=back, **context)


@require_POST
@login_required
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter exactly what was shown."""
    kept = _own(request, pk)
    back = reverse("voting:candidates", args=[kept.ballot_id])
    return _PAGES.enter(request, kept, importing.confirm_import, back=back)
