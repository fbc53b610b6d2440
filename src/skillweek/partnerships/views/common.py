"""What the pages of this room share."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from skillweek.core.asked import number_in
from skillweek.organisations.access import scope_of
from skillweek.organisations.models import Kind, Organisation
from skillweek.partnerships import access


def tabs(request: HttpRequest, tab: str) -> dict[str, Any]:
    """Which parts of the room this person uses."""
    schools = access.acting_organisations(request.user).filter(kind=Kind.SCHOOL)
    return {
        "tab": tab,
        "has_role": bool(scope_of(request.user).roles),
        "speaks_for_school": schools.exists(),
        "keeps_catalogue": access.is_host_decider(request.user),
    }


def school_asked(request: HttpRequest) -> Organisation | None:
    """The school the page is about: ``?unit=`` among those the person speaks for, else their first."""
    schools = access.acting_organisations(request.user).filter(kind=Kind.SCHOOL).order_by("path")
    asked = request.GET.get("unit") or request.POST.get("unit")
    if asked:
        found: Organisation = get_object_or_404(schools, pk=number_in(asked) or 0)
        return found
    first: Organisation | None = schools.first()
    return first
