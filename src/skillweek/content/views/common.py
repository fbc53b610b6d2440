"""What the workspace's pages of this room share."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from skillweek.content.access import can_edit, can_withdraw, pages_visible_to
from skillweek.content.models import Page
from skillweek.editions.models import Edition


def chosen_edition(request: HttpRequest) -> Edition | None:
    """The edition named by ``?edition=``, else the current one, else the latest."""
    if slug := request.GET.get("edition", "").replace("\0", ""):
        return get_object_or_404(Edition, slug=slug)
    return Edition.objects.shown()


def page_of(request: HttpRequest, pk: int) -> Page:
    """The page, if the person finds it in the workspace. Raises Http404."""
    rows = pages_visible_to(request.user).select_related("edition", "organisation", "edited_by")
    return get_object_or_404(rows, pk=pk)


def editable_page(request: HttpRequest, pk: int) -> Page:
    """The page, if the person may change it. Raises Http404 for others."""
    page = page_of(request, pk)
    if not can_edit(request.user, page):
        raise Http404
    return page


def page_context(request: HttpRequest, page: Page) -> dict[str, Any]:
    """What every page about a page shows."""
    return {
        "page": page,
        "edition": page.edition,
        "can_edit": can_edit(request.user, page),
        "can_withdraw": can_withdraw(request.user, page) and (page.is_live or page.state == Page.State.SCHEDULED),
    }
