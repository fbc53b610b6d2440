"""Two texts side by side."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from skillweek.similarity.queries import comparison


@require_GET
@login_required
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """What two texts share, for people who may read at least one of them; 404 for everybody else."""
    mine = request.GET.get("of", "")
    found = comparison(request.user, pk, mine=int(mine) if mine.isdecimal() and len(mine) < 19 else None)
    if found is None:
        raise Http404
    return render(request, "similarity/compare.html", {"found": found})
