"""The tour editor's requests, and the preview of a draft (B11)."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.core.errors import DomainError
from skillweek.online import exhibits, tour_shape
from skillweek.online.domain import panoramas
from skillweek.online.domain.writing import save_work
from skillweek.online.models import Hall, LiveRoom, Tour
from skillweek.online.queries.rooms import Stage
from skillweek.online.queries.tours import panoramas_json, scenes_of
from skillweek.online.views.common import tabs, work_of


def _tour(request: HttpRequest, pk: int) -> Tour:
    row = work_of(request, "tour", pk)
    assert isinstance(row, Tour)
    return row


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def scenes(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: the pictures as they are now. POST JSON ``{"revision", "scenes"}``: save and answer the new revision."""
    tour = _tour(request, pk)
    if request.method != "POST":
        response = JsonResponse({"ok": True, "panoramas": panoramas_json(tour)})
        response["Cache-Control"] = "no-store"
        return response
    sent = _json(request)
    revision = sent.get("revision")
    if isinstance(revision, bool) or not isinstance(revision, int):
        raise DomainError(_("请求不完整。请刷新页面后再试。"))
    saved = save_work(tour, {"scenes": sent.get("scenes")}, actor=request.user, expected_revision=revision)
    return JsonResponse({"ok": True, "revision": saved.revision, "hasChanges": saved.has_changes})


def _json(request: HttpRequest) -> dict[str, Any]:
    if len(request.body) > tour_shape.MAX_BYTES:
        raise DomainError(_("导览的内容太多了。请减少场景或文字。"))
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, dict):
        raise DomainError(_("请求不完整。请刷新页面后再试。"))
    return sent


@require_POST
@login_required
def panorama_remove(request: HttpRequest, pk: int, panorama: UUID) -> HttpResponse:
    """Take a picture that no scene shows out of the tour."""
    tour = _tour(request, pk)
    row = get_object_or_404(tour.panoramas.select_related("tour"), pk=panorama)
    panoramas.remove(row, actor=request.user)
    return JsonResponse({"ok": True})


@require_GET
@login_required
def preview(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The draft as the public will see it, for who may see the work."""
    row = work_of(request, kind, pk)
    row.live = row.draft
    row.take_columns(row.draft)
    context: dict[str, Any] = {
        **tabs(request, row.edition, "works"),
        "work": row,
        "content": row.draft,
        "is_preview": True,
        "zone": row.edition.zone,
    }
    if isinstance(row, Tour):
        context["scenes"] = scenes_of(row.draft, public=False)
    elif isinstance(row, LiveRoom):
        context |= {"stage": Stage.of(row), "questions": []}
    elif isinstance(row, Hall):
        context["hung"] = [one for one in exhibits.hung(row.edition, row.draft.get("exhibits") or []) if one.exhibit]
    return render(request, f"online/public/{kind}.html", context)
