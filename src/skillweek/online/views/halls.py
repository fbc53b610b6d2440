"""Hanging exhibits in order, by plain forms (B11)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from skillweek.core.asked import number_in
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.online.domain.writing import save_work
from skillweek.online.views.common import work_of


@require_POST
@login_required
def hang(request: HttpRequest, pk: int) -> HttpResponse:
    """Hang what was chosen (``kind``, ``ref`` several times) at the end."""
    hall = work_of(request, "hall", pk)
    kind = request.POST.get("kind", "")
    rows = list(hall.draft.get("exhibits") or [])
    chosen = [{"kind": kind, "ref": ref, "caption": ""} for ref in request.POST.getlist("ref")]
    back = f"{reverse('online:work', args=['hall', pk])}?choose={kind}" if kind.isalnum() else None
    if not chosen:
        messages.error(request, _("还没有选展品。"))
        return redirect(back or reverse("online:work", args=["hall", pk]))
    return _save(request, hall, [*rows, *chosen], _("已挂上 %(n)d 件。") % {"n": len(chosen)})


@require_POST
@login_required
def arrange(request: HttpRequest, pk: int) -> HttpResponse:
    """Captions, order and removal: ``exhibit`` (kind:ref) in their order with ``caption`` beside; ``up``, ``down``,
    ``out`` name a place from 0."""
    hall = work_of(request, "hall", pk)
    names, captions = request.POST.getlist("exhibit"), request.POST.getlist("caption")
    known = {(row["kind"], row["ref"]) for row in hall.draft.get("exhibits") or []}
    rows: list[dict[str, Any]] = []
    for number, name in enumerate(names):
        kind, _colon, ref = name.partition(":")
        if (kind, ref) in known:
            rows.append({"kind": kind, "ref": ref, "caption": captions[number] if number < len(captions) else ""})
    words = _("已保存。")
    up, down, out = (number_in(request.POST.get(name)) for name in ("up", "down", "out"))
    if out is not None and out < len(rows):
        rows.pop(out)
        words = _("已取下。")
    if up is not None and 0 < up < len(rows):
        rows[up - 1], rows[up] = rows[up], rows[up - 1]
    if down is not None and down < len(rows) - 1:
        rows[down + 1], rows[down] = rows[down], rows[down + 1]
    return _save(request, hall, rows, words)


def _save(request: HttpRequest, hall: Any, rows: list[dict[str, Any]], words: str) -> HttpResponse:
    expected = number_in(request.POST.get("revision"))
    try:
        save_work(hall, {"exhibits": rows}, actor=request.user, expected_revision=expected)
        messages.success(request, words)
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(reverse("online:work", args=["hall", hall.pk]) + "#exhibits")
