"""Booking a session, from the phone, without an account (B8)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from skillweek.activities.models import Partner, Session
from skillweek.bookings import proof, tokens
from skillweek.bookings.domain import book_places
from skillweek.bookings.domain.erasure import erase_on
from skillweek.bookings.forms import BookForm
from skillweek.bookings.models import Booking
from skillweek.bookings.queries import booking_state, public_session
from skillweek.bookings.queries.tickets import suggestions
from skillweek.bookings.views.private import private
from skillweek.core.clock import now, today_in
from skillweek.core.errors import DomainError
from skillweek.core.limits import rate_limited

_K = Session.Booking
#: A carrier or a community centre may stand behind one address; the proof of work is the tight limit.
RATE = settings.BOOKING_RATE


@private
@require_http_methods(["GET", "POST"])
@rate_limited("book", RATE)
def book(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The form of one session with its state; sending it books and leads to the ticket."""
    session = public_session(pk)
    if session is None:
        raise Http404
    kind = _kind(request, session)
    if request.method != "POST":
        return _page(request, session, kind, BookForm(session=session, kind=kind, initial={"client_id": uuid4()}))
    form = BookForm(request.POST, session=session, kind=kind)
    if not form.is_valid():
        return _page(request, session, kind, form, status=400)
    try:
        booking = _book(session, form)
    except DomainError as error:
        form.refuse(error)
        return _page(request, session, kind, form, status=error.status, refused=error)
    return redirect(tokens.ticket_path(booking) + "?done=1")


def _book(session: Session, form: BookForm) -> Booking:
    client_id = form.cleaned_data["client_id"]
    with transaction.atomic():
        # The same form sent again after a broken connection has spent its proof already.
        if not Booking.objects.filter(client_id=client_id).exists():
            proof.spend(form.cleaned_data["proof"])
        return book_places(session, form.wish(), client_id=client_id)


def _kind(request: HttpRequest, session: Session) -> str:
    if session.booking == _K.GROUPS:
        return str(Booking.Kind.GROUP)
    asked = request.GET.get("kind") == Booking.Kind.GROUP
    return str(Booking.Kind.GROUP if asked and session.allows_groups else Booking.Kind.PERSON)


def _page(
    request: HttpRequest,
    session: Session,
    kind: str,
    form: BookForm,
    *,
    status: int = 200,
    refused: DomainError | None = None,
) -> HttpResponseBase:
    state = booking_state(session)
    edition = session.activity.edition
    context: dict[str, Any] = {
        "session": session,
        "activity": session.activity,
        "edition": edition,
        "state": state,
        "form": form,
        "kind": kind,
        "is_group": kind == Booking.Kind.GROUP,
        "has_tabs": session.booking == _K.OPEN and session.allows_groups,
        "refused": refused,
        **proof.for_page(),
        "erase_on": erase_on(edition),
        "readers": readers_of(session),
        "suggestions": [] if state.code == "open" else suggestions(session, today_in(edition.zone)),
        "zone": edition.zone,
        "now": now().astimezone(ZoneInfo(edition.zone)),
    }
    return render(request, "bookings/book.html", context, status=status)


def readers_of(session: Session) -> list[str]:
    """Names of the units that read the visitor's data: the organiser and joint organisers that said yes."""
    partners = Partner.objects.filter(
        activity=session.activity_id, state=Partner.State.ACCEPTED, organisation__isnull=False
    ).select_related("organisation")
    return [session.activity.organisation.name, *(str(row.organisation) for row in partners)]


@private
@require_GET
@rate_limited("book_challenge", RATE, methods=("GET",))
def challenge(request: HttpRequest) -> HttpResponseBase:
    """A fresh task for a page that was open for long."""
    return JsonResponse(proof.new_challenge())
