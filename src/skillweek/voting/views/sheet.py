"""The vote sheet: verified person, proof of work, one sending, a receipt (E10)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from skillweek.bookings import proof
from skillweek.bookings.views.private import private
from skillweek.core.errors import DomainError
from skillweek.core.limits import rate_limited
from skillweek.participation import networks, who
from skillweek.participation.models import Participant
from skillweek.voting.domain.casting import allowance, cast
from skillweek.voting.forms import SheetForm
from skillweek.voting.models import Ballot, Candidate, Vote, VoteSheet
from skillweek.voting.queries.gallery import picked
from skillweek.voting.views.public import public_ballot

#: A school or a carrier may stand behind one address; the proof of work and the limits per person are the tight ones.
_RATE = settings.BOOKING_RATE


@private
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limited("vote", _RATE)
def sheet(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show what was ticked and send it. Somebody unknown proves a contact first and comes back to the same ticks."""
    ballot = public_ballot(pk)
    participant = who.current(request, ballot.edition)
    asked = request.POST if request.method == "POST" else request.GET
    chosen = picked(ballot, asked.getlist("pick"))
    if ballot.phase != "open":
        return redirect("voting_public:ballot", pk)
    if participant is None:
        back = "&".join(f"pick={row.number}" for row in chosen)
        target = reverse("voting_public:sheet", args=[pk]) + (f"?{back}" if back else "")
        return redirect(who.who_url(target, ballot.edition))
    refused = None
    form = SheetForm(request.POST) if request.method == "POST" else SheetForm(initial={"client_id": uuid4()})
    if form.is_bound and form.is_valid():
        try:
            made = _cast(request, ballot, participant, chosen, form)
            return redirect(reverse("voting_public:receipt", args=[pk, made.receipt]) + "?done=1")
        except DomainError as error:
            # The same sheet in the same instant, as by a double click: the other one made it.
            same = VoteSheet.objects.filter(client_id=form.cleaned_data["client_id"], ballot=pk)
            made_by_other = same.filter(participant=participant).first() if error.field == "proof" else None
            if made_by_other is not None:
                return redirect(reverse("voting_public:receipt", args=[pk, made_by_other.receipt]) + "?done=1")
            refused = error
            form.add_error("proof" if error.field == "proof" else None, error.message)
    return _page(request, ballot, participant, chosen, form, refused)


def _cast(
    request: HttpRequest, ballot: Ballot, participant: Participant, chosen: list[Candidate], form: SheetForm
) -> VoteSheet:
    client_id = form.cleaned_data["client_id"]
    keys = {"network_key": networks.network_key(request), "device_key": networks.device_key(request)}
    # The same sheet sent again after a broken connection has spent its proof already: then nothing is to pay.
    return cast(
        ballot, participant, [row.pk for row in chosen], client_id=client_id,
        pay=lambda: proof.spend(form.cleaned_data["proof"]), **keys,
    )  # fmt: skip


def _page(
    request: HttpRequest, ballot: Ballot, participant: Participant, chosen: list[Candidate], form: SheetForm,
    refused: DomainError | None,
) -> HttpResponseBase:  # fmt: skip
    mine = allowance(ballot, participant)
    for row in chosen:
        row.is_voted = row.pk in mine.voted  # type: ignore[attr-defined]
    fresh = [row for row in chosen if row.pk not in mine.voted]
    context: dict[str, Any] = {
        "edition": ballot.edition,
        "ballot": ballot,
        "participant": participant,
        "chosen": chosen,
        "fresh": fresh,
        "mine": mine,
        "too_many": max(0, len(fresh) - mine.now),
        "wrong_channel": ballot.needs_phone and participant.channel != Participant.Channel.PHONE,
        "form": form,
        "refused": refused,
        **proof.for_page(),
    }
    status = refused.status if refused else 400 if form.is_bound else 200
    response = render(request, "voting/public/sheet.html", context, status=status)
    networks.keep_device(response, request)
    return response


@private
@require_GET
def receipt(request: HttpRequest, pk: int, receipt: str) -> HttpResponseBase:
    """What was sent, with the code by which it is found in the audit file. Whoever has the code sees the page."""
    ballot = public_ballot(pk)
    rows = VoteSheet.objects.filter(ballot=ballot).select_related("ballot__edition")
    sheet = get_object_or_404(rows, receipt=receipt)
    participant = who.current(request, ballot.edition)
    votes = Vote.objects.filter(sheet=sheet).select_related("candidate").order_by("slot")
    context = {
        "edition": ballot.edition, "ballot": ballot, "sheet": sheet, "votes": votes, "done": "done" in request.GET,
        "mine": allowance(ballot, participant) if participant and participant.pk == sheet.participant_id else None,
        "states": {Vote.State.REFUSED: _("不计"), Vote.State.VOID: _("候选已退出")},
    }  # fmt: skip
    return render(request, "voting/public/receipt.html", context)
