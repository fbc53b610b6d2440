"""The wall screen (大屏): for the bureau's people, and by a link for a screen that nobody signs in on (C13)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from skillweek.content.queries import absolute
from skillweek.core.clock import now
from skillweek.core.errors import DomainError
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.reports.views.bureau import bureau_page, chosen_edition, no_edition
from skillweek.statistics.domain.wall_links import LIFE, can_make, find_link, make_link, revoke_link, token_of
from skillweek.statistics.models import WallLink
from skillweek.statistics.queries.wall import wall_of
from skillweek.statistics.views.rollup import root_or_404

#: Revoked links that the page still lists.
_PAST = 20


@require_GET
@bureau_page
def page(request: HttpRequest, organisation_id: int) -> HttpResponseBase:
    """The whole screen."""
    root = root_or_404(request, organisation_id)
    edition = chosen_edition(request)
    if edition is None:
        return no_edition(request)
    live_url = f"{reverse('statistics:wall_live', args=[root.pk])}?edition={edition.slug}"
    return _screen(request, edition, root, live_url, back=True)


@require_GET
@bureau_page
def live(request: HttpRequest, organisation_id: int) -> HttpResponseBase:
    """The part that changes."""
    root = root_or_404(request, organisation_id)
    edition = chosen_edition(request)
    if edition is None:
        raise Http404
    return _private(render(request, "statistics/wall/_live.html", {"wall": wall_of(edition, root)}))


def _screen(
    request: HttpRequest, edition: Edition, root: Organisation, live_url: str, *, back: bool = False
) -> HttpResponse:
    context: dict[str, Any] = {"wall": wall_of(edition, root), "live_url": live_url, "back": back}
    return _private(render(request, "statistics/wall/wall.html", context))


def _private(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, private=True, no_store=True)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


# --- By a link, for the hall -----------------------------------------------------------------------


def _link_or_404(token: str) -> tuple[WallLink, Edition]:
    link = find_link(token)
    edition = Edition.objects.shown()
    if link is None or edition is None:
        raise Http404(_("这个大屏链接已停用或过期。请向发给您链接的部门要新的。"))
    return link, edition


@require_safe
def kiosk(request: HttpRequest, token: str) -> HttpResponseBase:
    """The whole screen without signing in."""
    link, edition = _link_or_404(token)
    live_url = reverse("statistics_public:wall_live", args=[token])
    return _screen(request, edition, link.organisation, live_url)


@require_safe
def kiosk_live(request: HttpRequest, token: str) -> HttpResponseBase:
    """The part that changes, without signing in."""
    link, edition = _link_or_404(token)
    return _private(render(request, "statistics/wall/_live.html", {"wall": wall_of(edition, link.organisation)}))


# --- The links ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@bureau_page
def links(request: HttpRequest, organisation_id: int) -> HttpResponseBase:
    """The unit's links, and making one."""
    root = root_or_404(request, organisation_id)
    if not can_make(request.user, root):
        raise PermissionDenied
    error = None
    if request.method == "POST":
        try:
            make_link(root, by=request.user, name=request.POST.get("name", ""))
        except DomainError as refusal:
            error = refusal
        else:
            messages.success(request, _("链接已生成。在大厅的屏幕上打开它就能显示，不用登录。"))
            return redirect("statistics:wall_links", root.pk)
    moment = now()
    rows = list(WallLink.objects.filter(organisation=root).select_related("made_by", "revoked_by"))
    works = [row for row in rows if row.revoked_at is None and row.expires_at > moment]
    context = {
        "root": root,
        "works": [(row, absolute(reverse("statistics_public:wall", args=[token_of(row)]))) for row in works],
        "past": [row for row in rows if row not in works][:_PAST],
        "error": error,
        "name": request.POST.get("name", ""),
        "life": LIFE,
    }
    return render(request, "statistics/wall/links.html", context, status=error.status if error else 200)


@require_POST
@bureau_page
def revoke(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Make one link useless."""
    link = get_object_or_404(WallLink.objects.select_related("organisation"), pk=pk)
    root_or_404(request, link.organisation_id)
    revoke_link(link, by=request.user)
    messages.success(request, _("链接已停用，屏幕下次刷新时就看不到数据了。"))
    return redirect("statistics:wall_links", link.organisation_id)
