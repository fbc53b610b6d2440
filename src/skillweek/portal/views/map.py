"""The map page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from skillweek.activities.queries.public import ActivityFilter
from skillweek.portal import reading
from skillweek.portal.caching import public_page
from skillweek.portal.places import MOST, map_of, tiles


@public_page
@require_safe
def activity_map(request: HttpRequest) -> HttpResponse:
    """Where activities take place: a map and the same as a list; ``near=latitude,longitude`` puts the nearest first."""
    edition = reading.current_edition()
    if edition is None:
        return render(request, "portal/map.html", {"edition": None})
    wanted = ActivityFilter.from_query(request.GET, edition)
    found = map_of(edition, wanted)
    context = {
        "edition": edition,
        "wanted": wanted,
        "map": found,
        "tiles": tiles(),
        "points": found.points(),
        "most": MOST,
        "district": wanted.districts[0] if wanted.districts else "",
        "audience": next(iter(wanted.tags.get("audience", ())), ""),
        "outreach": next(iter(wanted.tags.get("outreach", ())), ""),
    }
    return render(request, "portal/map.html", context)
