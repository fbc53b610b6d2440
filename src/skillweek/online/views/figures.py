"""Visits, and the organiser's rules (B11)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from skillweek.content.access import is_open
from skillweek.core.forms import run
from skillweek.editions.asked import edition_asked
from skillweek.online import access
from skillweek.online.domain.ruling import set_rules
from skillweek.online.forms import RulesForm
from skillweek.online.links import rules_of
from skillweek.online.queries.visits import by_subject, counts_for
from skillweek.online.views.common import tabs
from skillweek.organisations.access import scope_of

_PER_PAGE = 40


@require_GET
@login_required
def visits(request: HttpRequest) -> HttpResponse:
    """How many came, by page and day."""
    edition = edition_asked(request)
    rows = counts_for(request.user, edition)
    context = {
        **tabs(request, edition, "visits"),
        "subjects": by_subject(rows),
        "page": Paginator(rows.order_by("-day", "-visitors", "subject"), _PER_PAGE).get_page(request.GET.get("page")),
        "has_role": bool(scope_of(request.user).roles),
    }
    return render(request, "online/visits.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def rules(request: HttpRequest) -> HttpResponse:
    """Which sites may be linked, and what a panorama must be."""
    edition = edition_asked(request)
    if not access.can_set_rules(request.user):
        raise PermissionDenied
    form: Any = RulesForm(request.POST or None, instance=rules_of(edition))
    if form.is_valid():
        values = dict(form.cleaned_data)
        if run(form, lambda: set_rules(edition, actor=request.user, **values)) is not None:
            messages.success(request, _("已保存。"))
            return redirect("online:rules")
    context = {**tabs(request, edition, "rules"), "form": form, "is_open": is_open(edition)}
    return render(request, "online/rules.html", context, status=400 if form.is_bound else 200)
