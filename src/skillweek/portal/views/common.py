"""Small things that the public views share."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def is_part(request: HttpRequest) -> bool:
    """Whether htmx asks for the changed part alone."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted


def no_edition(request: HttpRequest, title: str) -> HttpResponse:
    """A page that says that there is nothing yet."""
    return render(request, "portal/activities/no_edition.html", {"page_title": title})
