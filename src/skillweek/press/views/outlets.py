"""Outlets with level and aliases (D4)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.core.asked import number_in
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.core.forms import run
from skillweek.editions.specs import LEVELS
from skillweek.press import access
from skillweek.press.domain.outlets import join_outlets, save_outlet
from skillweek.press.forms import OutletForm
from skillweek.press.models import MediaOutlet
from skillweek.press.views.common import tabs

_PER_PAGE = 60


def _only_deciders(request: HttpRequest) -> None:
    if not access.is_decider(request.user):
        raise PermissionDenied


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """All outlets, those without a level first to be seen."""
    _only_deciders(request)
    words = request.GET.get("q", "").replace("\0", "").strip()[:60]
    level = request.GET.get("level", "")
    rows = MediaOutlet.objects.annotate(number=Count("coverage")).order_by("-number", "name")
    rows = rows.filter(name__icontains=words) if words else rows
    rows = rows.filter(level=level) if level in dict(LEVELS) else rows
    page = Paginator(rows, _PER_PAGE).get_page(request.GET.get("page"))
    context = {**tabs(request), "tab": "outlets", "page": page, "q": words, "level": level, "levels": LEVELS}
    return render(request, "press/outlets/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """One outlet's name, level, aliases; a new one without ``pk``."""
    _only_deciders(request)
    outlet = get_object_or_404(MediaOutlet, pk=pk) if pk else MediaOutlet()
    form = OutletForm(request.POST or None, outlet=outlet)
    if form.is_valid() and run(form, lambda: save_outlet(outlet, actor=request.user, **form.cleaned_data)) is not None:
        messages.success(request, _("已保存。"))
        return redirect("press:outlets")
    others = MediaOutlet.objects.exclude(pk=pk) if pk else MediaOutlet.objects.none()
    context = {**tabs(request), "tab": "outlets", "outlet": outlet, "form": form, "others": others}
    return render(request, "press/outlets/edit.html", context, status=400 if form.is_bound else 200)


@require_POST
@login_required
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """Make one outlet another name of the other."""
    _only_deciders(request)
    outlet = get_object_or_404(MediaOutlet, pk=pk)
    into = MediaOutlet.objects.filter(pk=number_in(request.POST.get("into")) or 0).first()
    try:
        if into is None:
            raise DomainError(_("请选择并入哪一家媒体。"))
        joined = join_outlets(outlet, into, actor=request.user)
        messages.success(request, _("已并入“%(name)s”，原来的名称成为别名。") % {"name": joined})
        return redirect("press:outlet", joined.pk)
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("press:outlet", pk)
