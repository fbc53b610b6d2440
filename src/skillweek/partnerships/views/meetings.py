"""Meetings in the workspace: for those who hold them, and for schools that come (E3)."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.content.access import is_open
from skillweek.core.acts import Act, perform
from skillweek.core.asked import number_in
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.core.forms import run
from skillweek.editions.asked import edition_asked
from skillweek.organisations.models import Organisation
from skillweek.partnerships import access
from skillweek.partnerships.domain import applying, meetings
from skillweek.partnerships.forms.enterprises import WishForm
from skillweek.partnerships.forms.meetings import MeetingForm
from skillweek.partnerships.models import Meeting, Party, Table
from skillweek.partnerships.queries.matches import scores_of_parties
from skillweek.partnerships.queries.schedules import conflicts, is_shown, own_talks, takes_applications
from skillweek.partnerships.views.common import school_asked, tabs
from skillweek.partnerships.views.talks import tables_of

_PER_PAGE = 30


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Meetings, the latest day first."""
    edition = edition_asked(request)
    rows = access.meetings_visible_to(request.user).filter(edition=edition).select_related("organisation")
    accepted = Q(parties__state=Party.State.ACCEPTED)
    rows = rows.annotate(
        enterprises=Count("parties", filter=accepted & Q(parties__enterprise__isnull=False), distinct=True),
        guests_number=Count("parties", filter=accepted & Q(parties__enterprise=None), distinct=True),
        talks=Count("pairings", distinct=True),
    )
    context = {
        **tabs(request, "meetings"),
        "edition": edition,
        "page": Paginator(rows.order_by("-day", "-pk"), _PER_PAGE).get_page(request.GET.get("page")),
        "can_add": is_open(edition) and access.acting_organisations(request.user).exists(),
    }
    return render(request, "partnerships/meetings.html", context)


def meeting_for(request: HttpRequest, pk: int) -> Meeting:
    """The meeting, if this person may look at it."""
    rows = access.meetings_visible_to(request.user).select_related("edition", "organisation")
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Make or change a meeting; a new one without ``pk``."""
    units = access.acting_organisations(request.user)
    meeting = meeting_for(request, pk) if pk else Meeting(edition=edition_asked(request))
    allowed = access.acts_for(request.user, meeting.organisation) if pk else units.exists()
    if not allowed or not is_open(meeting.edition):
        raise PermissionDenied
    with timezone.override(ZoneInfo(meeting.edition.zone)):
        form = MeetingForm(request.POST or None, meeting=meeting, organisations=units)
        if form.is_valid():
            if not pk:
                meeting.organisation = form.cleaned_data["organisation"]
            expected = form.cleaned_data["version"]
            saved = run(
                form, lambda: meetings.save_meeting(meeting, actor=request.user, expected=expected, **form.values())
            )
            if saved is not None:
                messages.success(request, _("已保存。") if pk else _("已存为草稿。核对后点“公布并开始报名”。"))
                return redirect("partnerships:meeting", saved.pk)
        context = {**tabs(request, "meetings"), "edition": meeting.edition, "meeting": meeting, "form": form}
        return render(request, "partnerships/meeting_edit.html", context, status=400 if form.is_bound else 200)


@require_GET
@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting: who comes, for those who hold it; apply, wish and read the schedule, for a school."""
    return _page(request, meeting_for(request, pk))


def _page(request: HttpRequest, meeting: Meeting, wishes: WishForm | None = None, status: int = 200) -> HttpResponse:
    runs = access.runs_meeting(request.user, meeting)
    context: dict[str, Any] = {
        **tabs(request, "meetings"),
        "edition": meeting.edition,
        "zone": meeting.edition.zone,
        "meeting": meeting,
        "slots": meeting.slots.all(),
        "tables": meeting.tables.select_related("party__enterprise").defer("party__enterprise__logo"),
        "runs": runs,
        "can_run": access.can_run(request.user, meeting),
        "can_edit": is_open(meeting.edition) and access.acts_for(request.user, meeting.organisation),
        "enterprises": [],
        "guests": [],
    }
    if runs:
        rows = meeting.parties.select_related("enterprise", "organisation", "participant", "table")
        rows = rows.defer("enterprise__logo").annotate(wished=Count("wishes", distinct=True)).order_by("state", "pk")
        context["enterprises"] = [row for row in rows if row.is_enterprise]
        context["guests"] = [row for row in rows if not row.is_enterprise]
        context["conflicts"] = conflicts(meeting)
        context["talks_number"] = meeting.pairings.count()
    school = school_asked(request) if meeting.guests == Meeting.Guests.SCHOOLS else None
    if school is not None:
        context |= _school_side(meeting, school, wishes)
    return render(request, "partnerships/meeting.html", context, status=status)


def _wish_form(meeting: Meeting, school: Organisation, party: Party, data: Any = None) -> WishForm:
    parties = list(tables_of(meeting))
    scores = scores_of_parties(meeting, [*parties, party])
    parties.sort(key=lambda one: (-scores.get((one.pk, party.pk), 0), one.label))
    others = []
    for one in parties:
        score = scores.get((one.pk, party.pk), 0)
        shown = _("%(name)s（匹配 %(score)d）") % {"name": one.label, "score": score}
        others.append((one.pk, shown if score else one.label))
    return WishForm(data, others=others, most=meeting.most_wishes, party=party)


def _school_side(meeting: Meeting, school: Organisation, wishes: WishForm | None) -> dict[str, Any]:
    rows = meeting.parties.filter(organisation=school).select_related("meeting", "organisation")
    party = rows.exclude(state=Party.State.WITHDRAWN).first()
    takes = takes_applications(meeting)
    accepted = party is not None and party.state == Party.State.ACCEPTED
    form = wishes
    if form is None and party is not None and accepted and takes and not meeting.is_direct:
        form = _wish_form(meeting, school, party)
    return {
        "school": school,
        "party": party,
        "takes": takes,
        "wishes": form,
        "my_wishes": party.wishes.select_related("other__enterprise") if party is not None else [],
        "own_talks": own_talks(party) if party is not None and is_shown(meeting) else None,
    }


def _announce(request: HttpRequest, meeting: Meeting) -> str:
    meetings.announce(meeting, actor=request.user)
    return _("已公布，企业和对方可以报名。")


def _publish(request: HttpRequest, meeting: Meeting) -> str:
    meetings.publish(meeting, actor=request.user)
    return _("日程已公布，参加的各方会收到通知。")


def _cancel(request: HttpRequest, meeting: Meeting) -> str:
    meetings.cancel(meeting, actor=request.user, reason=request.POST.get("reason", ""))
    return _("已取消，报名的各方会收到通知。")


def _party(request: HttpRequest, meeting: Meeting) -> Party:
    return get_object_or_404(Party, pk=number_in(request.POST.get("party")) or 0, meeting=meeting)


def _accept(request: HttpRequest, meeting: Meeting) -> str:
    table = Table.objects.filter(meeting=meeting, pk=number_in(request.POST.get("table")) or 0).first()
    party = applying.accept(_party(request, meeting), actor=request.user, table=table)
    return _("已确认，桌位：%(table)s。") % {"table": party.table} if party.table else _("已确认。")


def _decline(request: HttpRequest, meeting: Meeting) -> str:
    applying.decline(_party(request, meeting), actor=request.user, reason=request.POST.get("reason", ""))
    return _("已记为未接受，对方会收到原因。")


def _delete(request: HttpRequest, meeting: Meeting) -> str:
    meetings.delete_draft(meeting, actor=request.user)
    return _("已删除。")


_ACTS: dict[str, Act] = {
    "delete": _delete,
    "announce": _announce, "publish": _publish, "cancel": _cancel, "accept": _accept, "decline": _decline,
}  # fmt: skip


@require_POST
@login_required
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One verb on one meeting, named by ``do``; what it refuses is said on the meeting's page."""
    meeting = meeting_for(request, pk)
    if not access.can_run(request.user, meeting):
        raise PermissionDenied
    if perform(request, meeting, _ACTS) == "delete":
        return redirect("partnerships:meetings")
    return redirect("partnerships:meeting", pk)


@require_POST
@login_required
def school_act(request: HttpRequest, pk: int) -> HttpResponse:
    """A school applies, withdraws, states its wishes."""
    meeting = meeting_for(request, pk)
    school = school_asked(request)
    if school is None:
        raise PermissionDenied
    party = meeting.parties.filter(organisation=school).first()
    do = request.POST.get("do")
    try:
        if do == "apply":
            applying.apply_school(meeting, school, actor=request.user, note=request.POST.get("note", ""))
            messages.success(request, _("已报名，可以填志愿了。"))
        elif party is None:
            raise DomainError(_("请先报名。"))
        elif do == "withdraw":
            applying.withdraw(party, actor=request.user)
            messages.success(request, _("已退出。"))
        else:
            form = _wish_form(meeting, school, party, request.POST)
            if not form.is_valid():
                return _page(request, meeting, form, 400)
            choosy = form.cleaned_data["is_choosy"]
            applying.set_wishes(party, form.others(), is_choosy=choosy, actor=request.user)
            messages.success(request, _("志愿已保存。"))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    response = redirect("partnerships:meeting", pk)
    response["Location"] += f"?unit={school.pk}"
    return response
