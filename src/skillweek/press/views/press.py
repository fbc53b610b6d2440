"""What journalists see: leads, one lead with everything one does about it, one's own list (D3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from skillweek.core.asked import number_in
from skillweek.core.clock import today_in
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.core.limits import rate_limited
from skillweek.editions.asked import edition_asked
from skillweek.organisations.access import scope_of
from skillweek.organisations.models import Organisation
from skillweek.press.access import journalist_of, leads_for
from skillweek.press.domain import talking
from skillweek.press.forms_leads import HandInForm, VisitForm
from skillweek.press.models import Claim, Coverage, Journalist, Lead, Visit
from skillweek.press.queries.leads import LeadFilter, questions_for

_PER_PAGE = 20


def _journalist(request: HttpRequest) -> Journalist:
    found = journalist_of(request.user, edition_asked(request))
    if found is None:
        raise Http404
    return found


@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Leads for journalists; for everybody else how to become one."""
    edition = edition_asked(request)
    journalist = journalist_of(request.user, edition)
    if journalist is None:
        context = {
            "edition": edition,
            "has_role": bool(scope_of(request.user).roles),
            "number": Lead.objects.filter(edition=edition, state=Lead.State.OFFERED).count(),
        }
        return render(request, "press/public/welcome.html", context)
    rows = leads_for(journalist).filter(state=Lead.State.OFFERED).select_related("organisation")
    asked = LeadFilter.from_query(request.GET, edition)
    mine = Claim.objects.filter(lead=OuterRef("pk"), journalist=journalist, withdrawn_at=None)
    found = asked.apply(rows).annotate(is_mine=Exists(mine)).order_by("day", "-offered_at", "-pk")
    names = Organisation.objects.filter(pk__in=rows.order_by().values("organisation")).order_by()
    context = {
        "edition": edition,
        "journalist": journalist,
        "tab": "leads",
        "page": Paginator(found, _PER_PAGE).get_page(request.GET.get("page")),
        "asked": asked,
        "topics": [(row.code, row.name) for row in edition.doc.topics],
        "districts": sorted({name for name in names.values_list("district", flat=True) if name}),
    }
    return render(request, "press/public/index.html", context)


@never_cache
@require_GET
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """What one claimed, asked to see, and handed in."""
    journalist = _journalist(request)
    claims = journalist.claims.filter(withdrawn_at=None).select_related("lead__organisation").order_by("-pk")
    context = {
        "edition": journalist.edition,
        "journalist": journalist,
        "tab": "mine",
        "claims": claims,
        "visits": journalist.visits.select_related("lead__organisation"),
        "coverage": Coverage.objects.filter(journalist=journalist).select_related("home", "outlet"),
    }
    return render(request, "press/public/mine.html", context)


@never_cache
@require_GET
@login_required
def lead(request: HttpRequest, pk: int) -> HttpResponse:
    """One lead: what, when, where; whom to call; what one asked."""
    journalist = _journalist(request)
    return _page(request, journalist, _lead(journalist, pk))


def _lead(journalist: Journalist, pk: int) -> Lead:
    rows = leads_for(journalist).select_related("organisation", "edition", "activity")
    return get_object_or_404(rows, pk=pk)


def _page(request: HttpRequest, journalist: Journalist, row: Lead, **forms: Any) -> HttpResponse:
    today = today_in(row.edition.zone)
    context = {
        "edition": row.edition,
        "journalist": journalist,
        "lead": row,
        "topic": {each.code: each.name for each in row.edition.doc.topics}.get(row.topic, ""),
        "claimed": row.claims.filter(journalist=journalist, withdrawn_at=None).exists(),
        "others": row.claims.filter(withdrawn_at=None).exclude(journalist=journalist).count(),
        "questions": questions_for(row, journalist),
        "visits": row.visits.filter(journalist=journalist),
        "coverage": Coverage.objects.filter(journalist=journalist, lead=row).select_related("outlet"),
        "visit_form": VisitForm(),
        "hand_in_form": HandInForm(initial={"outlet": journalist.outlet, "published_on": today}),
        **forms,
    }
    return render(request, "press/public/lead.html", context, status=400 if forms else 200)


def _ask(request: HttpRequest, row: Lead, journalist: Journalist) -> str:
    talking.ask(row, journalist, text=request.POST.get("text", ""))
    return _("问题已发给单位，有回答会发消息给您。")


def _claim(request: HttpRequest, row: Lead, journalist: Journalist) -> str:
    talking.claim(row, journalist)
    return _("已登记：您来报道。请与联系人约定时间。")


def _withdraw(request: HttpRequest, row: Lead, journalist: Journalist) -> str:
    talking.withdraw_claim(row, journalist)
    return _("已撤回，还没到的采访请求也一并取消。")


def _cancel(request: HttpRequest, row: Lead, journalist: Journalist) -> str:
    visit = get_object_or_404(Visit, pk=number_in(request.POST.get("visit")), journalist=journalist, lead=row)
    talking.cancel_visit(visit, journalist)
    return _("已取消到访。")


_ACTS: dict[str, Callable[[HttpRequest, Lead, Journalist], str]] = {
    "ask": _ask, "claim": _claim, "withdraw": _withdraw, "cancel": _cancel,
}  # fmt: skip


@rate_limited("press_act", "60/h")
@never_cache
@require_POST
@login_required
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One verb on one lead, named by ``do``; only for the accredited."""
    journalist = _journalist(request)
    if not journalist.is_accredited:
        raise PermissionDenied
    row = _lead(journalist, pk)
    name = request.POST.get("do", "")
    if name in ("visit", "hand_in"):
        with timezone.override(ZoneInfo(row.edition.zone)):
            return _with_form(request, name, row, journalist)
    try:
        if name not in _ACTS:
            raise DomainError(_("不能识别的操作。请刷新页面后再试。"))
        messages.success(request, _ACTS[name](request, row, journalist))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("press_public:lead", pk)


def _with_form(request: HttpRequest, name: str, row: Lead, journalist: Journalist) -> HttpResponse:
    form: Any = VisitForm(request.POST) if name == "visit" else HandInForm(request.POST)
    verb = talking.ask_visit if name == "visit" else talking.hand_in
    if form.is_valid():
        try:
            verb(row, journalist, **form.cleaned_data)
            said = _("采访请求已发给单位。") if name == "visit" else _("已登记，单位核实后计入。谢谢您的报道。")
            messages.success(request, said)
            return redirect("press_public:lead", row.pk)
        except NotAllowed:
            raise
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    return _page(request, journalist, row, **{f"{name}_form": form})
