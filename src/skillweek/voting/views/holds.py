"""Held votes: evidence, decisions, holding by hand (E10)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.core.audit import history_of
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.core.forms import run
from skillweek.voting import access
from skillweek.voting.domain import holding
from skillweek.voting.forms import HoldForm
from skillweek.voting.models import Hold
from skillweek.voting.queries.evidence import pace, signal_words, voters
from skillweek.voting.queries.totals import turnout
from skillweek.voting.views.common import ballot_of, frame

_PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """The ballot's held votes; the form holds a stretch by hand."""
    ballot = ballot_of(request, pk)
    if not access.can_see_holds(request.user, ballot):
        raise PermissionDenied
    with timezone.override(ZoneInfo(ballot.edition.zone)):
        form = HoldForm(request.POST or None, ballot=ballot, initial={"candidate": request.GET.get("candidate", "")})
        if form.is_valid():
            given = form.cleaned_data
            made = run(form, lambda: holding.hold_by_hand(ballot, actor=request.user, **given))
            if made is not None:
                messages.success(request, _("已暂扣，这些票现在不计。请尽快核对。"))
                return redirect("voting:hold", made.pk)
        rows = Hold.objects.filter(ballot=ballot).select_related("candidate", "decided_by")
        rows = rows.annotate(number=Count("votes")).order_by("-state", "-pk")
        context = {
            **frame(request, ballot, "holds"),
            "page": Paginator(rows, _PER_PAGE).get_page(request.GET.get("page")),
            "form": form,
            "turnout": turnout(ballot),
        }
        for row in context["page"]:
            row.words = signal_words(row.signals)
        return render(request, "voting/holds.html", context, status=400 if form.is_bound else 200)


def _hold(request: HttpRequest, pk: int) -> Hold:
    rows = Hold.objects.filter(ballot__in=access.ballots_visible_to(request.user).values("pk"))
    rows = rows.select_related("ballot__edition", "ballot__organisation", "candidate", "decided_by", "made_by")
    found = get_object_or_404(rows, pk=pk)
    if not access.can_see_holds(request.user, found.ballot):
        raise Http404
    return found


@require_GET
@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One batch with its evidence."""
    hold = _hold(request, pk)
    verbs = {
        "vote.hold": _("暂扣"),
        "vote.release": _("恢复计票"),
        "vote.refuse": _("确认不计"),
        "vote.reopen": _("重新暂扣"),
    }
    context: dict[str, Any] = {
        **frame(request, hold.ballot, "holds"),
        "hold": hold,
        "words": signal_words(hold.signals),
        "first": _moment(hold.evidence.get("first")),
        "last": _moment(hold.evidence.get("last")),
        "pace": pace(hold),
        "voters": Paginator(voters(hold), _PER_PAGE).get_page(request.GET.get("page")),
        "number": hold.votes.count(),
        "history": [(event, verbs.get(event.verb, "")) for event in history_of(hold)],
    }
    return render(request, "voting/hold.html", context)


def _moment(seconds: Any) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, (int, float)) else None


@require_POST
@login_required
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm, release or look again, with a reason."""
    hold, reason = _hold(request, pk), request.POST.get("reason", "")
    try:
        if (verb := request.POST.get("do", "")) == "reopen":
            holding.reopen(hold, actor=request.user, reason=reason)
            messages.success(request, _("已重新暂扣，请再核对。"))
        elif verb in ("release", "refuse"):
            done = holding.decide(hold, actor=request.user, counts=verb == "release", reason=reason)
            words = _("已恢复 %(n)d 票。") if verb == "release" else _("已确认 %(n)d 票不计。")
            messages.success(request, words % {"n": done.votes_decided})
        else:
            raise DomainError(_("不能识别的操作。请刷新页面后再试。"))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("voting:hold", pk)
    return redirect("voting:holds", hold.ballot_id)
