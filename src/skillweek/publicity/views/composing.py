"""Making a story of an accepted report: choose with one tap each, and the draft is there (D2)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from skillweek.core.asked import number_in
from skillweek.core.errors import DomainError
from skillweek.editions.asked import edition_asked
from skillweek.organisations.access import can_review, can_write_for
from skillweek.organisations.models import Organisation
from skillweek.publicity import access
from skillweek.publicity.domain import composing as verbs
from skillweek.publicity.models import Story, StorySource
from skillweek.publicity.queries.table import cells_in_order, table_of
from skillweek.publicity.views.common import topics_of
from skillweek.reports.access import visible_to as reports_visible_to
from skillweek.reports.models import DailyReport, ReportItem
from skillweek.reports.queries.detail import shot_of
from skillweek.reports.texts import text_of


@require_http_methods(["GET", "POST"])
@login_required
def compose(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose text, photos and video of one report; POST opens the draft in the editor."""
    rows = reports_visible_to(request.user).select_related("organisation", "edition")
    report: DailyReport = get_object_or_404(rows, pk=pk)
    if not (can_write_for(request.user, report.organisation) or _reviews(request, report)):
        raise Http404
    problem, status = "", 200
    if request.method == "POST":
        try:
            return _made(request, report)
        except DomainError as error:
            if error.status not in (400, 409):
                raise
            problem, status = error.message, error.status
    return render(request, "publicity/compose.html", _context(request, report, problem), status=status)


def _reviews(request: HttpRequest, report: DailyReport) -> bool:
    return can_review(request.user, report.organisation)


def _made(request: HttpRequest, report: DailyReport) -> HttpResponse:
    story, is_new = verbs.compose_story(
        report,
        actor=request.user,
        items=_chosen(request),
        topic=request.POST.get("topic", ""),
    )
    if is_new:
        messages.success(request, _("草稿已排好：文字、图集、视频和署名都在。看一遍就可以提交或发布。"))
    else:
        messages.info(request, _("这些材料已经做成了这篇故事，没有重复生成。"))
    return redirect("publicity:edit", story.pk)


def _chosen(request: HttpRequest) -> set[int]:
    values = [*request.POST.getlist("text"), *request.POST.getlist("photo"), *request.POST.getlist("video")]
    return {pk for value in values if (pk := number_in(value))}


def _context(request: HttpRequest, report: DailyReport, problem: str) -> dict[str, Any]:
    items = verbs.usable_items(report)
    ticked = _chosen(request) if request.method == "POST" else verbs.preselected(items)
    activities = verbs.activities_on(report)
    used: dict[int, list[Story]] = {}
    seen = access.stories_visible_to(request.user)
    for source in StorySource.objects.filter(item__in=items, story__in=seen).select_related("story"):
        used.setdefault(source.item_id or 0, []).append(source.story)
    kinds = ReportItem.Kind
    return {
        "report": report,
        "edition": report.edition,
        "problem": problem,
        "can_compose": access.can_compose(request.user, report),
        "texts": [_piece(item, ticked, used) for item in items if item.kind in verbs.TEXT_KINDS],
        "photos": [_piece(item, ticked, used) for item in items if item.kind == kinds.PHOTO],
        "videos": [_piece(item, ticked, used) for item in items if item.kind == kinds.VIDEO],
        "topics": topics_of(report.edition),
        "topic": request.POST.get("topic", "") or verbs.suggested_topic(activities),
        "stories": seen.filter(sources__report=report).distinct().order_by("pk"),
    }


def _piece(item: ReportItem, ticked: set[int], used: dict[int, list[Story]]) -> dict[str, Any]:
    is_text = item.kind in verbs.TEXT_KINDS
    text = text_of(item) if is_text else ""
    return {
        "item": item,
        "is_on": item.pk in ticked,
        "shot": None if is_text else shot_of(item.file),
        "text": text[:160],
        "label": verbs.label_of(item),
        "stories": used.get(item.pk, []),
    }


@require_GET
@login_required
def table(request: HttpRequest) -> HttpResponse:
    """Topics × organisations: what is told, what is being made, what is thin (D1)."""
    edition = edition_asked(request)
    units = _units(request, edition)
    if request.GET.get("only") == "schools":
        units = [unit for unit in units if unit.is_school]
    found = table_of(edition, access.stories_visible_to(request.user), units)
    rows = [(row.organisation, cells_in_order(found, row.cells), row.total) for row in found.rows]
    context = {
        "edition": edition,
        "table": found,
        "rows": rows,
        "columns": [*found.topics, *([("", _("未选"))] if found.has_untold else [])],
        "sums": cells_in_order(found, found.sums),
        "empty": sum(1 for _unit, _cells, total in rows if total.is_thin),
        "only": request.GET.get("only", ""),
    }
    return render(request, "publicity/table.html", context)


def _units(request: HttpRequest, edition: Any) -> list[Organisation]:
    """The units that the person sees: all active ones, and others only where they have stories."""
    from skillweek.organisations.access import visible_to

    rows = visible_to(request.user).order_by("path")
    having = set(Story.objects.filter(edition=edition).values_list("organisation_id", flat=True))
    return [unit for unit in rows if unit.is_active or unit.pk in having]
