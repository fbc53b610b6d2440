"""The visitor's own page behind the personal link: view, change, cancel, confirm (B8, B10)."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import segno
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.bookings import tokens
from skillweek.bookings.domain import (
    cancel_booking,
    change_party,
    confirm_offer,
    correct_contact,
    erase_early,
    may_be_erased,
)
from skillweek.bookings.domain.erasure import erase_on
from skillweek.bookings.forms import ContactForm, PartyForm
from skillweek.bookings.models import Booking, CheckIn
from skillweek.bookings.queries.tickets import people_ahead, position, present_number, suggestions
from skillweek.bookings.ticket_calendar import calendar_of
from skillweek.bookings.views.opinion import feedback_context
from skillweek.bookings.views.private import booking_of, private
from skillweek.core.clock import now, today_in
from skillweek.core.errors import DomainError
from skillweek.core.limits import rate_limited

_S = Booking.State
_RATE = "120/10m"


@private
@require_GET
def ticket(request: HttpRequest, token: str) -> HttpResponseBase:
    """Everything about one booking, with the QR code for the door."""
    return _page(request, booking_of(token), token)


def _page(
    request: HttpRequest,
    booking: Booking,
    token: str,
    *,
    form: PartyForm | None = None,
    contact: ContactForm | None = None,
    status: int = 200,
) -> HttpResponseBase:
    if booking.erased_at is not None:
        return render(request, "bookings/erased.html", {"booking": booking}, status=410)
    session = booking.session
    edition = session.activity.edition
    moment = now()
    begun = session.starts_at is not None and session.starts_at <= moment
    end = session.ends_at or session.starts_at
    over = end is not None and end <= moment
    live = booking.state in Booking.LIVE
    today = today_in(edition.zone)
    context: dict[str, Any] = {
        "booking": booking,
        "token": token,
        "session": session,
        "activity": session.activity,
        "edition": edition,
        "zone": edition.zone,
        "now": moment.astimezone(ZoneInfo(edition.zone)),
        "is_new": request.GET.get("done") == "1",
        "is_live": live,
        "is_over": over,
        "can_change": live and not begun,
        "inside": CheckIn.objects.filter(booking=booking, undone_at=None).first(),
        "form": form or PartyForm.of(booking),
        "form_open": form is not None,
        "contact": contact or ContactForm.of(booking),
        "contact_open": contact is not None,
        "erase_on": erase_on(edition),
        "may_be_erased": may_be_erased(booking),
        "qr": qr_svg(booking) if booking.state == _S.CONFIRMED and not over else "",
        "position": position(booking) if booking.state == _S.WAITING else None,
        "change": session.changes.first(),
        "suggestions": [] if live else suggestions(session, today),
        **feedback_context(booking),
    }
    if booking.state == _S.CONFIRMED and booking.number is not None and session.day == today:
        context |= {"present": present_number(session), "ahead": people_ahead(booking), "is_today": True}
    return render(request, "bookings/ticket.html", context, status=status)


def qr_svg(booking: Booking) -> str:
    """The ticket's address as a QR code, inline SVG without any style."""
    made: str = segno.make(tokens.ticket_url(booking), error="m", micro=False).svg_inline(
        border=2, svgclass="ticket-qr-code", lineclass=None, omitsize=True, dark="#000", light="#fff"
    )
    return made


def _act(request: HttpRequest, token: str, verb: Callable[[Booking], Any], said: str) -> HttpResponseBase:
    try:
        verb(booking_of(token))
        messages.success(request, said)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("bookings_public:ticket", token=token)


@private
@require_POST
@rate_limited("ticket", _RATE)
def confirm(request: HttpRequest, token: str) -> HttpResponseBase:
    """Take the place that was offered."""
    return _act(request, token, confirm_offer, _("已确认，名额是您的了。"))


@private
@require_POST
@rate_limited("ticket", _RATE)
def cancel(request: HttpRequest, token: str) -> HttpResponseBase:
    """Cancel the booking, or leave the offered place to the next."""
    return _act(request, token, cancel_booking, _("预约已取消，名额会让给别人。"))


@private
@require_http_methods(["GET", "POST"])
@rate_limited("ticket", _RATE)
def party(request: HttpRequest, token: str) -> HttpResponseBase:
    """Change how many come."""
    booking = booking_of(token)
    if request.method != "POST":
        return redirect("bookings_public:ticket", token=token)
    form = PartyForm.of(booking, request.POST)
    if not form.is_valid():
        return _page(request, booking, token, form=form, status=400)
    try:
        change_party(booking, **{name: form.cleaned_data[name] for name in form.fields})
    except DomainError as error:
        form.refuse(error)
        return _page(request, booking, token, form=form, status=error.status)
    messages.success(request, _("预约已修改。"))
    return redirect("bookings_public:ticket", token=token)


@private
@require_http_methods(["GET", "POST"])
@rate_limited("ticket", _RATE)
def contact(request: HttpRequest, token: str) -> HttpResponseBase:
    """Put name, phone and e-mail right."""
    booking = booking_of(token)
    if request.method != "POST":
        return redirect("bookings_public:ticket", token=token)
    form = ContactForm.of(booking, request.POST)
    if not form.is_valid():
        return _page(request, booking, token, contact=form, status=400)
    try:
        row = correct_contact(booking, **form.cleaned_data)
    except DomainError as error:
        form.refuse(error)
        return _page(request, booking, token, contact=form, status=error.status)
    new = tokens.token_of(row)
    if new == token:
        messages.success(request, _("联系方式已修改。"))
    else:
        messages.success(request, _("联系方式已修改。这是新的链接和二维码，也发到了新的联系方式；以前的不能再用。"))
    return redirect("bookings_public:ticket", token=new)


@private
@require_POST
@rate_limited("ticket", _RATE)
def erase(request: HttpRequest, token: str) -> HttpResponseBase:
    """Take the visitor's own data out before the edition's day."""
    return _act(request, token, erase_early, _("个人信息已删除。"))


@private
@require_GET
def calendar(request: HttpRequest, token: str) -> HttpResponseBase:
    """The session for the phone's calendar, with the link to the ticket and a reminder."""
    booking = booking_of(token)
    if booking.session.starts_at is None or booking.erased_at is not None:
        raise Http404
    response = HttpResponse(calendar_of(booking), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="skillweek.ics"'
    return response


@private
@require_GET
def picture(request: HttpRequest, token: str) -> HttpResponseBase:
    """The QR code as a picture to keep on the phone, for a door without a network."""
    booking = booking_of(token)
    if booking.state != _S.CONFIRMED or booking.erased_at is not None:
        raise Http404
    buffer = io.BytesIO()
    segno.make(tokens.ticket_url(booking), error="m", micro=False).save(buffer, kind="png", scale=12, border=4)
    response = HttpResponse(buffer.getvalue(), content_type="image/png")
    response["Content-Disposition"] = f'attachment; filename="ticket-{booking.code}.png"'
    return response
