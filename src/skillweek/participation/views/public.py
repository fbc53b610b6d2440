"""What the public can take part in, and who somebody is (E1, E2, E10)."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.bookings import proof
from skillweek.bookings.domain.erasure import erase_on
from skillweek.bookings.views.private import private
from skillweek.content.access import is_open
from skillweek.core.forms import run
from skillweek.core.limits import rate_limited
from skillweek.core.public_pages import public_page
from skillweek.editions.asked import edition_asked
from skillweek.editions.models import Edition
from skillweek.notifications.domain.routing import has_sms
from skillweek.participation import networks, who
from skillweek.participation.domain import codes
from skillweek.participation.domain.contacts import Contact, clean_contact
from skillweek.participation.forms import CodeForm, ContactForm
from skillweek.participation.mine import things_of
from skillweek.participation.offers import Offer, offers_of

_ASKED: Final = "participant_asked"
_ASKED_SECONDS: Final = codes.MINUTES * 60


@public_page
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Everything to take part in, by kind; what is open first."""
    edition = edition_asked(request)
    offers = offers_of(edition)
    kind = request.GET.get("kind", "")
    kinds = {offer.kind: offer.kind_label for offer in offers}
    shown = [offer for offer in offers if not kind or offer.kind == kind]
    context = {
        "edition": edition,
        "groups": _groups(shown),
        "kinds": kinds.items(),
        "kind": kind if kind in kinds else "",
        "has_offers": bool(offers),
    }
    return render(request, "participation/public/index.html", context)


def _groups(offers: list[Offer]) -> list[tuple[str, str, list[Offer]]]:
    titles = {"open": _("正在进行"), "soon": _("即将开始"), "over": _("已经结束")}
    return [
        (state, title, found) for state, title in titles.items() if (found := [o for o in offers if o.state == state])
    ]


@private
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limited("participant_code", settings.PARTICIPANT_RATE)
def who_page(request: HttpRequest) -> HttpResponseBase:
    """Ask for a phone number or an address; the code goes there."""
    edition, back = edition_asked(request), _back(request)
    known = who.current(request, edition)
    form = ContactForm(request.POST or None)
    if form.is_valid():
        contact = run(form, lambda: _sent(edition, form))
        if contact is not None:
            response = redirect(_with(reverse("participation_public:code"), request))
            value = signing.dumps([contact.channel, contact.value], salt=_ASKED)
            response.set_cookie(
                _ASKED, value, max_age=_ASKED_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure()
            )
            return response
    context = {
        "edition": edition,
        "is_open": is_open(edition),
        "form": form,
        "known": known,
        "back": back,
        "has_sms": has_sms(),
        **proof.for_page(),
        "erase_on": erase_on(edition),
    }
    return render(request, "participation/public/who.html", context, status=400 if form.is_bound else 200)


@transaction.atomic
def _sent(edition: Edition, form: ContactForm) -> Contact:
    contact = clean_contact(form.cleaned_data["contact"])
    proof.spend(form.cleaned_data["proof"])
    codes.send_code(edition, contact)
    return contact


@private
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limited("participant_try", settings.BOOKING_RATE)
def code(request: HttpRequest) -> HttpResponseBase:
    """Take the code that came; then on to where the person was going."""
    edition, back, contact = edition_asked(request), _back(request), _asked(request)
    if contact is None:
        if request.method == "POST":
            messages.warning(request, _("验证码已失效，请重新发送。"))
        return redirect(_with(reverse("participation_public:who"), request))
    form = CodeForm(request.POST or None)
    if form.is_valid():
        keys = {"network_key": networks.network_key(request), "device_key": networks.device_key(request)}
        typed = form.cleaned_data["code"]
        participant = run(form, lambda: codes.check_code(edition, contact, typed, **keys))
        if participant is not None:
            response: HttpResponse = redirect(back or reverse("participation_public:mine"))
            who.remember(response, request, participant)
            networks.keep_device(response, request)
            response.delete_cookie(_ASKED, samesite="Lax")
            return response
    context = {
        "edition": edition, "form": form, "contact": contact, "minutes": codes.MINUTES,
        "again_url": _with(reverse("participation_public:who"), request),
    }  # fmt: skip
    response = render(request, "participation/public/code.html", context, status=400 if form.is_bound else 200)
    networks.keep_device(response, request)
    return response


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """This browser is nobody's again, as on a shared phone."""
    response = redirect("participation_public:index")
    who.forget(response, edition_asked(request))
    messages.success(request, _("已退出。这台设备不再记得您。"))
    return response


@who.participant_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What the person took part in, and their certificates."""
    participant: Any = request.participant  # type: ignore[attr-defined]
    context = {
        "edition": participant.edition,
        "participant": participant,
        "things": things_of(participant),
        "certificates": participant.certificates.order_by("-issued_at"),
        "erase_on": erase_on(participant.edition),
    }
    return render(request, "participation/public/mine.html", context)


def _asked(request: HttpRequest) -> Contact | None:
    try:
        channel, value = signing.loads(request.COOKIES.get(_ASKED, ""), salt=_ASKED, max_age=_ASKED_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Contact(channel, value)


def _back(request: HttpRequest) -> str:
    target = request.GET.get("next", "")
    hosts = {request.get_host()}
    return target if url_has_allowed_host_and_scheme(target, hosts, require_https=request.is_secure()) else ""


def _with(url: str, request: HttpRequest) -> str:
    """``url`` with the way back and the edition of this request."""
    kept = request.GET.copy()
    for name in set(kept) - {"next", "edition"}:
        del kept[name]
    return f"{url}?{kept.urlencode()}" if kept else url
