"""Figures through the years (A8)."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from skillweek.archive import access
from skillweek.archive.views.common import for_people_with_a_role
from skillweek.archive.years import as_excel, year_on_year
from skillweek.organisations.access import visible_to
from skillweek.organisations.models import Organisation


@for_people_with_a_role
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """One's own first unit."""
    unit = access.own_units(request.user).order_by("path").first()
    if unit is None:
        raise Http404
    return redirect("archive:years", organisation_id=unit.pk)


@for_people_with_a_role
@require_safe
def table(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """One unit and all schools below it."""
    unit = _unit(request, organisation_id)
    below = visible_to(request.user).filter(path__startswith=unit.path, depth=unit.depth + 1, is_active=True)
    above = visible_to(request.user).filter(path=unit.path[: -Organisation.steplen]).first()
    context = {"table": year_on_year(unit), "unit": unit, "below": below[:500], "above": above}
    return render(request, "archive/years.html", context)


@for_people_with_a_role
@require_safe
def excel(request: HttpRequest, organisation_id: int) -> HttpResponseBase:
    """The same as a workbook."""
    unit = _unit(request, organisation_id)
    book = as_excel(year_on_year(unit))
    return FileResponse(book, as_attachment=True, filename=_("历届对比-%(unit)s.xlsx") % {"unit": unit.code})


def _unit(request: HttpRequest, pk: int) -> Organisation:
    found: Organisation = get_object_or_404(visible_to(request.user), pk=pk)
    return found
