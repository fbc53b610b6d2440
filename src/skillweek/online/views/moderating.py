"""Letting through, hiding and answering what the public says (B11)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from skillweek.core.asked import back_to, number_in
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.editions.asked import edition_asked
from skillweek.online import access
from skillweek.online.domain import saying
from skillweek.online.models import GuestEntry, Question, Said
from skillweek.online.views.common import tabs

_PER_PAGE = 20
_MODELS: dict[str, tuple[type[Said], str]] = {"question": (Question, "room"), "entry": (GuestEntry, "hall")}


@require_GET
@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """Questions or guestbook lines: those that wait, those shown, those hidden."""
    edition = edition_asked(request)
    what = request.GET.get("what", "")
    what = what if what in _MODELS else "question"
    state = request.GET.get("state", "")
    state = state if state in Said.State.values else str(Said.State.WAITING)
    model, place = _MODELS[what]
    rows = model._default_manager.filter(access.spoken_for_q(request.user, f"{place}__"), erased_at=None)
    rows = rows.filter(**{f"{place}__edition": edition})
    here = number_in(request.GET.get("at"))
    if here:
        rows = rows.filter(**{place: here})
    found = rows.filter(state=state).select_related(place, f"{place}__organisation", "decided_by")
    order = ("-votes", "pk") if model is Question and state == Said.State.SHOWN else ("pk",)
    page = Paginator(found.order_by(*order), _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **tabs(request, edition, "moderation"),
        "what": what,
        "state": state,
        "states": [(value, label, rows.filter(state=value).count()) for value, label in Said.State.choices],
        "page": page,
        "at": here,
    }
    return render(request, "online/moderation.html", context)


@require_POST
@login_required
def act(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    """``do``: show, hide, answer."""
    if what not in _MODELS:
        raise Http404
    model, place = _MODELS[what]
    rows: Any = model._default_manager.filter(access.spoken_for_q(request.user, f"{place}__"))
    row = get_object_or_404(rows, pk=pk)
    try:
        messages.success(request, _done(request, row))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(back_to(request, request.META.get("HTTP_X_BACK", "") or "/w/online/moderation/"))


def _done(request: HttpRequest, row: Said) -> str:
    match request.POST.get("do", ""):
        case "show":
            saying.decide(row, actor=request.user, shows=True)
            return _("已显示，公众可以看到。")
        case "hide":
            saying.decide(row, actor=request.user, shows=False)
            return _("已隐藏，公众看不到。")
        case "answer" if isinstance(row, Question):
            saying.answer(row, actor=request.user, text=request.POST.get("answer", ""))
            return _("已回答，公众可以看到。")
    raise DomainError(_("不能识别的操作。请刷新页面后再试。"))
