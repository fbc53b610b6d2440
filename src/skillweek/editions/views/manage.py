"""All editions, one of them, opening and closing, next year's from this year's."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skillweek.core.errors import DomainError
from skillweek.editions.describe import PARTS
from skillweek.editions.describe_lists import LIST_SPECS
from skillweek.editions.domain import copy_edition, open_edition
from skillweek.editions.forms import CopyForm
from skillweek.editions.models import Edition
from skillweek.editions.rows import rows_of
from skillweek.editions.showing import facts_of
from skillweek.editions.views.common import actor, edition_or_404, for_host_managers


@for_host_managers
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every edition, the newest first."""
    context = {"editions": Edition.objects.all(), "current": Edition.objects.current()}
    return render(request, "editions/index.html", context)


@for_host_managers
@require_safe
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything of one edition at a glance, each part with its way to change it."""
    edition = edition_or_404(pk)
    parts = [
        {"name": name, "spec": spec, "facts": facts_of(name, edition.document)}
        for name, spec in PARTS.items()
        if name != "notice"
    ]
    lists = [
        {"name": name, "spec": spec, "count": len(rows_of(edition.document, name))} for name, spec in LIST_SPECS.items()
    ]
    context = {
        "edition": edition,
        "parts": parts,
        "lists": lists,
        "is_closed": edition.state == Edition.State.CLOSED,
        "others_open": Edition.objects.filter(state=Edition.State.OPEN).exclude(pk=pk),
    }
    return render(request, "editions/overview.html", context)


@for_host_managers
@require_POST
def open_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Let schools file. One that has ended is taken up again only with a reason, which the archive's page asks for."""
    edition = edition_or_404(pk)
    if edition.state == Edition.State.CLOSED:
        return redirect("archive:reopen", pk=pk)
    edition = open_edition(edition, actor=actor(request))
    messages.success(request, _("%(edition)s已开放，学校可以填报。") % {"edition": edition})
    return redirect("editions:edition", pk=pk)


@for_host_managers
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin another edition with everything of this one."""
    edition = edition_or_404(pk)
    form = CopyForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            copied = copy_edition(
                edition,
                actor=actor(request),
                slug=data["id"],
                title=data["title"],
                theme=data["theme"],
                starts_on=date.fromisoformat(data["starts_on"]),
                ends_on=date.fromisoformat(data["ends_on"]),
            )
        except DomainError as error:
            for problem in error.details:
                name = str(problem.path[0]) if problem.path and problem.path[0] in form.fields else None
                form.add_error(name, f"{_('应为')}{problem.expected}{_('。')}" if name else str(problem))
            if not error.details:
                form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, _("新一届已建好，请逐项核对后再开放。"))
            return redirect("editions:edition", pk=copied.pk)
    status = 400 if form.is_bound else 200
    return render(request, "editions/copy.html", {"form": form, "edition": edition}, status=status)
