"""Needs in the workspace: read and publish them, see what fits one's school (E3, E4)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from skillweek.core.asked import number_in
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.editions.asked import edition_asked
from skillweek.partnerships import access, catalogue
from skillweek.partnerships.domain import needs
from skillweek.partnerships.models import Need, SchoolMajor
from skillweek.partnerships.queries.matches import fits_for_need, fits_for_school, with_names
from skillweek.partnerships.views.common import school_asked, tabs
from skillweek.partnerships.views.public import filtered_needs

_PER_PAGE = 30
_STATES = [choice for choice in Need.State.choices if choice[0] != Need.State.DRAFT]


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Needs, those that wait first."""
    edition = edition_asked(request)
    rows = access.needs_visible_to(request.user).filter(edition=edition)
    state = request.GET.get("state", "")
    rows = rows.filter(state=state) if state in dict(_STATES) else rows
    found, asked = filtered_needs(request, rows.select_related("enterprise").defer("enterprise__logo"))
    order = Case(When(state=Need.State.WAITING, then=Value(0)), default=Value(1), output_field=IntegerField())
    context = {
        **tabs(request, "needs"),
        "edition": edition,
        "page": Paginator(found.order_by(order, "-pk"), _PER_PAGE).get_page(request.GET.get("page")),
        "asked": asked | {"state": state, "is_set": asked["is_set"] or bool(state)},
        "states": _STATES,
        "kinds": Need.Kind.choices,
        "categories": catalogue.categories(),
    }
    return render(request, "partnerships/needs.html", context)


@require_GET
@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One need: read it, publish it, see which schools fit."""
    rows = access.needs_visible_to(request.user).select_related("enterprise__home", "edition", "enterprise__edition")
    row = get_object_or_404(rows.defer("enterprise__logo").prefetch_related("fields"), pk=pk)
    context = {
        **tabs(request, "needs"),
        "edition": row.edition,
        "need": with_names([row])[0],
        "can_decide": access.can_verify(request.user, row.enterprise),
        "fits": fits_for_need(row)[:20],
    }
    return render(request, "partnerships/need.html", context)


@require_POST
@login_required
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish, or send back with the reason."""
    row = get_object_or_404(access.needs_visible_to(request.user), pk=pk)
    try:
        if request.POST.get("do") == "publish":
            needs.publish(row, actor=request.user, expected=number_in(request.POST.get("version")))
            messages.success(request, _("已公开。"))
        else:
            needs.refuse(row, actor=request.user, reason=request.POST.get("reason", ""))
            messages.success(request, _("已退回，企业会收到原因。"))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("partnerships:need", pk)


@require_GET
@login_required
def matches(request: HttpRequest) -> HttpResponse:
    """What fits one's school, with the reason."""
    edition = edition_asked(request)
    school = school_asked(request)
    fits = fits_for_school(edition, school) if school is not None else []
    context = {
        **tabs(request, "matches"),
        "edition": edition,
        "school": school,
        "schools": access.acting_organisations(request.user).filter(kind="school").order_by("path"),
        "has_majors": school is not None and SchoolMajor.objects.filter(edition=edition, organisation=school).exists(),
        "page": Paginator(fits, _PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "partnerships/matches.html", context)
