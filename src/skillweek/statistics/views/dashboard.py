"""The bureau's dashboard (数据总览): trend, districts, categories, highlights and coverage at a glance (C13)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from skillweek.organisations.access import can_manage_edition, scope_of
from skillweek.organisations.models import Line, Organisation, SchoolType
from skillweek.reports.queries.scope import SchoolFilter
from skillweek.reports.views.bureau import bureau_page, chosen_edition, no_edition
from skillweek.statistics.domain.wall_links import can_make
from skillweek.statistics.queries.dashboard import dashboard
from skillweek.statistics.queries.reach import Reach
from skillweek.statistics.queries.rollup import schools_below
from skillweek.statistics.views.rollup import root_or_404


def roots_of(user: Any) -> list[Organisation]:
    """The units that the person oversees, the highest first; what stands below another is left out."""
    paths = scope_of(user).deciding_paths
    highest = [path for path in paths if not any(path != other and path.startswith(other) for other in paths)]
    return list(Organisation.objects.filter(path__in=highest))


@require_GET
@bureau_page
def index(request: HttpRequest) -> HttpResponseBase:
    """Lead to the person's own unit."""
    query = urlencode({"edition": slug}) if (slug := request.GET.get("edition", "")) else ""
    address = reverse("statistics:dashboard", args=[roots_of(request.user)[0].pk])
    return redirect(f"{address}?{query}" if query else address)


@require_GET
@bureau_page
def page(request: HttpRequest, organisation_id: int) -> HttpResponseBase:
    """One unit's schools, narrowed by district, line, type and state."""
    root = root_or_404(request, organisation_id)
    edition = chosen_edition(request)
    if edition is None:
        return no_edition(request)
    chosen = SchoolFilter.from_query(request.GET)
    accepted_only = request.GET.get("state") == "accepted"
    found = dashboard(
        edition, Reach(root, chosen), by=request.GET.get("by", ""), accepted_only=accepted_only
    )  # fmt: skip
    districts = schools_below(root).exclude(district="").order_by("district").values_list("district", flat=True)
    context = {
        "edition": edition,
        "root": root,
        "roots": [each for each in roots_of(request.user) if each.pk != root.pk],
        "board": found,
        "chosen": chosen,
        "accepted_only": accepted_only,
        "districts": list(districts.distinct()),
        "lines": Line.choices,
        "school_types": SchoolType.choices,
        "can_make_links": can_make(request.user, root),
        "can_publish": can_manage_edition(request.user),
    }
    return render(request, "statistics/dashboard.html", context)
