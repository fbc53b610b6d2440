"""Announcing the results (E10)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from skillweek.core.asked import number_in
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.participation.models import Certificate
from skillweek.voting import access
from skillweek.voting.domain.announcing import announce
from skillweek.voting.queries.totals import standings, turnout
from skillweek.voting.views.common import ballot_of, frame


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill in the awards and announce; afterwards the results with their certificates."""
    ballot = ballot_of(request, pk)
    error = ""
    if request.method == "POST":
        if not access.leads(request.user, ballot):
            raise PermissionDenied
        try:
            awards = {
                number: str(value) for name, value in request.POST.items()
                if name.startswith("award-") and (number := number_in(name[6:])) is not None
            }  # fmt: skip
            expected = number_in(request.POST.get("version"))
            text = request.POST.get("text", "").replace("\0", "")
            announce(ballot, actor=request.user, text=text, awards=awards, expected=expected)
            messages.success(request, _("结果已公布，获奖证书已颁发。"))
            return redirect("voting:results", pk)
        except NotAllowed:
            raise
        except DomainError as refused:
            error = refused.message
            ballot.refresh_from_db()
    rows = standings(ballot)
    for row in rows:
        row.candidate.award = request.POST.get(f"award-{row.candidate.pk}", row.candidate.award)
    keys = {row.candidate.certificate_key: row.candidate for row in rows}
    papers = Certificate.objects.filter(edition=ballot.edition, key__in=keys)
    for paper in papers:
        keys[paper.key].certificate = paper  # type: ignore[attr-defined]
    context = {
        **frame(request, ballot, "results"), "standings": rows, "turnout": turnout(ballot), "error": error,
        "text": request.POST.get("text", ballot.announcement),
    }  # fmt: skip
    return render(request, "voting/results.html", context, status=400 if error else 200)
