"""A meeting's schedule: compute, move by hand, print, note who came (E3, E4)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from skillweek.core.acts import Act, perform
from skillweek.core.asked import number_in
from skillweek.core.audit import record
from skillweek.core.errors import DomainError
from skillweek.partnerships import access
from skillweek.partnerships.domain import scheduling
from skillweek.partnerships.models import Meeting, Pairing, Party, Slot
from skillweek.partnerships.pdf import schedule_as_pdf
from skillweek.partnerships.queries.schedules import conflicts, grid, sheets
from skillweek.partnerships.transfer import write_schedule
from skillweek.partnerships.views.common import tabs
from skillweek.partnerships.views.meetings import meeting_for


def _run_by(request: HttpRequest, pk: int) -> Meeting:
    meeting = meeting_for(request, pk)
    if not access.runs_meeting(request.user, meeting):
        raise PermissionDenied
    return meeting


def _accepted(meeting: Meeting) -> list[Party]:
    rows = meeting.parties.filter(state=Party.State.ACCEPTED).select_related("enterprise", "organisation", "table")
    return list(rows.defer("enterprise__logo"))


@require_GET
@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The grid: tables down, slots across; move, remove, note who came."""
    meeting = _run_by(request, pk)
    parties = _accepted(meeting)
    context = {
        **tabs(request, "meetings"),
        "edition": meeting.edition,
        "zone": meeting.edition.zone,
        "meeting": meeting,
        "slots": list(meeting.slots.all()),
        "grid": grid(meeting),
        "conflicts": conflicts(meeting),
        "enterprises": [party for party in parties if party.is_enterprise and party.table_id],
        "guests": [party for party in parties if not party.is_enterprise],
        "number": meeting.pairings.count(),
        "can_run": access.can_run(request.user, meeting) and meeting.state != Meeting.State.CANCELLED,
    }
    return render(request, "partnerships/schedule.html", context)


def _compute(request: HttpRequest, meeting: Meeting) -> str:
    result = scheduling.compute(meeting, actor=request.user)
    if result.without:
        shown = _("排好 %(count)d 场。还没有面谈：%(names)s。")
        return shown % {"count": result.talks, "names": _("、").join(result.without[:12])}
    return _("排好 %(count)d 场，各方都有面谈。") % {"count": result.talks}


def _place(request: HttpRequest, meeting: Meeting) -> str:
    chosen = {name: number_in(request.POST.get(name)) or 0 for name in ("enterprise", "guest", "slot")}
    enterprise = get_object_or_404(Party, pk=chosen["enterprise"], meeting=meeting)
    guest = get_object_or_404(Party, pk=chosen["guest"], meeting=meeting)
    slot = get_object_or_404(Slot, pk=chosen["slot"], meeting=meeting)
    scheduling.place(meeting, enterprise, guest, slot, actor=request.user)
    return _("已安排：%(one)s 与 %(other)s。") % {"one": enterprise.label, "other": guest.label}


def _talk(request: HttpRequest, meeting: Meeting) -> Pairing:
    rows = Pairing.objects.select_related("meeting")
    return get_object_or_404(rows, pk=number_in(request.POST.get("talk")) or 0, meeting=meeting)


def _remove(request: HttpRequest, meeting: Meeting) -> str:
    scheduling.remove(_talk(request, meeting), actor=request.user)
    return _("已移除这一场。")


def _clear(request: HttpRequest, meeting: Meeting) -> str:
    scheduling.clear(meeting, actor=request.user)
    return _("日程已清空。")


def _mark(request: HttpRequest, meeting: Meeting) -> str:
    came = {"yes": True, "no": False}.get(request.POST.get("came", ""))
    scheduling.mark(_talk(request, meeting), actor=request.user, came=came)
    return _("已记录。")


_ACTS: dict[str, Act] = {
    "compute": _compute, "place": _place, "remove": _remove, "clear": _clear, "mark": _mark,
}  # fmt: skip


@require_POST
@login_required
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One verb on the schedule, named by ``do``."""
    meeting = _run_by(request, pk)
    perform(request, meeting, _ACTS)
    return redirect("partnerships:schedule", pk)


@require_GET
@login_required
def printed(request: HttpRequest, pk: int) -> HttpResponse:
    """The schedule on paper: the whole grid, and a sheet for each side."""
    meeting = _run_by(request, pk)
    context = {
        **tabs(request, "meetings"),
        "edition": meeting.edition,
        "zone": meeting.edition.zone,
        "meeting": meeting,
        "slots": list(meeting.slots.all()),
        "grid": grid(meeting),
        "sheets": sheets(meeting, _accepted(meeting)),
    }
    return render(request, "partnerships/schedule_print.html", context)


def _taken_away(request: HttpRequest, meeting: Meeting, form: str) -> None:
    data = {"as": form, "talks": meeting.pairings.count()}
    record("meeting.export", meeting, actor=request.user, organisation_id=meeting.organisation_id, data=data)


@require_GET
@login_required
def export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The schedule as a workbook. Who took it away stands in the audit trail."""
    meeting = _run_by(request, pk)
    _taken_away(request, meeting, "xlsx")
    name = _("对接会日程-%(pk)d.xlsx") % {"pk": meeting.pk}
    return FileResponse(write_schedule(meeting), as_attachment=True, filename=name)


@require_GET
@login_required
def pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The schedule as a PDF; recorded like the workbook."""
    meeting = _run_by(request, pk)
    try:
        content = schedule_as_pdf(meeting)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("partnerships:schedule", pk)
    _taken_away(request, meeting, "pdf")
    return FileResponse(content, as_attachment=True, filename=_("对接会日程-%(pk)d.pdf") % {"pk": meeting.pk})
