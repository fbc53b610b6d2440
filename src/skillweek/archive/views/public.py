"""Past weeks as the public reads them: what was public stays public (A8, D6)."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from skillweek.activities.queries.public import public_activities
from skillweek.archive.access import past_editions
from skillweek.bookings.models import CheckIn
from skillweek.content import queries as pages
from skillweek.content.models import Page
from skillweek.editions.models import Edition
from skillweek.notices.queries import public_notices
from skillweek.publicity.queries.stories import public_stories

_PER_PAGE = 30
_FEW = 12
_LONGEST = 60


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every week that has ended, the newest first."""
    return render(request, "archive/public/index.html", {"editions": past_editions().defer("document")})


@require_safe
def edition(request: HttpRequest, slug: str) -> HttpResponse:
    """One week that has ended: its activities, stories, notices and pages."""
    found: Edition = get_object_or_404(past_editions(), slug=slug)
    activities = public_activities(found).select_related("organisation").order_by("-is_highlight", "title", "pk")
    words = " ".join(request.GET.get("q", "").replace("\0", "").split())[:_LONGEST]
    if words:
        activities = activities.filter(title__icontains=words)
    news = pages.public_pages(found)
    context: dict[str, Any] = {
        "edition": found,
        "page": Paginator(activities, _PER_PAGE).get_page(request.GET.get("page")),
        "words": words,
        "stories": public_stories(found)[:_FEW],
        "notices": public_notices(found)[:_FEW],
        "pages": news.exclude(kind=Page.Kind.STATIC).order_by("-published_at", "-pk")[:_FEW],
        "visitors": _visitors(found),
        "activity_count": public_activities(found).count(),
    }
    return render(request, "archive/public/edition.html", context)


def _visitors(edition: Edition) -> int:
    came = CheckIn.objects.filter(session__activity__in=public_activities(edition), undone_at=None)
    return came.aggregate(n=Sum("people"))["n"] or 0
