"""One search over activities, notices and pages (B7)."""

from __future__ import annotations

from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from skillweek.editions.models import Edition
from skillweek.portal.caching import public_page
from skillweek.portal.views.common import is_part
from skillweek.search.queries import Results, search
from skillweek.search.sources import all_sources

_PER_PAGE: Final = 20
_TEXT: Final = 100


@public_page
@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """``q`` is the text, ``kind`` one of the registered kinds. Any text is fine; without one the page asks for it."""
    edition = Edition.objects.current()
    text = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:_TEXT]
    sources = all_sources()
    kind = next((one.kind for one in sources if one.kind == request.GET.get("kind")), "")
    number = _number(request.GET.get("page"))
    kinds = [kind] if kind else [one.kind for one in sources]
    edition_id = edition.pk if edition else None
    found = Results()
    if text:
        found = search(text, kinds=kinds, edition_id=edition_id, limit=_PER_PAGE, offset=(number - 1) * _PER_PAGE)
    counted = {one.kind: found.by_kind.get(one.kind, 0) for one in sources}
    tabs = [
        {"kind": one.kind, "label": one.label, "count": counted[one.kind], "on": one.kind == kind} for one in sources
    ]
    context: dict[str, Any] = {
        "edition": edition,
        "text": text,
        "found": found,
        "hits": [(hit, next(one.label for one in sources if one.kind == hit.kind)) for hit in found.hits],
        "tabs": [tab for tab in tabs if tab["count"] or tab["on"]],
        "all_count": sum(counted.values()),
        "kind": kind,
        "page": Paginator(range(found.total), _PER_PAGE).get_page(number),
        "is_part": is_part(request),
    }
    return render(request, "portal/search/results.html" if is_part(request) else "portal/search/index.html", context)


def _number(word: str | None) -> int:
    """A page number from the address; nonsense is the first page."""
    return min(int(word), 10_000) if word and word.isascii() and word.isdigit() and int(word) > 0 else 1
