"""What the bureau's pages share: who may come in, and which edition they are about."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from skillweek.editions.models import Edition
from skillweek.reports.queries.scope import reviews_anything

View = Callable[..., HttpResponseBase]
#: Every number of this many digits fits a 64-bit column.
_MAX_DIGITS = 18


def bureau_page(view: View) -> View:
    """Let in reviewers and managers of bureaus only; others get 403, strangers the sign-in page."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not reviews_anything(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def chosen_edition(request: HttpRequest) -> Edition | None:
    """The edition named by ``?edition=``, else the current one, else the last closed one, else None."""
    shown = Edition.objects.exclude(state=Edition.State.DRAFT)
    if slug := (request.GET.get("edition") or request.POST.get("edition", "")).replace("\0", ""):
        named = shown.filter(slug=slug).first()
        if named is not None:
            return named
    return Edition.objects.shown()


def no_edition(request: HttpRequest) -> HttpResponse:
    """The page while no edition has been opened yet."""
    return render(request, "reports/review/no_edition.html")
