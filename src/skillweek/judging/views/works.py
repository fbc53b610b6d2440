"""Works in the workspace (E1, E10)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.core.errors import DomainError, NotAllowed
from skillweek.core.forms import run
from skillweek.judging import access
from skillweek.judging.domain import works
from skillweek.judging.forms import WorkForm
from skillweek.judging.models import Panel, Work
from skillweek.judging.views.common import frame, panel_of

_PER_PAGE = 50


@require_GET
@login_required
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel's works, withdrawn ones too."""
    panel = panel_of(request, pk)
    rows = panel.works.select_related("picture__file", "organisation").prefetch_related("picture__file__derivatives")
    page = Paginator(rows.order_by("number"), _PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "judging/works.html", {**frame(request, panel, "works"), "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a work by hand."""
    return _edit(request, Work(panel=panel_of(request, pk)))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at a work; change it while the panel is a draft."""
    return _edit(request, _work(request, pk))


def _work(request: HttpRequest, pk: int) -> Work:
    rows = Work.objects.filter(panel__in=access.panels_visible_to(request.user).values("pk"))
    rows = rows.select_related("panel__edition", "panel__organisation", "picture__file", "organisation")
    return get_object_or_404(rows, pk=pk)


def _edit(request: HttpRequest, work: Work) -> HttpResponse:
    panel = work.panel
    can_run = access.can_run(request.user, panel)
    if not can_run and (not work.pk or request.method == "POST"):
        raise PermissionDenied
    form = WorkForm(request.POST or None, work=work)
    if form.is_valid():
        saved = run(form, lambda: works.save_work(work, actor=request.user, **form.cleaned_data))
        if saved is not None:
            messages.success(request, _("已保存“%(title)s”。") % {"title": saved.title})
            return redirect("judging:work_add" if "more" in request.POST else "judging:works", panel.pk)
    can_edit = can_run and (panel.state == Panel.State.DRAFT or (not work.pk and panel.state == Panel.State.OPEN))
    context = {**frame(request, panel, "works"), "work": work, "form": form, "can_edit": can_edit}
    return render(request, "judging/work.html", context, status=400 if form.is_bound else 200)


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a work out."""
    work = _work(request, pk)
    try:
        works.withdraw_work(work, actor=request.user)
        messages.success(request, _("已退出，它的评分不再计入。"))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("judging:works", work.panel_id)
