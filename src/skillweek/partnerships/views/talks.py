"""A meeting as visitors see it: book a talk, state wishes, one's own times (E4)."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.bookings.domain.erasure import erase_on
from skillweek.core.asked import number_in
from skillweek.core.clock import now
from skillweek.core.errors import DomainError
from skillweek.core.forms import run
from skillweek.core.limits import rate_limited
from skillweek.editions.models import Edition
from skillweek.participation.models import Participant
from skillweek.participation.who import current, participant_required, who_url
from skillweek.partnerships.access import enterprise_of
from skillweek.partnerships.domain import applying, booking
from skillweek.partnerships.forms.enterprises import PersonForm, WishForm
from skillweek.partnerships.models import Meeting, Pairing, Party, Slot
from skillweek.partnerships.queries.schedules import is_shown, own_talks, places, seats_left, takes_applications

_RATE = "30/10m"


def _meeting(pk: int) -> Meeting:
    rows = Meeting.objects.exclude(state=Meeting.State.DRAFT).exclude(edition__state=Edition.State.DRAFT)
    return get_object_or_404(rows.select_related("edition", "organisation"), pk=pk)


def _same_edition(request: HttpRequest, meeting: Meeting) -> Participant:
    participant: Participant = request.participant  # type: ignore[attr-defined]
    if participant.edition_id != meeting.edition_id:
        raise Http404
    return participant


def _mine(meeting: Meeting, participant: Participant | None) -> Party | None:
    if participant is None:
        return None
    rows = Party.objects.filter(meeting=meeting, participant=participant).exclude(state=Party.State.WITHDRAWN)
    return rows.select_related("meeting").first()


def tables_of(meeting: Meeting) -> Any:
    """Enterprises that come, at their tables."""
    rows = meeting.parties.filter(enterprise__isnull=False, state=Party.State.ACCEPTED, table__isnull=False)
    return rows.select_related("enterprise", "table").defer("enterprise__logo").order_by("table__position", "pk")


@never_cache
@require_GET
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """What, when, where, who comes; for who takes part: their own times."""
    row = _meeting(pk)
    participant = current(request, row.edition)
    mine = _mine(row, participant)
    moment = now()
    enterprises = list(tables_of(row))
    left = seats_left(row, moment) if row.is_direct else {}
    context = {
        "edition": row.edition,
        "zone": row.edition.zone,
        "tab": "meetings",
        "meeting": row,
        "slots": row.slots.all(),
        "enterprises": [(party, left.get(party.pk)) for party in enterprises],
        "participant": participant,
        "mine": mine,
        "talks": own_talks(mine) if mine is not None and is_shown(row) else None,
        "wishes": mine.wishes.select_related("other__enterprise") if mine is not None else None,
        "takes": takes_applications(row),
        "who_url": who_url(request.get_full_path(), row.edition),
        "booked": {talk.enterprise_id for talk in mine.talks.all()} if mine is not None else set(),
        "now": moment.astimezone(ZoneInfo(row.edition.zone)),
        "own_enterprise": enterprise_of(request.user, row.edition),
    }  # fmt: skip
    return render(request, "partnerships/public/meeting.html", context)


@never_cache
@participant_required
@rate_limited("partners_book", _RATE)
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, pk: int, party: int) -> HttpResponse:
    """Choose a slot with one enterprise and say who comes."""
    row = _meeting(pk)
    participant = _same_edition(request, row)
    if not row.is_direct:
        raise Http404
    enterprise = get_object_or_404(tables_of(row), pk=party)
    mine = _mine(row, participant)
    form = PersonForm(
        request.POST or None, asks_consent=row.asks_consent, party=mine, initial={"name": participant.name}
    )
    chosen = number_in(request.POST.get("slot"))
    if request.method == "POST":
        slot = Slot.objects.filter(pk=chosen or 0, meeting=row).first()
        if slot is None:
            form.add_error(None, _("请选一个时段。"))
        if form.is_valid() and slot is not None:
            talk = run(form, lambda: booking.book_talk(row, enterprise, slot, participant, **form.values()))
            if talk is not None:
                messages.success(request, _("已约好。面谈前一天会提醒您。"))
                return redirect("partnerships_public:meeting", pk)
    context = {
        "edition": row.edition, "zone": row.edition.zone, "meeting": row, "enterprise": enterprise, "form": form,
        "places": places(row, enterprise, mine, now()), "chosen": chosen, "erase_on": erase_on(row.edition),
    }  # fmt: skip
    return render(request, "partnerships/public/book.html", context, status=400 if request.method == "POST" else 200)


@never_cache
@participant_required
@rate_limited("partners_book", _RATE)
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Say who comes and whom they would like to meet."""
    row = _meeting(pk)
    participant = _same_edition(request, row)
    if row.is_direct or row.guests != Meeting.Guests.PEOPLE:
        raise Http404
    mine = _mine(row, participant)
    others = [(party.pk, party.label) for party in tables_of(row)]
    data = request.POST or None
    form = PersonForm(data, asks_consent=row.asks_consent, party=mine, initial={"name": participant.name})
    wishes = WishForm(data, others=others, most=row.most_wishes, party=mine)
    if request.method == "POST" and form.is_valid() and wishes.is_valid():
        done = run(form, lambda: _apply(row, participant, form, wishes))
        if done is not None:
            messages.success(request, _("已报名。日程公布后会通知您。"))
            return redirect("partnerships_public:meeting", pk)
    context = {
        "edition": row.edition, "zone": row.edition.zone, "meeting": row, "form": form, "wishes": wishes, "mine": mine,
        "erase_on": erase_on(row.edition),
    }  # fmt: skip
    return render(request, "partnerships/public/apply.html", context, status=400 if request.method == "POST" else 200)


def _apply(meeting: Meeting, participant: Participant, form: PersonForm, wishes: WishForm) -> Party:
    with transaction.atomic():
        party = applying.apply_person(meeting, participant, **form.values())
        return applying.set_wishes(
            party, wishes.others(), is_choosy=wishes.cleaned_data["is_choosy"], participant=participant
        )


@participant_required
@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Do not come after all."""
    row = _meeting(pk)
    party = _mine(row, _same_edition(request, row))
    if party is None:
        raise Http404
    try:
        applying.withdraw(party, participant=request.participant)  # type: ignore[attr-defined]
        messages.success(request, _("已退出，您的面谈时段已让出。"))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("partnerships_public:meeting", pk)


@participant_required
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one talk back."""
    participant: Participant = request.participant  # type: ignore[attr-defined]
    talk = get_object_or_404(Pairing, pk=pk, guest__participant=participant)
    try:
        booking.cancel_talk(talk, participant)
        messages.success(request, _("已取消这场面谈，时段让给别人。"))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("partnerships_public:meeting", talk.meeting_id)
