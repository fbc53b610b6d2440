"""家长课堂 and 技能与少年: all classes of a preset, by grade, place, day and free places (E5, E6)."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from skillweek.bookings.asking import GRADES
from skillweek.classes.queries.offers import ClassFilter, offered, preset_by_code
from skillweek.content.queries import absolute
from skillweek.editions.asked import edition_asked

_PER_PAGE = 20


@never_cache
@require_safe
def preset(request: HttpRequest, code: str) -> HttpResponse:
    """The classes of one preset. Places change by the minute, so nobody keeps the page."""
    edition = edition_asked(request)
    found = preset_by_code(edition, code)
    if found is None:
        raise Http404
    wanted = ClassFilter.from_query(request.GET, edition)
    everything = offered(edition, found, wanted)
    here = reverse("classes_public:preset", args=[code])
    context = {
        "edition": edition,
        "preset": found,
        "wanted": wanted,
        "page": Paginator(everything, _PER_PAGE).get_page(request.GET.get("page")),
        "grades": [row for row in GRADES if found.grade_from <= row[0] <= found.grade_to],
        "districts": [(row.code, row.name) for row in edition.doc.districts],
        "days": [(day.isoformat(), day) for day in edition.days],
        "takes_groups": found.books != "families",
        "others": [row for row in edition.doc.class_presets if row.code != code],
        "here": here,
        "canonical": absolute(here),
    }
    return render(request, "classes/public/preset.html", context)
