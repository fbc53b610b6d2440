"""Visits in the workspace: open for them, answer, arrange the itinerary (E9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.content.access import is_open
from skillweek.core.asked import number_in
from skillweek.core.clock import now
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.core.forms import run
from skillweek.editions.asked import edition_asked
from skillweek.organisations.access import scope_of
from skillweek.organisations.models import Organisation
from skillweek.press import access_visits as access
from skillweek.press.domain import itinerary, visits
from skillweek.press.forms_visits import OfferForm, ProposeForm, stop_forms, stops_of
from skillweek.press.models import SchoolVisit, VisitOffer
from skillweek.press.queries.visits import same_hours
from skillweek.press.views.common import tabs

_PER_PAGE: Final = 20
_S = SchoolVisit.State
_TABS: Final = {
    "open": (gettext_lazy("等待答复"), Q(state__in=(_S.WAITING, _S.PROPOSED))),
    "agreed": (gettext_lazy("已同意"), Q(state=_S.APPROVED)),
    "over": (gettext_lazy("已结束"), Q(state__in=(_S.REFUSED, _S.CANCELLED))),
}


@never_cache
@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """One's units' offers, and the applications by state."""
    edition = edition_asked(request)
    if not scope_of(request.user).roles:
        raise PermissionDenied
    rows = access.visits_visible_to(request.user).filter(edition=edition)
    counts = {name: rows.filter(condition).count() for name, (_label, condition) in _TABS.items()}
    asked = request.GET.get("state", "")
    state = asked if asked in _TABS else next((name for name in _TABS if counts[name]), "open")
    found = rows.filter(_TABS[state][1]).select_related("organisation", "journalist", "participant", "edition")
    units: list[Organisation] = list(access.offering_organisations(request.user)[:20])
    offers = {row.organisation_id: row for row in VisitOffer.objects.filter(edition=edition, organisation__in=units)}
    mine: list[dict[str, Any]] = [
        {"unit": unit, "offer": offers.get(unit.pk), "can": access.can_open(request.user, unit, edition)}
        for unit in units
    ]
    context = {
        **tabs(request),
        "tab": "visits",
        "edition": edition,
        "states": [(name, label, counts[name]) for name, (label, _condition) in _TABS.items()],
        "state": state,
        "page": Paginator(found.annotate(came=Count("coverage")).order_by("starts_at", "pk"), _PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "offers": mine,
        "is_open": is_open(edition),
    }
    return render(request, "press/visits/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Welcome visits to one unit, change what is said of them, or close them."""
    edition = edition_asked(request)
    unit: Organisation = get_object_or_404(access.offering_organisations(request.user), pk=pk)
    if not access.can_open(request.user, unit, edition):
        raise PermissionDenied
    found = VisitOffer.objects.filter(edition=edition, organisation=unit).first()
    form = OfferForm(request.POST or None, organisations=None, offer=found or VisitOffer(organisation=unit, version=0))
    if form.is_valid():
        values = dict(form.cleaned_data)
        seen = values.pop("version")
        expected = seen if found is not None else None
        done = run(form, lambda: visits.open_visits(unit, edition, actor=request.user, expected=expected, **values))
        if done is not None:
            said = _("已开放探校申请。") if done.is_open else _("已保存，不再接受新的申请。")
            messages.success(request, said)
            return redirect("press:visits")
    context = {**tabs(request), "tab": "visits", "edition": edition, "unit": unit, "form": form}
    return render(request, "press/visits/offer.html", context, status=400 if form.is_bound else 200)


def _visit(request: HttpRequest, pk: int) -> SchoolVisit:
    rows = access.visits_visible_to(request.user)
    related = rows.select_related("edition", "organisation", "journalist", "participant__edition")
    return get_object_or_404(related, pk=pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One application with everything about it; POST saves the itinerary."""
    visit = _visit(request, pk)
    zone = ZoneInfo(visit.edition.zone)
    can_arrange = itinerary.can_arrange(request.user, visit)
    if request.method == "POST":
        if not can_arrange:
            raise PermissionDenied
        rows = stop_forms(visit, zone, request.POST)
        if rows.is_valid():
            try:
                itinerary.arrange(
                    visit, stops_of(rows, visit, zone), actor=request.user, guide=request.POST.get("guide", ""),
                    expected=number_in(request.POST.get("version")),
                )  # fmt: skip
            except NotAllowed:
                raise
            except DomainError as error:
                return _page(request, visit, rows=rows, problem=error.message, status=error.status)
            messages.success(request, _("行程已保存。"))
            return redirect("press:visit", pk)
        return _page(request, visit, rows=rows, status=400)
    return _page(request, visit)


def _page(request: HttpRequest, visit: SchoolVisit, *, status: int = 200, **more: Any) -> HttpResponse:
    zone = ZoneInfo(visit.edition.zone)
    with timezone.override(zone):
        context = {
            **tabs(request),
            "tab": "visits",
            "edition": visit.edition,
            "visit": visit,
            "zone": visit.edition.zone,
            "stops": list(visit.stops.all()),
            "rows": stop_forms(visit, zone),
            "guide": request.POST.get("guide", visit.guide) if "rows" in more else visit.guide,
            "can_answer": access.can_answer(request.user, visit),
            "can_arrange": itinerary.can_arrange(request.user, visit),
            "sees_phone": access.sees_phone(request.user, visit),
            "is_past": visit.ends_at <= now(),
            "propose_form": ProposeForm(initial={"starts_at": visit.starts_at, "ends_at": visit.ends_at}),
            "same_hours": same_hours(visit) if visit.state in SchoolVisit.LIVE else [],
            "coverage": visit.coverage.select_related("outlet"),
            **more,
        }
        return render(request, "press/visits/page.html", context, status=status)


def _approve(request: HttpRequest, visit: SchoolVisit, expected: int | None) -> str:
    visits.approve(visit, actor=request.user, words=request.POST.get("words", ""), expected=expected)
    return _("已同意，对方会收到消息。可以接着安排行程。")


def _refuse(request: HttpRequest, visit: SchoolVisit, expected: int | None) -> str:
    visits.refuse(visit, actor=request.user, words=request.POST.get("words", ""), expected=expected)
    return _("已答复，对方会收到消息。")


_ACTS: Final[dict[str, Callable[[HttpRequest, SchoolVisit, int | None], str]]] = {
    "approve": _approve, "refuse": _refuse,
}  # fmt: skip


@require_POST
@login_required
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer an application: yes, another time, no. What is refused is said on its page."""
    visit = _visit(request, pk)
    if not access.can_answer(request.user, visit):
        raise Http404
    name, expected = request.POST.get("do", ""), number_in(request.POST.get("version"))
    if name == "propose":
        return _propose(request, visit, expected)
    try:
        if name not in _ACTS:
            raise DomainError(_("不能识别的操作。请刷新页面后再试。"))
        messages.success(request, _ACTS[name](request, visit, expected))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("press:visit", pk)


def _propose(request: HttpRequest, visit: SchoolVisit, expected: int | None) -> HttpResponse:
    with timezone.override(ZoneInfo(visit.edition.zone)):
        form = ProposeForm(request.POST)
        if form.is_valid():
            done = run(form, lambda: visits.propose(visit, actor=request.user, expected=expected, **form.cleaned_data))
            if done is not None:
                messages.success(request, _("已建议别的时间，对方会收到消息。"))
                return redirect("press:visit", visit.pk)
    return _page(request, visit, propose_form=form, status=400)
