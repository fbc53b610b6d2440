"""Jurors in the workspace (E1, E10)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from skillweek.core.errors import DomainError, NotAllowed
from skillweek.core.forms import run
from skillweek.judging import access
from skillweek.judging.domain import jurors
from skillweek.judging.forms import JurorForm
from skillweek.judging.models import Juror, Panel
from skillweek.judging.queries.progress import live_works, matrix
from skillweek.judging.views.common import frame, panel_of


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """Who judges; invite one more."""
    panel = panel_of(request, pk)
    if not access.can_see_scores(request.user, panel):
        raise PermissionDenied
    form = JurorForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        made = run(form, lambda: jurors.add_juror(panel, actor=request.user, **given))
        if made is not None:
            words = _("已邀请。") if panel.state == Panel.State.OPEN else _("已加入名单，评审开始时发出邀请。")
            messages.success(request, words)
            return redirect("judging:jurors", pk)
    context = {**frame(request, panel, "jurors"), "form": form, "lines": matrix(panel, live_works(panel))}
    return render(request, "judging/jurors.html", context, status=400 if form.is_bound else 200)


@require_POST
@login_required
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a new link, or remove a juror."""
    rows = Juror.objects.filter(panel__in=access.panels_visible_to(request.user).values("pk"))
    juror = get_object_or_404(rows.select_related("panel__edition", "panel__organisation"), pk=pk)
    try:
        if request.POST.get("do") == "renew":
            jurors.renew_link(juror, actor=request.user)
            messages.success(request, _("新的链接已生效，旧的不能再用。"))
        elif request.POST.get("do") == "remove":
            jurors.remove_juror(juror, actor=request.user)
            messages.success(request, _("已移出评委名单。"))
        else:
            raise DomainError(_("不能识别的操作。请刷新页面后再试。"))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("judging:jurors", juror.panel_id)
