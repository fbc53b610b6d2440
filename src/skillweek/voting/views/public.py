"""Ballots on the phone: gallery, candidates, results (E10)."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from skillweek.core.public_pages import public_page
from skillweek.editions.asked import edition_asked
from skillweek.editions.models import Edition
from skillweek.voting.models import Ballot
from skillweek.voting.queries.gallery import Wanted, found, picked
from skillweek.voting.queries.totals import standings, turnout

_PER_PAGE = 60


def public_ballot(pk: int) -> Ballot:
    """The ballot, if the public sees it; else 404."""
    rows = Ballot.objects.filter(state__in=Ballot.PUBLIC).exclude(edition__state=Edition.State.DRAFT)
    return get_object_or_404(rows.select_related("edition", "organisation"), pk=pk)


@public_page
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All ballots of the edition: those one can vote in first."""
    edition = edition_asked(request)
    order = {"open": 0, "soon": 1, "counting": 2, "over": 3}
    rows = Ballot.objects.filter(edition=edition, state__in=Ballot.PUBLIC).select_related("organisation")
    ballots = sorted(rows, key=lambda row: (order[row.phase], row.closes_at))
    return render(request, "voting/public/index.html", {"edition": edition, "ballots": ballots})


@public_page
@require_GET
def ballot(request: HttpRequest, pk: int) -> HttpResponse:
    """The gallery. It is one form, so that ticks survive searching and turning pages without any script."""
    ballot = public_ballot(pk)
    wanted = Wanted.from_query(request.GET, ballot)
    chosen = picked(ballot, request.GET.getlist("pick"))
    page = Paginator(found(ballot, wanted), _PER_PAGE).get_page(request.GET.get("page"))
    votes = {row.candidate.pk: row.votes for row in standings(ballot)} if ballot.shows_totals else {}
    numbers = {row.number for row in chosen}
    for row in page:
        row.is_picked = row.number in numbers  # type: ignore[attr-defined]
        row.votes_now = votes.get(row.pk) if ballot.shows_totals else None  # type: ignore[attr-defined]
    here = {row.number for row in page}
    context = {
        "edition": ballot.edition,
        "ballot": ballot,
        "phase": ballot.phase,
        "wanted": wanted,
        "page": page,
        "elsewhere": [row for row in chosen if row.number not in here],
        "chosen": len(chosen),
        "turnout": turnout(ballot) if ballot.shows_totals else None,
    }
    return render(request, "voting/public/ballot.html", context)


@public_page
@require_GET
def candidate(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One candidate, with a button to vote."""
    ballot = public_ballot(pk)
    rows = ballot.candidates.filter(withdrawn_at=None).select_related("organisation", "picture__file")
    row = get_object_or_404(rows, number=number)
    votes = None
    if ballot.shows_totals:
        votes = next((each.votes for each in standings(ballot) if each.candidate.pk == row.pk), 0)
    context = {"edition": ballot.edition, "ballot": ballot, "phase": ballot.phase, "candidate": row, "votes": votes}
    return render(request, "voting/public/candidate.html", context)


@public_page
@require_GET
def results(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Places by group, what was held and refused, and how to check it all."""
    ballot = public_ballot(pk)
    if not ballot.shows_totals:
        return redirect("voting_public:ballot", pk)
    rows = standings(ballot)
    groups: dict[str, list[object]] = {}
    for row in rows:
        groups.setdefault(row.candidate.group, []).append(row)
    context = {
        "edition": ballot.edition, "ballot": ballot, "phase": ballot.phase, "groups": groups.items(),
        "turnout": turnout(ballot), "winners": [row for row in rows if row.candidate.award],
    }  # fmt: skip
    return render(request, "voting/public/results.html", context)
