"""Open data: the accepted figures of an edition as a page, CSV and JSON, while the city gives them out (C13)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from skillweek.core.public_pages import public_page
from skillweek.statistics.models import OpenData
from skillweek.statistics.open_data import COLUMNS, FEWEST, as_csv, as_json, published, table_of


def _switch_or_404(slug: str) -> OpenData:
    row: OpenData | None = published().filter(edition__slug=slug).first()
    if row is None:
        raise Http404
    return row


@public_page
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The latest edition whose figures are given out."""
    row: OpenData | None = published().first()
    if row is None:
        raise Http404
    return _page(request, row)


@public_page
@require_safe
def edition(request: HttpRequest, slug: str) -> HttpResponse:
    """One edition's figures as tables, and what the columns of the files mean."""
    return _page(request, _switch_or_404(slug))


def _page(request: HttpRequest, row: OpenData) -> HttpResponse:
    others = [other.edition for other in published() if other.pk != row.pk]
    context = {
        "edition": row.edition,
        "switch": row,
        "table": table_of(row.edition),
        "columns": COLUMNS,
        "fewest": FEWEST,
        "others": others,
    }
    return render(request, "statistics/public/open_data.html", context)


@public_page
@require_safe
def csv_file(request: HttpRequest, slug: str) -> HttpResponse:
    """The figures as CSV, which Excel opens by a double click."""
    row = _switch_or_404(slug)
    response = HttpResponse(as_csv(table_of(row.edition)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{row.edition.slug}.csv"'
    return _open_to_all(response)


@public_page
@require_safe
def json_file(request: HttpRequest, slug: str) -> HttpResponse:
    """The figures for programs, with the terms of use."""
    row = _switch_or_404(slug)
    data = as_json(table_of(row.edition), row)
    return _open_to_all(JsonResponse(data, json_dumps_params={"ensure_ascii": False}))


def _open_to_all(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    return response
