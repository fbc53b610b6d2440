"""The staff shell's own pages; they only compose what the rooms offer."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from skillweek.core.clock import now
from skillweek.editions import viewing
from skillweek.editions.models import Edition
from skillweek.notices.queries import latest_for
from skillweek.organisations.access import can_manage_edition, scope_of
from skillweek.partnerships.access import enterprise_of
from skillweek.press.access import journalist_of
from skillweek.workspace import today
from skillweek.workspace.closing import closing_today
from skillweek.workspace.context import shortcuts
from skillweek.workspace.planning import planning_today
from skillweek.workspace.telling import stories_today


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """What is to be done today, by role."""
    if viewing.chosen.get() is not None:
        return redirect("archive:index")
    edition = Edition.objects.current()
    if edition is not None and not scope_of(request.user).roles and journalist_of(request.user, edition) is not None:
        return redirect("press_public:index")
    if edition is not None and not scope_of(request.user).roles and enterprise_of(request.user, edition) is not None:
        return redirect("partnerships_public:mine")
    context: dict[str, Any] = {
        "edition": edition,
        "now": now(),
        "has_role": bool(scope_of(request.user).roles),
        "runs_edition": can_manage_edition(request.user),
        "shortcuts": shortcuts(request),
    }
    context["notices"] = latest_for(request.user)
    if edition is not None:
        schools = today.schools_to_file_for(request.user)
        context["weeks"] = today.school_today(edition, schools)
        context["review"] = today.review_today(request.user, edition)
        context["planning"] = planning_today(request.user, edition)
        context["closing"] = closing_today(request.user, edition)
        context["stories"] = stories_today(request.user, edition)
    return render(request, "workspace/home.html", context)
