"""Ballots in the workspace: list, write, submit, decide, close (E10)."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.content.access import is_open
from skillweek.core.acts import Act, perform
from skillweek.core.asked import number_in
from skillweek.core.forms import run
from skillweek.editions.asked import edition_asked
from skillweek.voting import access
from skillweek.voting.domain import ballots
from skillweek.voting.forms import BallotForm
from skillweek.voting.models import Ballot
from skillweek.voting.queries.totals import standings, turnout
from skillweek.voting.views.common import ballot_of, frame

_PER_PAGE = 20


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """One's own ballots and those below."""
    edition = edition_asked(request)
    state = request.GET.get("state", "")
    rows = access.ballots_visible_to(request.user).filter(edition=edition).select_related("organisation")
    if state in Ballot.State.values:
        rows = rows.filter(state=state)
    rows = rows.annotate(
        candidate_count=Count("candidates", filter=Q(candidates__withdrawn_at=None), distinct=True),
        open_holds=Count("holds", filter=Q(holds__state="open"), distinct=True),
    )
    context = {
        "edition": edition,
        "page": Paginator(rows.order_by("-opens_at", "-pk"), _PER_PAGE).get_page(request.GET.get("page")),
        "states": Ballot.State.choices,
        "state": state,
        "can_add": is_open(edition) and access.organising_units(request.user).exists(),
    }
    return render(request, "voting/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Write a ballot; a new one without ``pk``."""
    units = access.organising_units(request.user)
    ballot = ballot_of(request, pk) if pk else Ballot(edition=edition_asked(request))
    if not (access.can_write(request.user, ballot) if pk else units.exists()):
        raise PermissionDenied
    with timezone.override(ZoneInfo(ballot.edition.zone)):
        form = BallotForm(request.POST or None, ballot=ballot, units=units)
        if form.is_valid():
            if not pk:
                ballot.organisation = form.cleaned_data["organisation"]
            expected = form.cleaned_data["version"]
            saved = run(
                form, lambda: ballots.save_ballot(ballot, actor=request.user, expected=expected, **form.values())
            )
            if saved is not None:
                messages.success(request, _("已保存。") if pk else _("已存为草稿。请接着添加候选。"))
                return redirect("voting:ballot" if pk else "voting:candidates", saved.pk)
        context = {"edition": ballot.edition, "ballot": ballot, "form": form}
        return render(request, "voting/edit.html", context, status=400 if form.is_bound else 200)


@require_GET
@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One ballot: how it stands, what is to do, the totals."""
    ballot = ballot_of(request, pk)
    has_votes = ballot.published_at is not None
    context = {
        **frame(request, ballot, "ballot"),
        "standings": standings(ballot) if has_votes else [],
        "turnout": turnout(ballot) if has_votes else None,
        "candidate_count": ballot.candidates.filter(withdrawn_at=None).count(),
    }
    return render(request, "voting/ballot.html", context)


def _submit(request: HttpRequest, ballot: Ballot) -> str:
    ballots.submit(ballot, actor=request.user)
    return _("已送审，上级单位会收到消息。")


def _approve(request: HttpRequest, ballot: Ballot) -> str:
    ballots.approve(ballot, actor=request.user, expected=number_in(request.POST.get("version")))
    return _("已批准，公众可以看到。")


def _return(request: HttpRequest, ballot: Ballot) -> str:
    ballots.send_back(ballot, actor=request.user, reason=request.POST.get("reason", ""))
    return _("已退回，对方会收到消息。")


def _take_down(request: HttpRequest, ballot: Ballot) -> str:
    ballots.take_down(ballot, actor=request.user, reason=request.POST.get("reason", ""))
    return _("已下架，公众看不到了，票都保留。")


def _close(request: HttpRequest, ballot: Ballot) -> str:
    ballots.close(ballot, actor=request.user)
    return _("投票已结束。请核对可疑票，再公布结果。")


def _delete(request: HttpRequest, ballot: Ballot) -> str:
    ballots.delete_ballot(ballot, actor=request.user)
    return _("已删除。")


_ACTS: dict[str, Act] = {
    "delete": _delete,
    "submit": _submit, "approve": _approve, "return": _return, "take_down": _take_down, "close": _close,
}  # fmt: skip


@require_POST
@login_required
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One verb on one ballot, named by ``do``; what it refuses is said on the ballot's page."""
    ballot = ballot_of(request, pk)
    if perform(request, ballot, _ACTS) == "delete":
        return redirect("voting:index")
    return redirect("voting:ballot", pk)
