"""How the public took part, by unit and figure, with what is behind each number (E1–E11, B11)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from skillweek.organisations.access import visible_to
from skillweek.organisations.models import Organisation
from skillweek.statistics.exports_taking_part import taking_part_as_excel
from skillweek.statistics.queries.taking_part import rows_behind, taking_part
from skillweek.statistics.views.common import edition_or_404

_FEW = 200


@login_required
@require_GET
def page(request: HttpRequest) -> HttpResponseBase:
    """The units in the person's reach and their numbers."""
    edition = edition_or_404(request)
    found = taking_part(edition, visible_to(request.user))
    context = {
        "edition": edition,
        "found": found,
        "columns": list(zip(found.figures, found.totals, strict=True)),
        "lines": [(line.organisation, list(zip(found.figures, line.numbers, strict=True))) for line in found.units],
    }
    return render(request, "statistics/taking_part.html", context)


@login_required
@require_GET
def rows(request: HttpRequest, organisation_id: int, code: str) -> HttpResponseBase:
    """What is behind one unit's number. 404 beyond the person's reach and for a figure that is not there."""
    edition = edition_or_404(request)
    unit: Organisation = get_object_or_404(visible_to(request.user), pk=organisation_id)
    behind = rows_behind(edition, unit, code)
    if behind is None:
        raise Http404
    figure, every = behind
    context: dict[str, Any] = {
        "edition": edition, "unit": unit, "figure": figure, "rows": every[:_FEW], "more": max(len(every) - _FEW, 0),
        "total": sum(row.amount for row in every),
    }  # fmt: skip
    return render(request, "statistics/taking_part_rows.html", context)


@login_required
@require_GET
def excel(request: HttpRequest) -> HttpResponseBase:
    """The table as a workbook."""
    edition = edition_or_404(request)
    book = taking_part_as_excel(edition, taking_part(edition, visible_to(request.user)))
    return FileResponse(book, as_attachment=True, filename=f"{edition.slug}-taking-part.xlsx")
