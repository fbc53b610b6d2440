"""Candidates in the workspace (E10)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.core.errors import DomainError, NotAllowed
from skillweek.core.forms import run
from skillweek.voting import access
from skillweek.voting.domain import candidates
from skillweek.voting.forms import CandidateForm
from skillweek.voting.models import Candidate
from skillweek.voting.views.common import ballot_of, frame

_PER_PAGE = 50


@require_GET
@login_required
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """The ballot's candidates, withdrawn ones too."""
    ballot = ballot_of(request, pk)
    rows = ballot.candidates.select_related("picture__file").prefetch_related("picture__file__derivatives")
    text = request.GET.get("q", "").replace("\0", "").strip()[:60]
    if text:
        rows = rows.filter(title__icontains=text) | rows.filter(credit__icontains=text)
    page = Paginator(rows.order_by("number"), _PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "voting/candidates.html", {**frame(request, ballot, "candidates"), "page": page, "text": text}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a new candidate."""
    return _edit(request, Candidate(ballot=ballot_of(request, pk)))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a candidate; once the ballot was submitted only look at it, or withdraw it."""
    return _edit(request, _candidate(request, pk))


def _candidate(request: HttpRequest, pk: int) -> Candidate:
    rows = Candidate.objects.filter(ballot__in=access.ballots_visible_to(request.user).values("pk"))
    rows = rows.select_related("ballot__edition", "ballot__organisation", "picture__file")
    return get_object_or_404(rows, pk=pk)


def _edit(request: HttpRequest, candidate: Candidate) -> HttpResponse:
    ballot = candidate.ballot
    can_write = access.can_write(request.user, ballot)
    if not candidate.pk and not can_write:
        raise PermissionDenied
    form = CandidateForm(request.POST or None, candidate=candidate)
    if request.method == "POST" and not can_write:
        raise PermissionDenied
    if form.is_valid():
        saved = run(form, lambda: candidates.save_candidate(candidate, actor=request.user, **form.values()))
        if saved is not None:
            messages.success(request, _("已保存“%(title)s”。") % {"title": saved.title})
            more = "more" in request.POST
            return redirect("voting:candidate_add" if more else "voting:candidates", ballot.pk)
    context = {
        **frame(request, ballot, "candidates"),
        "candidate": candidate,
        "form": form,
        "can_edit": can_write and ballot.is_writable,
    }
    return render(request, "voting/candidate.html", context, status=400 if form.is_bound else 200)


@require_POST
@login_required
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw or delete a candidate."""
    candidate = _candidate(request, pk)
    try:
        if request.POST.get("do") == "delete":
            candidates.delete_candidate(candidate, actor=request.user)
            messages.success(request, _("已删除。"))
        else:
            candidates.withdraw(candidate, actor=request.user, reason=request.POST.get("reason", ""))
            messages.success(request, _("已退出，投给它的票退还给投票人。"))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("voting:candidates", candidate.ballot_id)
