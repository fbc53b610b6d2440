"""The asset library in the workspace: find, describe, see where it is used, delete (D6)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.content.access import assets_visible_to, can_add_assets, is_open, library_organisations
from skillweek.content.domain import delete_asset, describe_asset, uses_of
from skillweek.content.intake import problem_of
from skillweek.content.models import Asset
from skillweek.content.views.common import chosen_edition
from skillweek.content.views.library_json import chosen
from skillweek.core.errors import DomainError

_PER_PAGE = 30


@require_GET
@login_required
def assets(request: HttpRequest) -> HttpResponse:
    """An organisation's library."""
    mine = list(library_organisations(request.user))
    named = request.GET.get("organisation", "")
    organisation = next((one for one in mine if str(one.pk) == named), mine[0] if mine else None)
    edition = chosen_edition(request)
    rows = Asset.objects.filter(organisation=organisation, edition=edition)
    rows = chosen(rows, request.GET).annotate(
        use_count=Count("uses__owner_id", distinct=True), live_count=Count("uses", filter=Q(uses__is_live=True))
    )
    if request.GET.get("unused"):
        rows = rows.filter(use_count=0)
    context = {
        "organisations": mine,
        "organisation": organisation,
        "edition": edition,
        "page": Paginator(rows.order_by("-created_at", "pk"), _PER_PAGE).get_page(request.GET.get("page")),
        "kinds": Asset.Kind.choices,
        "kind": request.GET.get("kind", ""),
        "text": request.GET.get("q", ""),
        "unused": bool(request.GET.get("unused")),
        "can_add": organisation is not None and edition is not None and is_open(edition),
    }
    return render(request, "content/assets.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def asset(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One asset: describe it, see where it is shown."""
    row = _asset_of(request, pk)
    can_change = can_add_assets(request.user, row.organisation) and is_open(row.edition)
    if request.method == "POST":
        describe_asset(row, title=request.POST.get("title", ""), alt=request.POST.get("alt", ""), actor=request.user)
        messages.success(request, _("已保存说明。"))
        return redirect("content:asset", pk)
    context = {"asset": row, "uses": uses_of(row), "can_change": can_change, "problem": problem_of(row.file, row.kind)}
    return render(request, "content/asset.html", context)


@require_POST
@login_required
def asset_delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take it out of the library; refused while it is in use."""
    row = _asset_of(request, pk)
    if not can_add_assets(request.user, row.organisation):
        raise Http404
    name = str(row)
    try:
        delete_asset(row, actor=request.user)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("content:asset", pk)
    messages.success(request, _("已从素材库删除《%(name)s》。") % {"name": name})
    return redirect("content:assets")


def _asset_of(request: HttpRequest, pk: UUID) -> Asset:
    rows = assets_visible_to(request.user).select_related("file", "organisation", "edition", "added_by")
    return get_object_or_404(rows.prefetch_related("renditions", "file__derivatives"), pk=pk)
