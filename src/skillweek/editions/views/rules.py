"""The rules as people read them, and as the phone reads them."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import nh3
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt

from skillweek.editions.models import Edition
from skillweek.editions.showing import facts_of
from skillweek.editions.views.common import for_people_with_a_role, readable_edition_or_404
from skillweek.materials.browser_rules import VERSION, browser_rules
from skillweek.organisations.access import can_manage_edition

_MATERIAL = {"manuscript": "file-earmark-word", "photo": "camera", "video": "camera-video", "coverage": "newspaper"}
#: Fields whose readings stand beside the deadlines.
_DUE = ("report_deadline.days_after", "report_deadline.time", "summary_due_on", "statistics_due_on")
_TAGS = {"h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "strong", "em", "br", "blockquote", "table", "thead", "tbody",
         "tr", "th", "td"}  # fmt: skip


@for_people_with_a_role
@require_safe
def current(request: HttpRequest) -> HttpResponse:
    """The rules of the edition that people work in."""
    edition = Edition.objects.current()
    if edition is None:
        return render(request, "editions/no_rules.html")
    return _page(request, edition)


@for_people_with_a_role
@require_safe
def of_edition(request: HttpRequest, pk: int) -> HttpResponse:
    """The rules of this edition."""
    return _page(request, readable_edition_or_404(request, pk))


def _page(request: HttpRequest, edition: Edition) -> HttpResponse:
    document = edition.doc
    context: dict[str, Any] = {
        "edition": edition,
        "doc": document,
        "deadlines": [(day, edition.report_deadline(day)) for day in edition.days],
        "deadline_readings": list(dict.fromkeys(document.readings[key] for key in _DUE if key in document.readings)),
        "material": [(name, facts_of(name, edition.document), _MATERIAL[name]) for name in _MATERIAL],
        "outreach": [(group, list(rows)) for group, rows in groupby(document.outreach, key=lambda row: row.group)],
        "national": [
            (name, list(rows)) for name, rows in groupby(document.national_activities, key=lambda row: row.department)
        ],
        "notice": notice_as_html(document.notice),
        "can_edit": can_manage_edition(request.user),
    }
    return render(request, "editions/rules.html", context)


def notice_as_html(text: str) -> SafeString:
    """The notice's Markdown as clean HTML, its headings below the page's own."""
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    for level in (4, 3, 2, 1):
        html = html.replace(f"<h{level}>", f"<h{level + 2}>").replace(f"</h{level}>", f"</h{level + 2}>")
    return mark_safe(nh3.clean(html, tags=_TAGS, attributes={}))


@for_people_with_a_role
@require_safe
def current_json(request: HttpRequest) -> HttpResponse:
    """The phone's rule file of the edition that people work in (C6)."""
    edition = Edition.objects.current()
    if edition is None:
        raise Http404
    return _as_json(request, edition)


@for_people_with_a_role
@require_safe
def json_of_edition(request: HttpRequest, pk: int) -> HttpResponse:
    """The phone's rule file of this edition (C6)."""
    return _as_json(request, readable_edition_or_404(request, pk))


def _as_json(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Fresh on every change of the edition; unchanged, a phone keeps what it has."""
    tag = f'"{edition.pk}-{edition.revision}-{VERSION}"'
    unchanged = tag in request.headers.get("If-None-Match", "")
    answer = HttpResponseNotModified() if unchanged else JsonResponse(browser_rules(edition.material_rules))
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    return answer
