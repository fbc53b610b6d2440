"""Coverage of days and units: the matrix, the shares, one unit's week, export, reminders (B6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from skillweek.activities import access_running, offers
from skillweek.activities.access import visible_to
from skillweek.activities.coverage_export import export_coverage
from skillweek.activities.coverage_tasks import remind_units
from skillweek.activities.domain.reminding import BATCH, GapReminder, must_be_running, remind_of_gaps
from skillweek.activities.models import Activity, Partner, Session
from skillweek.activities.queries.conflicts import clashes_of
from skillweek.activities.queries.coverage import PAGE_SIZE, Row, reached_by_all, roll_of, rows_of
from skillweek.activities.queries.shares import shares_of
from skillweek.activities.queries.units import KINDS, SHOWS, SORTS, UnitFilter, districts_covered
from skillweek.activities.session_words import facts_of, place_words, time_words
from skillweek.activities.views.running import chosen_edition, numbers
from skillweek.core.asked import back_to
from skillweek.editions.models import Edition
from skillweek.organisations.access import scope_of
from skillweek.organisations.models import Line, Organisation, SchoolType


def _must_have_role(request: HttpRequest) -> None:
    if not scope_of(request.user).roles:
        raise PermissionDenied


def _frame(request: HttpRequest, edition: Edition, chosen: UnitFilter) -> dict[str, Any]:
    """What the matrix and the shares have in common."""
    query = request.GET.copy()
    query.pop("page", None)
    return {
        "edition": edition,
        "chosen": chosen,
        "query": query.urlencode(),
        "districts": districts_covered(request.user),
        "lines": Line.choices,
        "school_types": SchoolType.choices,
        "kinds": KINDS.items(),
        "reviews": bool(scope_of(request.user).deciding_paths),
    }


def _filter(request: HttpRequest) -> UnitFilter:
    chosen = UnitFilter.from_query(request.GET)
    scope = scope_of(request.user)
    if not scope.deciding_paths and not chosen.kind:
        # Somebody of a bureau without decisions sees the bureau itself; a school sees the school.
        return replace(chosen, kind="all")
    return chosen


def _shares_filter(request: HttpRequest) -> UnitFilter:
    """The same for the shares; the bureaus' and the city's own activities count until schools alone are asked for."""
    chosen = _filter(request)
    return chosen if "kind" in request.GET else replace(chosen, kind="all")


@login_required
@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """Units × days with gaps standing out, and how many people are reached."""
    _must_have_role(request)
    edition = chosen_edition(request)
    if edition is None:
        return render(request, "activities/coverage/no_edition.html")
    chosen = _filter(request)
    roll = roll_of(request.user, edition, chosen)
    page = Paginator(roll.shown, PAGE_SIZE).get_page(request.GET.get("page"))
    units = Organisation.objects.in_bulk(list(page.object_list))
    rows = rows_of(edition, [units[pk] for pk in page.object_list if pk in units])
    context = _frame(request, edition, chosen) | {
        "roll": roll,
        "rows": rows,
        "page": page,
        "shows": SHOWS.items(),
        "sorts": SORTS.items(),
        "reached": reached_by_all(request.user, edition, chosen),
        "counts_people": offers.counts_people(),
        "can_remind": _can_remind(request, edition),
        "own_row": rows[0] if len(rows) == 1 and not scope_of(request.user).deciding_paths else None,
    }
    return render(request, "activities/coverage/coverage.html", context)


def _can_remind(request: HttpRequest, edition: Edition) -> bool:
    return bool(scope_of(request.user).deciding_paths) and edition.state == Edition.State.OPEN


@login_required
@require_safe
def shares(request: HttpRequest) -> HttpResponse:
    """How the activities spread over the notice's lists."""
    _must_have_role(request)
    edition = chosen_edition(request)
    if edition is None:
        return render(request, "activities/coverage/no_edition.html")
    chosen = _shares_filter(request)
    whole, groups = shares_of(request.user, edition, chosen)
    context = _frame(request, edition, chosen) | {
        "whole": whole,
        "groups": groups,
        "is_narrowed": UnitFilter.from_query(request.GET).is_set,
    }
    return render(request, "activities/coverage/shares.html", context)


@login_required
@require_safe
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit's week: its activities and joint ones by day, gaps between them, and what collides."""
    organisation: Organisation = get_object_or_404(access_running.covered_units(request.user), pk=pk)
    edition = chosen_edition(request)
    if edition is None:
        return render(request, "activities/coverage/no_edition.html")
    [row] = rows_of(edition, [organisation])
    context = {
        "unit": organisation,
        "edition": edition,
        "row": row,
        "days": _week(request, edition, organisation, row),
        "undated": _undated(request, edition, organisation),
        "can_remind": _can_remind(request, edition) and access_running.can_remind_of_gaps(request.user, organisation),
        "counts_people": offers.counts_people(),
    }
    return render(request, "activities/coverage/unit.html", context)


def _sessions(request: HttpRequest, edition: Edition, organisation: Organisation) -> list[Session]:
    """The unit's sessions, own and joint; of a unit below, only what was handed in."""
    joint = Partner.objects.filter(organisation=organisation, state=Partner.State.ACCEPTED).values("activity")
    here = Activity.objects.filter(organisation=organisation) | Activity.objects.filter(pk__in=joint)
    shown = here.filter(edition=edition, cancelled_at=None, withdrawn_at=None)
    if not scope_of(request.user).roles.get(organisation.pk):
        shown = shown.filter(first_submitted_at__isnull=False)
    rows = Session.objects.filter(activity__in=shown.values("pk"), day__in=edition.days)
    return list(rows.select_related("activity__organisation").order_by("starts_at", "pk"))


def _week(request: HttpRequest, edition: Edition, organisation: Organisation, row: Row) -> list[dict[str, Any]]:
    sessions = _sessions(request, edition, organisation)
    openable = set(
        visible_to(request.user).filter(pk__in={s.activity_id for s in sessions}).values_list("pk", flat=True)
    )
    lines: dict[Any, list[dict[str, Any]]] = {}
    for session, clashes in zip(sessions, clashes_of(edition, sessions), strict=True):
        facts = facts_of(session)
        line = {
            "session": session,
            "time": time_words(facts, edition.zone),
            "place": place_words(facts),
            "clashes": clashes,
            "opens": session.activity_id in openable,
            "is_joint": session.activity.organisation_id != organisation.pk,
        }
        lines.setdefault(session.day, []).append(line)
    return [{"cell": cell, "lines": lines.get(cell.day, [])} for cell in row.cells]


def _undated(request: HttpRequest, edition: Edition, organisation: Organisation) -> list[Activity]:
    """Activities of the unit without any dated session, which fill no day."""
    rows = visible_to(request.user).filter(organisation=organisation, edition=edition, cancelled_at=None)
    return list(rows.exclude(sessions__day__isnull=False).order_by("pk")[:50])


@login_required
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The matrix under the present filters as xlsx, all pages, and the shares."""
    _must_have_role(request)
    edition = chosen_edition(request)
    if edition is None:
        raise Http404
    book = export_coverage(request.user, edition, _filter(request), _shares_filter(request))
    return FileResponse(book, as_attachment=True, filename=_("活动覆盖-%(slug)s.xlsx") % {"slug": edition.slug})


@login_required
@require_POST
def remind(request: HttpRequest) -> HttpResponseBase:
    """Remind units of their gaps: those ticked, or all with a gap under the filters."""
    if not scope_of(request.user).deciding_paths:
        raise PermissionDenied
    edition = chosen_edition(request)
    if edition is None:
        raise Http404
    must_be_running(edition)
    chosen = UnitFilter.from_query(request.POST)
    roll = roll_of(request.user, edition, chosen)
    lacking = [pk for pk in roll.shown if roll.standings[pk].gaps or roll.standings[pk].is_plain]
    if ticked := set(numbers(request.POST.getlist("unit"))):
        lacking = [pk for pk in lacking if pk in ticked]
    units = [unit for unit in Organisation.objects.filter(pk__in=lacking) if _below(request, unit)]
    if len(units) > BATCH:
        for start in range(0, len(units), BATCH):
            part = [unit.pk for unit in units[start : start + BATCH]]
            remind_units.enqueue(edition.pk, part, int(request.user.pk or 0))
        text = _("正在提醒 %(count)s 个单位，几分钟内陆续送达。今天提醒过的不会重复。")
        messages.success(request, text % {"count": len(units)})
    else:
        _say(request, remind_of_gaps(edition, units, actor=request.user))  # type: ignore[arg-type]
    return redirect(back_to(request, f"{reverse('activities:coverage')}?edition={edition.slug}"))


def _below(request: HttpRequest, unit: Organisation) -> bool:
    return access_running.can_remind_of_gaps(request.user, unit)


def _say(request: HttpRequest, outcome: GapReminder) -> None:
    if outcome.told:
        messages.success(request, _("已提醒 %(count)s 个单位补充活动。") % {"count": outcome.told})
    if outcome.already:
        messages.info(request, _("%(count)s 个单位今天已经提醒过，没有重复提醒。") % {"count": outcome.already})
    if outcome.without_people:
        text = _("%(count)s 个单位还没有可提醒的人员，请电话联系。")
        messages.warning(request, text % {"count": outcome.without_people})
    if not (outcome.told or outcome.already or outcome.without_people):
        messages.info(request, _("所选范围内没有需要提醒的单位。"))
