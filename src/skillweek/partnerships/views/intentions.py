"""Intentions in the workspace: record, follow up, export (E3)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Min, Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.content.access import is_open
from skillweek.core.asked import number_in
from skillweek.core.audit import history_of
from skillweek.core.clock import today_in
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.core.forms import run
from skillweek.editions.asked import edition_asked
from skillweek.editions.models import Edition
from skillweek.partnerships import access
from skillweek.partnerships.domain import intentions
from skillweek.partnerships.forms.meetings import DaysForm, FollowForm, IntentionForm
from skillweek.partnerships.models import FollowDays, FollowUp, Intention
from skillweek.partnerships.transfer import write_intentions
from skillweek.partnerships.views.common import tabs

_PER_PAGE = 30


def _filtered(request: HttpRequest, edition: Edition) -> QuerySet[Intention]:
    rows = access.intentions_visible_to(request.user).filter(edition=edition)
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    text = request.GET.get("q", "").replace("\0", "").strip()[:60]
    if state in Intention.State.values:
        rows = rows.filter(state=state)
    if kind in Intention.Kind.values:
        rows = rows.filter(kind=kind)
    if text:
        rows = rows.filter(
            Q(text__icontains=text) | Q(enterprise_name__icontains=text) | Q(organisation__name__icontains=text)
        )
    if request.GET.get("due"):
        due = FollowUp.objects.filter(done_at=None, due_on__lte=today_in(edition.zone))
        rows = rows.filter(pk__in=due.values("intention"))
    return rows


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Intentions of one's own units and those below, with the next follow-up."""
    edition = edition_asked(request)
    rows = _filtered(request, edition).select_related("organisation").prefetch_related("follow_ups")
    rows = rows.annotate(next_on=Min("follow_ups__due_on", filter=Q(follow_ups__done_at=None)))
    all_rows = access.intentions_visible_to(request.user).filter(edition=edition)
    counts = [(value, label, all_rows.filter(state=value).count()) for value, label in Intention.State.choices]
    names = ("q", "state", "kind", "due")
    context = {
        **tabs(request, "intentions"),
        "edition": edition,
        "today": today_in(edition.zone),
        "page": Paginator(rows.order_by("-noted_on", "-pk"), _PER_PAGE).get_page(request.GET.get("page")),
        "counts": counts,
        "asked": {name: request.GET.get(name, "")[:60] for name in names},
        "is_set": any(request.GET.get(name) for name in names),
        "kinds": Intention.Kind.choices,
        "states": Intention.State.choices,
        "can_add": is_open(edition) and access.recording_organisations(request.user).exists(),
        "can_set_days": access.acting_organisations(request.user).exists(),
    }
    return render(request, "partnerships/intentions.html", context)


@require_GET
@login_required
def export(request: HttpRequest) -> HttpResponseBase:
    """What the list shows under these filters."""
    edition = edition_asked(request)
    if not tabs(request, "")["has_role"]:
        raise PermissionDenied
    name = _("合作意向-%(slug)s.xlsx") % {"slug": edition.slug}
    return FileResponse(write_intentions(_filtered(request, edition)), as_attachment=True, filename=name)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Record an intention; ``?meeting=&enterprise=`` fill it from a talk."""
    edition = edition_asked(request)
    units = access.recording_organisations(request.user).order_by("path")
    if not is_open(edition) or not units.exists():
        raise PermissionDenied
    initial = {name: number_in(request.GET.get(name)) for name in ("meeting", "enterprise", "organisation")}
    form = IntentionForm(
        request.POST or None, edition=edition, organisations=units,
        initial={name: value for name, value in initial.items() if value},
    )  # fmt: skip
    if form.is_valid():
        data = form.cleaned_data
        saved = run(
            form,
            lambda: intentions.record_intention(
                edition, data["organisation"], actor=request.user, enterprise=data["enterprise"],
                enterprise_name=data["enterprise_name"], meeting=data["meeting"], client_id=data["client_id"],
                **form.values(),
            ),
        )  # fmt: skip
        if saved is not None:
            messages.success(request, _("已记录，到跟进日期会提醒双方。"))
            return redirect("partnerships:intention", saved.pk)
    context = {**tabs(request, "intentions"), "edition": edition, "form": form}
    return render(request, "partnerships/intention_add.html", context, status=400 if form.is_bound else 200)


def _intention(request: HttpRequest, pk: int) -> Intention:
    rows = access.intentions_visible_to(request.user).select_related("edition", "organisation", "meeting", "enterprise")
    return get_object_or_404(rows.defer("enterprise__logo"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One intention with its follow-ups and history; correct it while the edition is open."""
    row = _intention(request, pk)
    can_record = access.can_record(request.user, row)
    if request.method == "POST" and not can_record:
        raise PermissionDenied
    form = IntentionForm(request.POST or None, edition=row.edition, organisations=None, intention=row)
    if form.is_valid():
        saved = run(
            form,
            lambda: intentions.change_intention(
                row, actor=request.user, expected=form.cleaned_data["version"], **form.values()
            ),
        )
        if saved is not None:
            messages.success(request, _("已保存。"))
            return redirect("partnerships:intention", pk)
    context = {
        **tabs(request, "intentions"),
        "edition": row.edition,
        "today": today_in(row.edition.zone),
        "intention": row,
        "follow_ups": row.follow_ups.select_related("done_by"),
        "form": form,
        "can_record": can_record,
        "follows_up": access.follows_up(request.user, row),
        "is_closed": not is_open(row.edition),
        "follow_form": FollowForm(initial={"state": row.now_state}),
        "history": history_of(row)[:20],
    }
    return render(request, "partnerships/intention.html", context, status=400 if form.is_bound else 200)


@require_POST
@login_required
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a follow-up, plan another, take one out."""
    row = _intention(request, pk)
    if not access.follows_up(request.user, row):
        raise PermissionDenied
    do = request.POST.get("do")
    try:
        if do == "plan":
            due = parse_date(request.POST.get("due_on", "")[:10])
            if due is None:
                raise DomainError(_("请选跟进日期。"))
            intentions.plan(row, actor=request.user, due_on=due)
            messages.success(request, _("已安排跟进。"))
        else:
            follow_up = get_object_or_404(row.follow_ups, pk=number_in(request.POST.get("follow_up")) or 0)
            if do == "unplan":
                intentions.unplan(follow_up, actor=request.user)
                messages.success(request, _("已删除这次跟进。"))
            else:
                _answer(request, follow_up)
    except NotAllowed:
        raise
    except (DomainError, ValueError) as error:
        messages.error(request, getattr(error, "message", _("请选跟进日期。")))
    return redirect("partnerships:intention", pk)


def _answer(request: HttpRequest, follow_up: FollowUp) -> None:
    form = FollowForm(request.POST)
    if not form.is_valid():
        raise DomainError(_("请选择状态，并写一句进展。"))
    data = form.cleaned_data
    intentions.answer(follow_up, actor=request.user, state=data["state"], note=data["note"], number=data["number"])
    messages.success(request, _("已记下进展。"))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def days(request: HttpRequest) -> HttpResponse:
    """After how many days one's unit follows up."""
    units = access.acting_organisations(request.user).order_by("path")
    asked = request.GET.get("unit") or request.POST.get("unit")
    unit = get_object_or_404(units, pk=number_in(asked) or 0) if asked else units.first()
    if unit is None:
        raise PermissionDenied
    present = intentions.days_for(unit)
    form = DaysForm(request.POST or None, initial={"days": "、".join(map(str, present))})
    if form.is_valid():
        saved = run(form, lambda: intentions.set_days(unit, form.cleaned_data["days"], actor=request.user))
        if saved is not None:
            messages.success(request, _("已保存，以后记录的意向按它安排跟进。"))
            return redirect("partnerships:intentions")
    context = {
        **tabs(request, "intentions"), "edition": edition_asked(request), "form": form, "unit": unit, "units": units,
        "is_own": FollowDays.objects.filter(organisation=unit).exists(),
    }  # fmt: skip
    return render(request, "partnerships/follow_days.html", context, status=400 if form.is_bound else 200)
