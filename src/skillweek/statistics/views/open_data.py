"""The city's switch for open data (C13)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from skillweek.core.asked import number_in
from skillweek.core.audit import history_of
from skillweek.core.errors import DomainError
from skillweek.organisations.access import can_manage_edition
from skillweek.statistics import access
from skillweek.statistics.domain.open_data import open_data_of, publish_open_data, withdraw_open_data
from skillweek.statistics.open_data import FEWEST, table_of
from skillweek.statistics.views.common import edition_or_404


def _page(request: HttpRequest, *, error: DomainError | None = None, status: int = 200) -> HttpResponse:
    edition = edition_or_404(request)
    row = open_data_of(edition)
    context: dict[str, Any] = {
        "edition": edition,
        "switch": row,
        "licence": request.POST.get("licence", row.licence),
        "error": error,
        "is_open": access.is_open(edition),
        "table": table_of(edition),
        "fewest": FEWEST,
        "events": history_of(row)[:20],
    }
    return render(request, "statistics/open_data.html", context, status=status)


@require_GET
@login_required
def switch(request: HttpRequest) -> HttpResponse:
    """Whether the figures are given out, on what terms, and what exactly would be seen."""
    _must_manage(request)
    return _page(request)


@require_POST
@login_required
def publish(request: HttpRequest) -> HttpResponse:
    """Give the figures out, or change the terms."""
    _must_manage(request)
    edition = edition_or_404(request)
    try:
        publish_open_data(
            edition, by=request.user, licence=request.POST.get("licence", ""), expected_version=_version(request)
        )
    except DomainError as error:
        return _page(request, error=error, status=error.status)
    messages.success(request, _("已公开。任何人都可以在“开放数据”页下载。"))
    return redirect(f"{reverse('statistics:open_data')}?edition={edition.slug}")


@require_POST
@login_required
def withdraw(request: HttpRequest) -> HttpResponse:
    """Take the figures back."""
    _must_manage(request)
    edition = edition_or_404(request)
    try:
        withdraw_open_data(edition, by=request.user, expected_version=_version(request))
    except DomainError as error:
        return _page(request, error=error, status=error.status)
    messages.success(request, _("已收回，公开页和下载地址不再可用。"))
    return redirect(f"{reverse('statistics:open_data')}?edition={edition.slug}")


def _must_manage(request: HttpRequest) -> None:
    if not can_manage_edition(request.user):
        raise PermissionDenied


def _version(request: HttpRequest) -> int:
    number = number_in(request.POST.get("version"))
    return -1 if number is None else number
