"""Joint organisers: the organiser asks, the other answers and reports its part (B12)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from skillweek.activities import access, access_running
from skillweek.activities.domain import partners as verbs
from skillweek.activities.forms.partners import InviteForm, PartForm
from skillweek.activities.models import Partner
from skillweek.activities.queries.changes import session_lines
from skillweek.activities.views.common import posting
from skillweek.activities.views.running import handed_in_or_own, posted, run, status_of
from skillweek.organisations.access import scope_of
from skillweek.organisations.models import Organisation

#: Units offered while one types; a whole country's would make a heavy page.
_OFFERED = 400
_PAGE = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def partners(request: HttpRequest, pk: int) -> HttpResponse:
    """The joint organisers of one activity with their answers and reports; its organiser asks more."""
    activity = handed_in_or_own(request, pk)
    invites = access_running.can_invite_partners(request.user, activity)
    if request.method == "POST" and not invites:
        raise PermissionDenied
    form = InviteForm(posted(request))
    if form.is_valid():
        data = form.cleaned_data
        made = run(
            form,
            lambda: verbs.invite_partner(
                activity, actor=request.user, organisation=form.organisation, name=data["name"], part=data["part"]
            ),
            {"organisation": "unit"},
        )
        if made is not None:
            text = _("已邀请%(partner)s，等对方确认。") if made.organisation_id else _("已加上%(partner)s。")
            messages.success(request, text % {"partner": made})
            return redirect("activities:partners", pk=pk)
    figures = {row.code: row.label for row in activity.edition.doc.report_figures}
    rows = activity.partners.select_related("organisation", "answered_by")
    context = {
        "activity": activity,
        "partners": [(row, _figures(row, figures)) for row in rows],
        "form": form,
        "invites": invites,
        "units": _units(request) if invites else [],
    }
    return render(request, "activities/partners/partners.html", context, status=status_of(form))


def _figures(partner: Partner, labels: dict[str, str]) -> list[tuple[str, int]]:
    return [(label, partner.figures[code]) for code, label in labels.items() if code in partner.figures]


def _units(request: HttpRequest) -> list[Organisation]:
    """Names to choose from: first the own line, then whatever there is room for."""
    return list(Organisation.objects.filter(is_active=True).order_by("path").only("name", "code")[:_OFFERED])


@login_required
@require_safe
def joint(request: HttpRequest) -> HttpResponse:
    """Activities that the person's units hold jointly, those to answer first."""
    roles = list(scope_of(request.user).roles)
    if not roles:
        raise PermissionDenied
    rows = (
        Partner.objects.filter(organisation__in=roles)
        .select_related("activity__organisation", "activity__edition", "organisation")
        .order_by("-activity__edition__starts_on", "-state", "pk")
    )
    page = Paginator(rows, _PAGE).get_page(request.GET.get("page"))
    return render(request, "activities/partners/joint.html", {"page": page})


def _partner_or_404(request: HttpRequest, pk: int) -> Partner:
    rows = access_running.partners_visible_to(request.user).select_related(
        "activity__organisation", "activity__edition", "organisation", "answered_by"
    )
    return get_object_or_404(rows, pk=pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def partner(request: HttpRequest, pk: int) -> HttpResponse:
    """One joint part: what is asked, the answer, the report of what was done."""
    found = _partner_or_404(request, pk)
    activity = found.activity
    reports = access_running.can_report_part(request.user, found)
    if request.method == "POST" and not reports:
        raise PermissionDenied
    form = PartForm(posted(request), edition=activity.edition, partner=found)
    if form.is_valid():
        data = form.cleaned_data
        kept = run(
            form,
            lambda: verbs.report_part(found, report=data["report"], figures=form.figures, actor=request.user),
            {code: f"figure-{code}" for code in form.codes},
        )
        if kept is not None:
            messages.success(request, _("已保存，主办单位看得到。"))
            return redirect("activities:partner", pk=pk)
    figures = {row.code: row.label for row in activity.edition.doc.report_figures}
    context = {
        "partner": found,
        "activity": activity,
        "lines": session_lines(activity),
        "form": form,
        "reports": reports,
        "figures": _figures(found, figures),
        "answers": access_running.can_answer_invitation(request.user, found) and access.is_open(activity.edition),
        "opens": access.visible_to(request.user).filter(pk=activity.pk).exists(),
    }
    return render(request, "activities/partners/partner.html", context, status=status_of(form))


@posting
def answer(request: HttpRequest, pk: int) -> HttpResponseBase | str:
    """Say yes or no."""
    found = _partner_or_404(request, pk)
    if not access_running.can_answer_invitation(request.user, found):
        raise PermissionDenied
    accept = request.POST.get("answer") == "accept"
    verbs.answer_invitation(found, accept=accept, actor=request.user)
    messages.success(request, _("已确认联合举办。") if accept else _("已谢绝。"))
    return reverse("activities:partner", args=[pk]) if accept else reverse("activities:joint")


@posting
def change(request: HttpRequest, pk: int) -> HttpResponseBase | str:
    """Write anew what the joint organiser does."""
    found = _organisers_partner(request, pk)
    verbs.change_part(found, part=request.POST.get("part", ""), actor=request.user)
    messages.success(request, _("已保存。"))
    return reverse("activities:partners", args=[found.activity_id])


@posting
def remove(request: HttpRequest, pk: int) -> HttpResponseBase | str:
    """Take a joint organiser away."""
    found = _organisers_partner(request, pk)
    name = str(found)
    verbs.remove_partner(found, actor=request.user)
    messages.success(request, _("已移除%(partner)s。") % {"partner": name})
    return reverse("activities:partners", args=[found.activity_id])


def _organisers_partner(request: HttpRequest, pk: int) -> Partner:
    found = _partner_or_404(request, pk)
    if not access_running.can_invite_partners(request.user, found.activity):
        raise PermissionDenied
    return found
