"""The week by days: side by side, one day, or one long list (B6, B7)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from skillweek.activities.queries.public import ActivityFilter
from skillweek.core.clock import today_in
from skillweek.editions.models import Edition
from skillweek.portal import agenda, finding
from skillweek.portal.caching import public_page
from skillweek.portal.views.common import is_part, no_edition

VIEWS = ("week", "day", "list")


@public_page
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """``view`` is week, day or list; ``day`` the day to open at; the other filters are those of the list."""
    edition = Edition.objects.current()
    if edition is None:
        return no_edition(request, _("日历"))
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "week"
    wanted = ActivityFilter.from_query(request.GET, edition)
    day = agenda.shown_day(wanted, edition)
    form = finding.form_of(wanted, edition)
    today = today_in(edition.zone)
    context: dict[str, Any] = {
        "edition": edition,
        "view": view,
        "views": [("week", _("周"), "calendar-week"), ("day", _("日"), "calendar-day"), ("list", _("列表"), "list-ul")],
        "wanted": wanted.without("day"),
        "day": day,
        "today": today,
        "today_is_in": edition.starts_on <= today <= edition.ends_on,
        "form": form,
        "asked": [row for row in finding.asked_words(wanted, form) if row[0] != "day"],
        "is_part": is_part(request),
        **_SHOW[view](request, wanted.without("day"), edition, day),
    }
    return render(
        request, "portal/calendar/results.html" if is_part(request) else "portal/calendar/index.html", context
    )


def _week(request: HttpRequest, wanted: ActivityFilter, edition: Edition, day: Any) -> dict[str, Any]:
    week = agenda.week_around(day, edition)
    days = agenda.by_day(agenda.lines_of(wanted, edition, days=(week[0], week[-1])), week, few=agenda.FEW)
    agenda.attach(line for one in days for line in one.lines)
    before, after = week[0] - timedelta(days=1), week[-1] + timedelta(days=1)
    return {
        "days": days,
        "before": before if before >= edition.starts_on else None,
        "after": after if after <= edition.ends_on else None,
    }


def _day(request: HttpRequest, wanted: ActivityFilter, edition: Edition, day: Any) -> dict[str, Any]:
    lines = agenda.lines_of(wanted, edition, days=(day, day))
    page = Paginator(lines, agenda.PER_PAGE).get_page(request.GET.get("page"))
    agenda.attach(page.object_list)
    parts = {"morning": _("上午"), "afternoon": _("下午"), "evening": _("晚上")}
    groups = [
        (label, [line for line in page.object_list if line.part_of_day(edition.zone) == part])
        for part, label in parts.items()
    ]
    return {
        "page": page,
        "groups": [(label, rows) for label, rows in groups if rows],
        "before": day - timedelta(days=1) if day > edition.starts_on else None,
        "after": day + timedelta(days=1) if day < edition.ends_on else None,
    }


def _list(request: HttpRequest, wanted: ActivityFilter, edition: Edition, day: Any) -> dict[str, Any]:
    lines = agenda.lines_of(wanted, edition)
    if request.GET.get("day"):
        lines = [line for line in lines if line.day is None or line.day >= day]
    page = Paginator(lines, agenda.PER_PAGE).get_page(request.GET.get("page"))
    agenda.attach(page.object_list)
    days = list(dict.fromkeys(line.day for line in page.object_list))
    return {"page": page, "days": agenda.by_day(page.object_list, days)}


_SHOW = {"week": _week, "day": _day, "list": _list}
