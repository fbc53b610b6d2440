"""The asset library as JSON, for the editor's dialog."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_http_methods

from skillweek.content.access import assets_visible_to
from skillweek.content.client import asset_json
from skillweek.content.domain import describe_asset
from skillweek.content.models import Asset
from skillweek.core.errors import DomainError
from skillweek.organisations.access import visible_to
from skillweek.organisations.models import Organisation

_PER_PAGE = 24


@require_GET
@login_required
def library(request: HttpRequest, organisation: int) -> JsonResponse:
    """``{"items": [AssetInfo], "page", "pages", "total"}`` of an organisation's assets, the newest first."""
    owner: Organisation = get_object_or_404(visible_to(request.user), pk=organisation)
    rows = Asset.objects.filter(organisation=owner, edition_id=_number(request, "edition"))
    page = Paginator(chosen(rows, request.GET), _PER_PAGE).get_page(request.GET.get("page"))
    items = [asset_json(asset) for asset in page.object_list]
    return _fresh(
        {"items": items, "page": page.number, "pages": page.paginator.num_pages, "total": page.paginator.count}
    )


def chosen(rows: QuerySet[Asset], asked: Any) -> QuerySet[Asset]:
    """The assets of the kinds (``kind``, several allowed) and words (``q``) asked for, ready to be shown."""
    kinds = [kind for kind in asked.getlist("kind") if kind in Asset.Kind.values]
    if kinds:
        rows = rows.filter(kind__in=kinds)
    for word in asked.get("q", "").replace("\0", "").split()[:6]:
        rows = rows.filter(Q(title__icontains=word) | Q(alt__icontains=word) | Q(file__name__icontains=word))
    return rows.select_related("file").prefetch_related("renditions", "file__derivatives")


@require_http_methods(["GET", "POST"])
@login_required
def asset(request: HttpRequest, pk: UUID) -> JsonResponse:
    """One asset; POST changes ``title`` and ``alt``."""
    rows = assets_visible_to(request.user).select_related("file", "organisation", "edition")
    row = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        try:
            describe_asset(
                row,
                title=request.POST.get("title", row.title),
                alt=request.POST.get("alt", row.alt),
                actor=request.user,
            )
        except DomainError as error:
            return JsonResponse({"ok": False, "code": error.code, "message": error.message}, status=error.status)
    return _fresh(asset_json(row))


def _fresh(data: dict[str, Any]) -> JsonResponse:
    response = JsonResponse(data)
    response["Cache-Control"] = "no-store"
    return response


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
