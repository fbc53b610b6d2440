"""Leads in the workspace: write, offer, answer journalists (D3)."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.content.access import is_open
from skillweek.core.acts import Act, perform
from skillweek.core.asked import number_in
from skillweek.core.forms import run
from skillweek.editions.asked import edition_asked
from skillweek.press import access
from skillweek.press.domain import leads, talking
from skillweek.press.forms_leads import LeadForm
from skillweek.press.models import Lead, Question, Visit
from skillweek.press.queries.leads import LeadFilter
from skillweek.press.views.common import tabs

_PER_PAGE = 20


def _lead(request: HttpRequest, pk: int) -> Lead:
    rows = access.leads_visible_to(request.user).select_related("edition", "organisation", "activity", "session")
    return get_object_or_404(rows, pk=pk)


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """One's own leads and those below, with what waits for an answer."""
    edition = edition_asked(request)
    asked = LeadFilter.from_query(request.GET, edition)
    rows = access.leads_visible_to(request.user).filter(edition=edition).select_related("organisation")
    found = asked.apply(rows).annotate(
        open_questions=Count("questions", filter=Q(questions__answered_at=None), distinct=True),
        open_visits=Count("visits", filter=Q(visits__state=Visit.State.WAITING), distinct=True),
        taken=Count("claims", filter=Q(claims__withdrawn_at=None), distinct=True),
        published=Count("coverage", distinct=True),
    )
    context = {
        **tabs(request),
        "tab": "leads",
        "edition": edition,
        "page": Paginator(found.order_by("-pk"), _PER_PAGE).get_page(request.GET.get("page")),
        "asked": asked,
        "topics": [(row.code, row.name) for row in edition.doc.topics],
        "can_add": is_open(edition) and access.registering_organisations(request.user).exists(),
    }
    return render(request, "press/leads/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Write a lead; a new one without ``pk``."""
    units = access.registering_organisations(request.user)
    lead = _lead(request, pk) if pk else Lead(edition=edition_asked(request))
    if not (access.can_write_lead(request.user, lead) if pk else units.exists()):
        raise PermissionDenied
    initial = {} if pk else {"contact_name": str(request.user), "contact_phone": getattr(request.user, "phone", "")}
    with timezone.override(ZoneInfo(lead.edition.zone)):
        form = LeadForm(request.POST or None, lead=lead, organisations=units, initial=initial)
        if form.is_valid():
            if not pk:
                lead.organisation = form.cleaned_data["organisation"]
            expected = form.cleaned_data["version"]
            saved = run(form, lambda: leads.save_lead(lead, actor=request.user, expected=expected, **form.values()))
            if saved is not None:
                messages.success(request, _("已保存。") if pk else _("已存为草稿。核对后点“发布给记者”。"))
                return redirect("press:lead", saved.pk)
        context = {**tabs(request), "tab": "leads", "edition": lead.edition, "lead": lead, "form": form}
        return render(request, "press/leads/edit.html", context, status=400 if form.is_bound else 200)


@require_GET
@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One lead with its questions, claims, visits and what was published."""
    lead = _lead(request, pk)
    user = request.user
    context = {
        **tabs(request),
        "tab": "leads",
        "edition": lead.edition,
        "lead": lead,
        "topic": {row.code: row.name for row in lead.edition.doc.topics}.get(lead.topic, ""),
        "can_write": access.can_write_lead(user, lead),
        "can_offer": access.can_offer(user, lead),
        "can_take_down": access.can_take_down(user, lead),
        "questions": lead.questions.select_related("journalist"),
        "claims": lead.claims.filter(withdrawn_at=None).select_related("journalist"),
        "visits": lead.visits.select_related("journalist"),
        "coverage": lead.coverage.select_related("outlet", "journalist"),
    }
    return render(request, "press/leads/page.html", context)


def _offer(request: HttpRequest, lead: Lead) -> str:
    leads.offer(lead, actor=request.user)
    return _("已发布，核验过的记者可以看到。")


def _close(request: HttpRequest, lead: Lead) -> str:
    leads.close(lead, actor=request.user)
    return _("线索已结束。")


def _take_down(request: HttpRequest, lead: Lead) -> str:
    leads.take_down(lead, actor=request.user, reason=request.POST.get("reason", ""))
    return _("已撤下，单位和登记报道的记者会收到通知。")


def _answer(request: HttpRequest, lead: Lead) -> str:
    question = get_object_or_404(Question, pk=number_in(request.POST.get("question")), lead=lead)
    shared = request.POST.get("shared") == "1"
    talking.answer(question, actor=request.user, text=request.POST.get("text", ""), is_shared=shared)
    return _("已回答，所有核验过的记者可见。") if shared else _("已回答，只有提问的记者可见。")


def _visit(request: HttpRequest, lead: Lead) -> str:
    visit = get_object_or_404(Visit, pk=number_in(request.POST.get("visit")), lead=lead)
    accepts = request.POST.get("accepts") == "1"
    talking.decide_visit(visit, actor=request.user, accepts=accepts, words=request.POST.get("words", ""))
    return _("已同意，记者会收到消息。") if accepts else _("已答复，记者会收到消息。")


def _delete(request: HttpRequest, lead: Lead) -> str:
    leads.delete_lead(lead, actor=request.user)
    return _("已删除。")


_ACTS: dict[str, Act] = {
    "delete": _delete,
    "offer": _offer, "close": _close, "take_down": _take_down, "answer": _answer, "visit": _visit,
}  # fmt: skip


@require_POST
@login_required
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One verb on one lead, named by ``do``; what it refuses is said on the lead's page."""
    lead = _lead(request, pk)
    if perform(request, lead, _ACTS) == "delete":
        return redirect("press:leads")
    return redirect("press:lead", pk)
