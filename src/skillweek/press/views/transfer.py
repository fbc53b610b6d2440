"""The register as a table: export, template, upload, dry run, confirmation (D4)."""

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
from skillweek.press import access
from skillweek.press.domain import importing
from skillweek.press.forms import CoverageUploadForm
from skillweek.press.models import CoverageUpload
from skillweek.press.queries.coverage import CoverageFilter
from skillweek.press.transfer import write_coverage
from skillweek.press.views.common import tabs

_PAGES: Final = TablePages(
    title=gettext_lazy("导入媒体报道"),
    about=gettext_lazy("上传后先显示每一行会怎样，确认之前什么也不会改。再次导入同一份表格不会重复。"),
    subject=gettext_lazy("标题"),
    shown=(("outlet", gettext_lazy("媒体")),),
    confirm=gettext_lazy("确认登记 %(n)s 条报道"),
    done=gettext_lazy("导入完成：登记了 %(count)d 条报道。"),
    look_at="press:import_upload",
    enter_at="press:import_confirm",
)


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

    def keep(name: str, content: bytes) -> CoverageUpload:
        return importing.keep_upload(request.user, form.cleaned_data["home"], edition, name=name, content=content)

    frame = {**tabs(request), "tab": "coverage", "edition": edition}
    return _PAGES.choose(request, form, keep, back=reverse("press:index"), template=reverse("press:template"), **frame)


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
    frame = {**tabs(request), "tab": "coverage", "edition": kept.edition}
    return _PAGES.show(request, kept, importing.dry_run(kept), back=reverse("press:import"), **frame)


@require_POST
@login_required
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter exactly what was shown."""
    return _PAGES.enter(request, _own(request, pk), importing.confirm_import, back=reverse("press:index"))
