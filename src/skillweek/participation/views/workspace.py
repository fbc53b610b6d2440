"""What an organisation can switch on for its week, and the certificates it issued (E1–E11, B11)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from skillweek.core.errors import DomainError, NotAllowed
from skillweek.editions.asked import edition_of_the_moment
from skillweek.participation.access import can_revoke, certificates_visible_to, reach_of
from skillweek.participation.domain.certificates import clean_code
from skillweek.participation.domain.certificates import revoke as revoke_certificate
from skillweek.participation.switches import all_switches, waiting_for

_PAGE = 50


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The ideas of the notice as things to switch on, each with how many there are in the person's reach."""
    edition, reach = edition_of_the_moment(), reach_of(request.user)
    cards = [
        {
            "switch": switch,
            "label": switch.label_in(edition),
            "url": reverse(switch.url_name),
            "count": switch.count(edition, reach),
            "waiting": switch.waiting(edition, request.user) if switch.waiting is not None else 0,
        }
        for switch in all_switches()
    ]
    context = {"edition": edition, "cards": cards, "certificates": certificates_visible_to(request.user).count()}
    return render(request, "participation/index.html", context)


@login_required
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """How many things of all rooms wait for the person: a part of the home page, empty when there is none."""
    number = waiting_for(request.user, edition_of_the_moment())
    return render(request, "participation/_waiting.html", {"number": number})


@login_required
@require_GET
def certificates(request: HttpRequest) -> HttpResponse:
    """Certificates of one's own units and those below, newest first; found by code, name or title."""
    edition, text = edition_of_the_moment(), request.GET.get("q", "").replace("\0", "").strip()[:60]
    rows = certificates_visible_to(request.user).filter(edition=edition).select_related("organisation")
    if text:
        wanted = Q(holder__icontains=text) | Q(title__icontains=text)
        rows = rows.filter(wanted | Q(code__startswith=clean_code(text)) if clean_code(text) else wanted)
    page = Paginator(rows.order_by("-issued_at", "-pk"), _PAGE).get_page(request.GET.get("page"))
    mine = {row.pk for row in page.object_list if can_revoke(request.user, row)}
    context = {"edition": edition, "page": page, "text": text, "mine": mine}
    return render(request, "participation/certificates.html", context)


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a certificate back."""
    row = get_object_or_404(certificates_visible_to(request.user), pk=pk)
    actor: Any = request.user
    try:
        revoke_certificate(row, actor=actor, reason=request.POST.get("reason", ""))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("已撤销证书 %(code)s。") % {"code": row.spaced_code})
    return redirect("participation:certificates")
