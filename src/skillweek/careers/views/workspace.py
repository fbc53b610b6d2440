"""The questionnaire in the workspace: open it, print its poster, read the counts."""

from __future__ import annotations

from urllib.parse import urlencode

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from skillweek.careers import access
from skillweek.careers.domain.counting import set_open
from skillweek.careers.models import Opening
from skillweek.careers.queries.matching import by_day, by_type, numbers
from skillweek.careers.questions import kinds
from skillweek.content.queries import absolute
from skillweek.editions.asked import edition_asked
from skillweek.editions.models import Edition
from skillweek.organisations.access import visible_to
from skillweek.organisations.models import Organisation


def address_for(organisation: Organisation) -> str:
    """The questionnaire's whole address that counts for this unit."""
    return absolute(f"{reverse('careers_public:index')}?{urlencode({'school': organisation.code})}")


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Own units with their switch, and the counts of everybody in one's reach."""
    edition = edition_asked(request)
    units = list(access.own_organisations(request.user).order_by("path")[:50])
    if not units:
        raise PermissionDenied
    known = {row.organisation_id: row for row in Opening.objects.filter(edition=edition, organisation__in=units)}
    counted = numbers(edition, Organisation.objects.filter(pk__in=[unit.pk for unit in units]))
    reach = visible_to(request.user)
    found = by_type(edition, reach)
    context = {
        "edition": edition,
        "rows": [
            {
                "unit": unit, "is_on": unit.pk in known and known[unit.pk].is_open, "number": counted.get(unit.pk, 0),
                "can": access.can_open(request.user, unit, edition), "address": address_for(unit),
            }
            for unit in units
        ],
        "types": [(kind, found.get(letter, 0)) for letter, kind in kinds().items()],
        "flat": found.get("-", 0),
        "total": sum(found.values()),
        "days": by_day(edition, reach),
    }  # fmt: skip
    return render(request, "careers/index.html", context)


def _unit(request: HttpRequest, pk: int) -> tuple[Organisation, Edition]:
    return get_object_or_404(access.own_organisations(request.user), pk=pk), edition_asked(request)


@require_POST
@login_required
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer the questionnaire, or no longer."""
    unit, edition = _unit(request, pk)
    is_on = request.POST.get("on") == "1"
    set_open(unit, edition, actor=request.user, is_on=is_on)
    messages.success(request, _("已开通兴趣测评。") if is_on else _("已关闭兴趣测评。"))
    return redirect("careers:index")


@require_GET
@login_required
def poster(request: HttpRequest, pk: int) -> HttpResponse:
    """A page to print and hang up, with the QR code."""
    unit, edition = _unit(request, pk)
    if not Opening.objects.filter(edition=edition, organisation=unit, is_open=True).exists():
        raise Http404
    address = address_for(unit)
    code: str = segno.make(address, error="m", micro=False).svg_inline(
        border=2, svgclass="ticket-qr-code", lineclass=None, omitsize=True, dark="#000", light="#fff"
    )
    context = {"edition": edition, "unit": unit, "address": address, "qr": code}
    return render(request, "careers/poster.html", context)
