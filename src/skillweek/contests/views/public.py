"""What strangers see: calls, their works, one work, a relay (E1, E7, E11)."""

from __future__ import annotations

import uuid

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from skillweek.contests import access
from skillweek.contests.domain import following
from skillweek.contests.models import AwardGiven, Call, Entry
from skillweek.contests.queries import gallery
from skillweek.contests.queries.chain import chain_of, chains_of
from skillweek.contests.views.common import public_call
from skillweek.editions.asked import edition_asked
from skillweek.participation.who import current

_PER_PAGE = 20


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every public call of the week."""
    edition = edition_asked(request)
    rows = Call.objects.public().filter(edition=edition).select_related("organisation")
    page = Paginator(rows, _PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "contests/public/index.html", {"edition": edition, "page": page})


@require_GET
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked for, how to take part, awards and the latest works."""
    row = public_call(pk)
    works = gallery.shown_works(row)
    participant = current(request, row.edition)
    mine = row.entries.filter(participant=participant).exclude(state=Entry.State.WITHDRAWN) if participant else []
    ballot = following.ballot_of(row)
    context = {
        "call": row,
        "zone": row.edition.zone,
        "number": works.count(),
        "works": gallery.with_files(works.order_by("-approved_at", "-pk"))[:6],
        "sections": gallery.sections_of(row),
        "winners": gallery.winners_of(row),
        "awards": row.awards.all(),
        "chains": chains_of(row)[:5] if row.is_relay and row.is_showing else [],
        "mine": mine,
        "schools": access.entering_organisations(request.user) if row.open_to != Call.OpenTo.PUBLIC else [],
        "takes_public": row.open_to != Call.OpenTo.SCHOOLS,
        "client_id": uuid.uuid4(),
        "ballot": ballot if ballot is not None and ballot.is_public else None,
    }
    response = render(request, "contests/public/call.html", context)
    response["Cache-Control"] = "no-store, private"  # it lists one's own works
    return response


@require_GET
def works(request: HttpRequest, pk: int) -> HttpResponse:
    """The gallery."""
    row = public_call(pk)
    asked = gallery.GalleryFilter.from_query(request.GET, row)
    found = asked.apply(gallery.with_files(gallery.shown_works(row)))
    context = {
        "call": row,
        "asked": asked,
        "page": Paginator(found, gallery.PER_PAGE).get_page(request.GET.get("page")),
        "groups": gallery.group_counts(row),
        "sorts": [(value, label) for value, (label, _order) in gallery.SORTS.items()],
    }
    return render(request, "contests/public/works.html", context)


@require_GET
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One work."""
    rows = gallery.with_files(Entry.objects.shown()).select_related("call__edition", "call__organisation", "first")
    row = get_object_or_404(rows, pk=pk)
    given = AwardGiven.objects.filter(entry=row, withdrawn_at=None).select_related("award").first()
    context = {
        "entry": row,
        "call": row.call,
        "award": given.award if given is not None and row.call.announced_at is not None else None,
        "chain_start": (row.first or row) if row.call.is_relay else None,
    }
    return render(request, "contests/public/entry.html", context)


@require_GET
def relay(request: HttpRequest, pk: int) -> HttpResponse:
    """One chain: the line on the map and the videos one after the other."""
    rows = Entry.objects.filter(first=None, call__face=Call.Face.RELAY).select_related("call__edition")
    first = get_object_or_404(rows, pk=pk)
    row = public_call(first.call_id)
    first.call = row
    chain = chain_of(first)
    if not row.is_showing or not chain.shown:
        get_object_or_404(Entry.objects.none())
    return render(request, "contests/public/relay.html", {"call": row, "chain": chain, "first": first})
