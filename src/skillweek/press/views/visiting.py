"""Visits as journalists and creators see them: schools, the form, one's own applications (E9)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from skillweek.bookings.domain.erasure import erase_on
from skillweek.content.access import is_open
from skillweek.core.asked import number_in
from skillweek.core.clock import now, today_in
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.core.limits import rate_limited
from skillweek.editions.asked import edition_asked
from skillweek.participation.who import current, who_url
from skillweek.press.access import journalist_of
from skillweek.press.access_visits import Visitor, public_offers, visitor_of
from skillweek.press.domain import itinerary, visits
from skillweek.press.forms_leads import HandInForm
from skillweek.press.forms_visits import ApplyForm, CreatorHandInForm
from skillweek.press.models import SchoolVisit
from skillweek.press.queries.visits import calendar_of


def _ways_in(back: str) -> dict[str, str]:
    return {"who": who_url(back), "sign_in": f"{reverse('account_login')}?{urlencode({'next': back})}"}


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Schools that welcome visits, and one's own applications."""
    edition = edition_asked(request)
    visitor = visitor_of(request, edition)
    context = {
        "edition": edition,
        "offers": public_offers(edition),
        "visitor": visitor,
        "mine": _mine(visitor)[:50],
        "is_open": is_open(edition),
        **_ways_in(reverse("press_public:visits")),
    }
    return render(request, "press/public/visits.html", context)


def _mine(visitor: Visitor) -> Any:
    rows = SchoolVisit.objects.filter(visitor.mine).select_related("organisation", "edition")
    return rows.order_by("-starts_at", "-pk")


@never_cache
@rate_limited("press_visit", "20/h")
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """What one school shows, and the form to ask for a visit."""
    edition = edition_asked(request)
    offer = get_object_or_404(public_offers(edition), pk=pk)
    visitor = visitor_of(request, edition)
    here = reverse("press_public:visit_apply", args=[pk])
    if request.method == "POST" and not visitor.may_apply:
        return redirect(who_url(here))
    with timezone.override(ZoneInfo(edition.zone)):
        form = ApplyForm(request.POST or None, visitor=visitor, most=offer.max_people, initial=_initial(visitor))
        status = 400 if form.is_bound else 200
        if form.is_valid():
            try:
                made = visits.ask(offer, visitor, **form.values())
                messages.success(request, _("申请已发给学校，有答复会发消息给您。"))
                return redirect("press_public:visit", made.pk)
            except NotAllowed:
                raise
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, error.message)
                status = error.status
        context = {
            "edition": edition, "offer": offer, "visitor": visitor, "form": form, "erase_on": erase_on(edition),
            "is_open": is_open(edition), **_ways_in(here),
        }  # fmt: skip
        return render(request, "press/public/visit_apply.html", context, status=status)


def _initial(visitor: Visitor) -> dict[str, Any]:
    person: Any = visitor.journalist or visitor.participant
    phone = visitor.journalist.phone if visitor.journalist is not None else ""
    return {"client_id": uuid4(), "name": getattr(person, "name", ""), "phone": phone}


def _own(request: HttpRequest, pk: int) -> tuple[SchoolVisit, Visitor]:
    """One's own application and as whom it was sent; 404 for everybody else."""
    rows = SchoolVisit.objects.select_related("edition", "organisation", "journalist", "participant__edition")
    visit = get_object_or_404(rows, pk=pk)
    journalist = journalist_of(request.user, visit.edition)
    if journalist is not None and visit.journalist_id == journalist.pk:
        return visit, Visitor(journalist=journalist)
    participant = current(request, visit.edition)
    if participant is not None and visit.participant_id == participant.pk:
        return visit, Visitor(participant=participant)
    raise Http404


@never_cache
@require_safe
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own application: the answer, the itinerary, what was published."""
    found, _visitor = _own(request, pk)
    return _page(request, found)


def _page(request: HttpRequest, found: SchoolVisit, **more: Any) -> HttpResponse:
    today = today_in(found.edition.zone)
    outlet = found.journalist.outlet if found.journalist is not None else found.handle
    form_of: Any = CreatorHandInForm if found.is_creator else HandInForm
    context = {
        "edition": found.edition,
        "visit": found,
        "zone": found.edition.zone,
        "stops": list(found.stops.all()),
        "can_cancel": found.state in SchoolVisit.LIVE and found.ends_at > now() and is_open(found.edition),
        "can_hand_in": found.state == SchoolVisit.State.APPROVED
        and found.starts_at <= now()
        and is_open(found.edition),
        "coverage": found.coverage.select_related("outlet"),
        "hand_in_form": form_of(initial={"outlet": outlet, "published_on": today}),
        **more,
    }
    with timezone.override(ZoneInfo(found.edition.zone)):
        return render(request, "press/public/visit.html", context, status=400 if more else 200)


@never_cache
@rate_limited("press_visit_act", "60/h")
@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the school's other time, cancel, or hand in what was published."""
    found, visitor = _own(request, pk)
    name, expected = request.POST.get("do", ""), number_in(request.POST.get("version"))
    if name == "hand_in":
        return _hand_in(request, found, visitor)
    try:
        if name == "take":
            visits.take_proposal(found, visitor, expected=expected)
            messages.success(request, _("时间已定好，学校会收到消息。"))
        elif name == "cancel":
            visits.cancel(found, visitor, expected=expected)
            messages.success(request, _("已取消探校，学校会收到消息。"))
        else:
            raise DomainError(_("不能识别的操作。请刷新页面后再试。"))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("press_public:visit", pk)


def _hand_in(request: HttpRequest, found: SchoolVisit, visitor: Visitor) -> HttpResponse:
    form: Any = (CreatorHandInForm if found.is_creator else HandInForm)(request.POST)
    if form.is_valid():
        try:
            itinerary.hand_in(found, visitor, **form.cleaned_data)
            messages.success(request, _("已登记，学校核实后计入。谢谢您的报道。"))
            return redirect("press_public:visit", found.pk)
        except NotAllowed:
            raise
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    return _page(request, found, hand_in_form=form)


@never_cache
@require_GET
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The agreed visit for the phone's calendar."""
    found, _visitor = _own(request, pk)
    if found.state != SchoolVisit.State.APPROVED:
        raise Http404
    response = HttpResponse(calendar_of(found), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="skillweek-visit.ics"'
    return response
