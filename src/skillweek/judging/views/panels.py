"""Panels in the workspace: list, write, progress, open, close (E1, E10)."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.content.access import is_open
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.core.forms import run
from skillweek.editions.asked import edition_asked
from skillweek.judging import access
from skillweek.judging.domain import panels
from skillweek.judging.domain.jurors import remind
from skillweek.judging.forms import CriteriaForms, PanelForm, criteria_of
from skillweek.judging.models import Panel
from skillweek.judging.queries.progress import live_works, matrix
from skillweek.judging.views.common import frame, panel_of

_PER_PAGE = 20
_ROWS = 5


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """One's own panels and those below."""
    edition = edition_asked(request)
    rows = access.panels_visible_to(request.user).filter(edition=edition).select_related("organisation")
    rows = rows.annotate(
        work_count=Count("works", filter=Q(works__withdrawn_at=None), distinct=True),
        juror_count=Count("jurors", filter=Q(jurors__removed_at=None), distinct=True),
    )
    context = {
        "edition": edition,
        "page": Paginator(rows.order_by("-pk"), _PER_PAGE).get_page(request.GET.get("page")),
        "judges": access.panels_of_juror(request).filter(state=Panel.State.OPEN).count(),
        "can_add": is_open(edition) and access.organising_units(request.user).exists(),
    }
    return render(request, "judging/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Write a panel with its criteria; a new one without ``pk``."""
    units = access.organising_units(request.user)
    panel = panel_of(request, pk) if pk else Panel(edition=edition_asked(request))
    if not (access.can_run(request.user, panel) if pk else units.exists()):
        raise PermissionDenied
    has_criteria = panel.state == Panel.State.DRAFT
    with timezone.override(ZoneInfo(panel.edition.zone)):
        form = PanelForm(request.POST or None, panel=panel, units=units)
        rows = CriteriaForms(request.POST or None, initial=_initial(panel)) if has_criteria else None
        if form.is_valid() and (rows is None or rows.is_valid()):
            if not pk:
                panel.organisation = form.cleaned_data["organisation"]
            values = {"criteria": criteria_of(rows) if rows is not None else None, **form.values()}
            expected = form.cleaned_data["version"]
            saved = run(form, lambda: panels.save_panel(panel, actor=request.user, expected=expected, **values))
            if saved is not None:
                messages.success(request, _("已保存。"))
                return redirect("judging:panel" if pk else "judging:works", saved.pk)
        context = {"edition": panel.edition, "panel": panel, "form": form, "rows": rows}
        return render(request, "judging/edit.html", context, status=400 if form.is_bound else 200)


def _initial(panel: Panel) -> list[dict[str, Any]]:
    known: list[dict[str, Any]] = []
    if panel.pk:
        known = [dict(row) for row in panel.criteria.values("name", "maximum", "weight")]
    blank: dict[str, Any] = {"name": "", "maximum": 10, "weight": 1}
    return [*known, *[blank] * max(1, _ROWS - len(known))]


@require_GET
@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One panel: who has judged what, what is missing."""
    panel = panel_of(request, pk)
    works = live_works(panel)
    lines = matrix(panel, works)
    context = {
        **frame(request, panel, "panel"),
        "works": works,
        "lines": lines,
        "criteria": panel.criteria.all(),
        "done": sum(line.done for line in lines),
        "expected": sum(line.expected for line in lines),
    }
    context["lacking"] = context["expected"] - context["done"]
    return render(request, "judging/panel.html", context)


@require_POST
@login_required
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One verb on one panel, named by ``do``; what it refuses is said on the panel's page."""
    panel, name, user = panel_of(request, pk), request.POST.get("do", ""), request.user
    try:
        if name == "delete":
            panels.delete_panel(panel, actor=user)
            messages.success(request, _("已删除。"))
            return redirect("judging:index")
        if name == "open":
            panels.open_panel(panel, actor=user)
            messages.success(request, _("评审开始了，评委会收到邀请。"))
        elif name == "close":
            panels.close_panel(panel, actor=user, although_missing=request.POST.get("although") == "1")
            messages.success(request, _("评审已结束，名次已定。"))
            return redirect("judging:ranking", pk)
        elif name == "reopen":
            panels.reopen_panel(panel, actor=user, reason=request.POST.get("reason", ""))
            messages.success(request, _("已重新开放，评委可以继续评分。"))
        elif name == "remind":
            told = remind(panel, actor=user)
            words = _("已提醒 %(n)d 位评委。") if told else _("今天都提醒过了，或没有缺的评分。")
            messages.success(request, words % {"n": told} if told else words)
        else:
            raise DomainError(_("不能识别的操作。请刷新页面后再试。"))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("judging:panel", pk)
