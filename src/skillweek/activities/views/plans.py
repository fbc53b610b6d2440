"""The organisation's own week and its plan (B3)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from skillweek.activities import access
from skillweek.editions.models import Edition


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """My organisations' plans and activities."""
    context = {
        "edition": Edition.objects.current(),
        "organisations": access.planning_organisations(request.user),
    }
    return render(request, "activities/index.html", context)
