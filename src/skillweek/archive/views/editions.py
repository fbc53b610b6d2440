"""Past editions: the list, looking at one, ending a week, taking it up again (A8)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skillweek.archive import access
from skillweek.archive.domain.closing import end_edition, open_points, take_up_again
from skillweek.archive.forms import ReasonForm
from skillweek.archive.models import ArchiveImport
from skillweek.archive.views.common import for_people_with_a_role, for_runners
from skillweek.core import audit
from skillweek.core.errors import DomainError
from skillweek.editions import viewing
from skillweek.editions.models import Edition
from skillweek.organisations.access import scope_of


@for_people_with_a_role
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Editions that have ended, and what can be done with them."""
    past = list(access.past_editions())
    imports = {row.edition_id: row for row in ArchiveImport.objects.filter(edition__in=past)}
    looked_at = viewing.chosen.get()
    context = {
        "past": [(edition, imports.get(edition.pk)) for edition in past],
        "looked_at": next((edition for edition in past if edition.pk == looked_at), None),
        "places": _places(request),
        "open_ones": Edition.objects.filter(state=Edition.State.OPEN),
        "can_run": access.can_run(request.user),
        "units": access.own_units(request.user),
        "can_renew": bool(past) and Edition.objects.filter(state=Edition.State.OPEN).exists(),
    }
    return render(request, "archive/index.html", context)


def _places(request: HttpRequest) -> list[tuple[str, str, str]]:
    """(label, address, icon) of the lists that show an edition, as far as the person uses them."""
    scope = scope_of(request.user)
    reviews = bool(scope.deciding_paths)
    rows = [
        (_("每日报送看板"), "reports:board", "grid-3x3-gap", reviews),
        (_("每日报送"), "reports:mine", "pencil-square", not scope.has_bureau_role),
        (_("方案与活动"), "activities:index", "calendar-event", True),
        (_("统计表与汇总"), "statistics:index", "table", True),
        (_("情况总结"), "summaries:index", "file-earmark-text", True),
        (_("通知"), "notices:index", "megaphone", True),
        (_("故事与专题"), "publicity:index", "camera-reels", True),
        (_("材料下载"), "reports:archive", "file-earmark-zip", reviews),
        (_("规则说明"), "editions:rules", "lightbulb", True),
    ]
    return [(str(label), url, icon) for label, name, icon, shown in rows if shown and (url := _url(name))]


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@for_people_with_a_role
@require_POST
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the workspace show a past edition until it is left again."""
    edition = get_object_or_404(access.past_editions(), pk=pk)
    viewing.look_at(request, edition.pk)
    return redirect("archive:index")


@for_people_with_a_role
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Back to the edition that people work in."""
    viewing.look_at(request, None)
    return redirect("workspace:home")


@for_runners
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show what is still open, ask for the reason, and freeze the edition."""
    edition = get_object_or_404(Edition, pk=pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid() and _done(form, end_edition, edition, request.user):
        messages.success(request, _("%(edition)s已结束并归档。内容都可以查看，不能再改动。") % {"edition": edition})
        return redirect("archive:export", pk=pk)
    context = {"edition": edition, "form": form, "points": open_points(edition)}
    return render(request, "archive/close.html", context, status=400 if form.is_bound else 200)


@for_runners
@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ask for the reason and take the edition up again."""
    edition = get_object_or_404(Edition, pk=pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid() and _done(form, take_up_again, edition, request.user):
        messages.success(request, _("%(edition)s已重新开放，学校可以填报。") % {"edition": edition})
        return redirect("editions:edition", pk=pk)
    history = audit.history_of(edition).filter(verb__in=("edition.open", "edition.close"))[:10]
    context = {"edition": edition, "form": form, "history": history}
    return render(request, "archive/reopen.html", context, status=400 if form.is_bound else 200)


def _done(form: ReasonForm, verb: Any, edition: Edition, actor: Any) -> bool:
    try:
        verb(edition, actor=actor, reason=form.cleaned_data["reason"])
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return False
    return True
