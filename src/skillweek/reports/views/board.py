"""The board: who reported, at a glance; reminders and export in one click (C9)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from skillweek.core.asked import back_to, number_in
from skillweek.editions.models import Edition
from skillweek.organisations.access import can_review
from skillweek.organisations.models import Line, Membership, Organisation, SchoolType
from skillweek.reports.domain.reminders import RemindOutcome, remind
from skillweek.reports.exports import export_board
from skillweek.reports.models import Reminder
from skillweek.reports.queries.board import PAGE_SIZE, board_rows, board_schools, board_stamp, day_counts
from skillweek.reports.queries.scope import SchoolFilter, districts_below, focus_day, schools_below
from skillweek.reports.queries.states import ICONS, LEGEND, URGENCY, CellState
from skillweek.reports.queries.totals import GROUPS, sum_of, totals
from skillweek.reports.views.bureau import bureau_page, chosen_edition, no_edition

#: Names of schools listed in a message; the rest are counted.
_NAMED = 8
#: Groups on one page of the totals; a country has more than a thousand districts.
TOTALS_PAGE_SIZE = 60


def _view(request: HttpRequest, edition: Edition) -> dict[str, Any]:
    """The filters of the request, as the board's keyword arguments."""
    state, sort = request.GET.get("state", ""), request.GET.get("sort", "")
    return {
        "day": focus_day(edition, request.GET.get("day", "")),
        "state": state if state in CellState.values else "",
        "sort": sort if sort in ("unit", "state") else "",
    }


def _context(request: HttpRequest, edition: Edition) -> dict[str, Any]:
    chosen = SchoolFilter.from_query(request.GET)
    view = _view(request, edition)
    asked = {name: value for name, value in view.items() if name != "day"}
    if not view["sort"]:
        # What fits one page stands by unit; else those who owe something come first, lest they hide on page nine.
        number = board_schools(request.user, edition, chosen, **view).count()
        view["sort"] = "unit" if number <= PAGE_SIZE else "state"
    schools = board_schools(request.user, edition, chosen, **view)
    page = Paginator(schools, PAGE_SIZE).get_page(request.GET.get("page"))
    days = day_counts(request.user, edition, chosen)
    rows = board_rows(edition, page.object_list, view["day"])
    groups = [(state, [row for row in rows if row.focus.state == state]) for state in URGENCY]
    query = request.GET.copy()
    query.pop("page", None)
    query.pop("stamp", None)
    return {
        "edition": edition,
        "is_open": edition.state == Edition.State.OPEN,
        "chosen": chosen,
        "state": view["state"],
        "sort": view["sort"],
        "focus": next(count for count in days if count.day == view["day"]),
        "days": days,
        "day_links": [(count, chosen.as_query(edition=edition.slug, day=count.day, **asked)) for count in days],
        "rows": rows,
        "groups": [(state, members) for state, members in groups if members],
        "page": page,
        "query": query.urlencode(),
        "stamp": board_stamp(edition),
    }


@require_GET
@bureau_page
def board(request: HttpRequest) -> HttpResponseBase:
    """The whole page."""
    edition = chosen_edition(request)
    if edition is None:
        return no_edition(request)
    context = _context(request, edition)
    context |= {
        "districts": districts_below(request.user),
        "lines": Line.choices,
        "school_types": SchoolType.choices,
        "states": CellState.choices,
        "legend": [(state, ICONS[state], LEGEND[state]) for state in CellState],
    }
    return render(request, "reports/board/board.html", context)


@require_GET
@bureau_page
def board_live(request: HttpRequest) -> HttpResponseBase:
    """The part that changes, asked for every minute: 204 or 304 after two look-ups while nothing has changed."""
    edition = chosen_edition(request)
    if edition is None:
        raise Http404
    stamp = board_stamp(edition)
    etag = f'"{stamp}"'
    if request.GET.get("stamp") == stamp:
        return HttpResponse(status=204)
    response = render(request, "reports/board/_live.html", _context(request, edition))
    response["ETag"] = etag
    patch_cache_control(response, private=True, no_cache=True)
    return response


@require_POST
@bureau_page
def board_remind(request: HttpRequest) -> HttpResponseBase:
    """Remind the missing schools of one day: those ticked, or all under the board's filters."""
    edition = chosen_edition(request)
    if edition is None:
        raise Http404
    day = focus_day(edition, request.POST.get("day", ""))
    schools = schools_below(request.user).filter(SchoolFilter.from_query(request.POST).q())
    ticked = [number for value in request.POST.getlist("school") if (number := number_in(value)) is not None]
    if ticked:
        schools = schools.filter(pk__in=ticked)
    outcome = remind(edition, day, schools, by=request.user)  # type: ignore[arg-type]
    _say(request, outcome)
    return redirect(back_to(request, f"{reverse('reports:board')}?edition={edition.slug}&day={day.isoformat()}"))


def _say(request: HttpRequest, outcome: RemindOutcome) -> None:
    if outcome.reminded:
        facts = {"count": len(outcome.reminded), "names": _names(outcome.reminded)}
        messages.success(request, _("已提醒 %(count)s 所学校：%(names)s。") % facts)
    if outcome.already:
        facts = {"count": len(outcome.already), "names": _names(outcome.already)}
        messages.info(request, _("%(count)s 所学校刚刚提醒过，没有重复提醒：%(names)s。") % facts)
    if outcome.without_people:
        facts = {"count": len(outcome.without_people), "names": _names(outcome.without_people)}
        messages.warning(request, _("%(count)s 所学校还没有可提醒的人员，请电话联系：%(names)s。") % facts)
    if not (outcome.reminded or outcome.already or outcome.without_people):
        messages.info(request, _("所选范围内没有需要提醒的学校。"))


def _names(schools: list[Organisation]) -> str:
    shown = "、".join(str(school) for school in schools[:_NAMED])
    return shown + _("等") if len(schools) > _NAMED else shown


@require_GET
@bureau_page
def board_school(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One school's week: every day's state, its people to call, and the reminders sent."""
    school: Organisation = get_object_or_404(schools_below(request.user), pk=pk)
    edition = chosen_edition(request)
    if edition is None:
        return no_edition(request)
    if not can_review(request.user, school):
        raise Http404
    day = focus_day(edition, request.GET.get("day", ""))
    people = Membership.objects.filter(organisation=school, is_active=True, user__is_active=True)
    context = {
        "school": school,
        "edition": edition,
        "is_open": edition.state == Edition.State.OPEN,
        "day": day,
        "row": board_rows(edition, [school], day)[0],
        "people": people.select_related("user").order_by("role", "pk"),
        "reminders": Reminder.objects.filter(edition=edition, organisation=school)
        .select_related("sent_by")
        .order_by("-sent_at")[:30],
    }
    return render(request, "reports/board/school.html", context)


@require_GET
@bureau_page
def board_export(request: HttpRequest) -> HttpResponseBase:
    """The board under the present filters as xlsx, all pages."""
    edition = chosen_edition(request)
    if edition is None:
        raise Http404
    view = _view(request, edition)
    book = export_board(request.user, edition, SchoolFilter.from_query(request.GET), **view)
    name = _("报送看板-%(slug)s-%(day)s.xlsx") % {"slug": edition.slug, "day": view["day"].isoformat()}
    return FileResponse(book, as_attachment=True, filename=name)


@require_GET
@bureau_page
def totals_page(request: HttpRequest) -> HttpResponseBase:
    """Totals by unit, district, line or school type and day."""
    edition = chosen_edition(request)
    if edition is None:
        return no_edition(request)
    group = request.GET.get("group", "")
    group = group if group in GROUPS else "district"
    parts = totals(request.user, edition, SchoolFilter.from_query(request.GET), group=group)
    labels = {"unit": _("下级单位"), "district": _("区"), "line": _("条线"), "school_type": _("学校类型")}
    context = {
        "edition": edition,
        "group": group,
        "groups": [(key, labels[key]) for key in GROUPS],
        "page": Paginator(parts, TOTALS_PAGE_SIZE).get_page(request.GET.get("page")),
        "whole": sum_of(parts),
    }
    return render(request, "reports/board/totals.html", context)
