"""Calls in the workspace: list, write, look at, decide (E1, E7, E11)."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.content.access import is_open
from skillweek.contests import access
from skillweek.contests.domain import calls
from skillweek.contests.forms import CallForm
from skillweek.contests.models import Call, Entry
from skillweek.contests.queries.queue import state_counts
from skillweek.contests.views.common import workspace_call
from skillweek.core.acts import Act, perform
from skillweek.core.asked import number_in
from skillweek.core.audit import history_of
from skillweek.core.forms import run
from skillweek.editions.asked import edition_asked
from skillweek.editions.models import Edition
from skillweek.editions.schema_calls import CallPreset

_PER_PAGE = 20


@require_GET
@login_required
def index(request: HttpRequest, face: str = "") -> HttpResponse:
    """One's own calls and those below, with what waits for a decision; of one face or all."""
    edition = edition_asked(request)
    waiting = Count("entries", filter=Q(entries__state=Entry.State.WAITING))
    shown = Count("entries", filter=Q(entries__state=Entry.State.APPROVED))
    rows = access.calls_visible_to(request.user).filter(edition=edition).select_related("organisation")
    if face:
        rows = rows.filter(face=face)
    rows = rows.annotate(waiting=waiting, shown=shown).order_by("-enter_from", "-pk")
    schools = access.entering_organisations(request.user)
    open_calls = Call.objects.public().filter(edition=edition).exclude(open_to=Call.OpenTo.PUBLIC)
    context = {
        "edition": edition,
        "face": face,
        "face_label": Call.Face(face).label if face else "",
        "page": Paginator(rows, _PER_PAGE).get_page(request.GET.get("page")),
        "faces": [(value, label) for value, label in Call.Face.choices if not face or value == face],
        "presets": [each for each in edition.doc.call_presets if not face or each.face == face],
        "can_add": is_open(edition) and access.calling_organisations(request.user).exists(),
        "for_schools": open_calls.select_related("organisation") if schools.exists() else [],
        "schools": schools,
        "own_entries": Entry.objects.filter(organisation__in=schools, call__edition=edition).select_related("call"),
    }
    return render(request, "contests/index.html", context)


def _preset(edition: Edition, code: str) -> CallPreset | None:
    return next((each for each in edition.doc.call_presets if each.code == code), None)


def _face(text: str) -> str:
    return text if text in Call.Face else Call.Face.CONTEST


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Write a call; a new one without ``pk``, from the edition's preset that ``preset`` names, or an empty ``face``."""
    units = access.calling_organisations(request.user)
    row = workspace_call(request, pk) if pk else Call(edition=edition_asked(request))
    start = None if pk else _preset(row.edition, request.GET.get("preset", ""))
    if not pk:
        row.face = start.face if start is not None else _face(request.GET.get("face", ""))
    if not (access.can_write(request.user, row) if pk else units.exists()):
        raise PermissionDenied
    with timezone.override(ZoneInfo(row.edition.zone)):
        form = CallForm(request.POST or None, call=row, organisations=units, preset=start)
        if form.is_valid():
            if not pk:
                row.organisation = form.cleaned_data["organisation"]
            expected = form.cleaned_data["version"]
            saved = run(form, lambda: calls.save_call(row, actor=request.user, expected=expected, **form.values()))
            if saved is not None:
                messages.success(request, _("已保存。") if pk else _("已存为草稿。核对后提交审核。"))
                return redirect("contests:call", saved.pk)
        context = {"edition": row.edition, "call": row, "form": form, "preset": start}
        return render(request, "contests/edit.html", context, status=400 if form.is_bound else 200)


@require_GET
@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One call: how it stands, what waits, what one may do."""
    row = workspace_call(request, pk)
    user = request.user
    context: dict[str, Any] = {
        "edition": row.edition,
        "call": row,
        "zone": row.edition.zone,
        "tab": "call",
        "can_write": access.can_write(user, row),
        "can_approve": access.can_approve(user, row),
        "can_moderate": access.can_moderate(user, row),
        "looks": access.may_look_at_entries(user, row),
        "counts": state_counts(row),
        "awards": row.awards.all(),
        "history": history_of(row)[:20],
    }
    return render(request, "contests/call.html", context)


@require_GET
@login_required
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The public page as it will look."""
    row = workspace_call(request, pk)
    context = {"call": row, "zone": row.edition.zone, "is_preview": True, "takes_public": True, "number": 0}
    return render(request, "contests/public/call.html", context)


def _submit(request: HttpRequest, row: Call) -> str:
    saved = calls.submit(row, actor=request.user)
    return _("已公开，可以投稿了。") if saved.is_public else _("已提交，等待上级单位审核。")


def _approve(request: HttpRequest, row: Call) -> str:
    calls.approve(row, actor=request.user, expected=number_in(request.POST.get("version")))
    return _("已通过，活动已公开。")


def _return(request: HttpRequest, row: Call) -> str:
    expected = number_in(request.POST.get("version"))
    calls.give_back(row, actor=request.user, reason=request.POST.get("reason", ""), expected=expected)
    return _("已退回，主办单位会收到消息。")


def _take_down(request: HttpRequest, row: Call) -> str:
    calls.take_down(row, actor=request.user, reason=request.POST.get("reason", ""))
    return _("已下架，活动和作品都不再公开。")


def _close(request: HttpRequest, row: Call) -> str:
    calls.close(row, actor=request.user)
    return _("投稿已结束，作品继续展示。")


def _reopen(request: HttpRequest, row: Call) -> str:
    calls.reopen(row, actor=request.user)
    return _("已重新开放投稿。")


def _delete(request: HttpRequest, row: Call) -> str:
    calls.delete_call(row, actor=request.user)
    return _("已删除。")


_ACTS: dict[str, Act] = {
    "delete": _delete,
    "submit": _submit, "approve": _approve, "return": _return, "take_down": _take_down, "close": _close,
    "reopen": _reopen,
}  # fmt: skip


@require_POST
@login_required
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One verb on one call, named by ``do``; what it refuses is said on the call's page."""
    row = workspace_call(request, pk)
    user = request.user
    if not (access.can_write(user, row) or access.can_approve(user, row)):
        raise Http404
    if perform(request, row, _ACTS) == "delete":
        return redirect("contests:index")
    return redirect("contests:call", pk)
