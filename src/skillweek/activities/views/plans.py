"""The organisation's own week and its plan (B1, B3)."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.activities import access, domain
from skillweek.activities.domain import plans as verbs
from skillweek.activities.forms.plan import DAY, PlanForm
from skillweek.activities.models import Activity, Plan, PlanComment, PlanVersion
from skillweek.activities.plan_findings import plan_findings
from skillweek.activities.queries.national import national_list
from skillweek.activities.queries.planning import Overview, overviews
from skillweek.activities.queries.review import waiting_counts
from skillweek.activities.queries.versions import plan_differences
from skillweek.activities.views.common import edition_now, for_scripts, organisation_of, plan_of, posting, version_in
from skillweek.core import audit
from skillweek.core.asked import back_to, number_in
from skillweek.core.clock import now, today_in
from skillweek.core.errors import Conflict, DomainError
from skillweek.core.limits import rate_limited
from skillweek.editions.models import Edition
from skillweek.organisations.access import scope_of
from skillweek.organisations.models import Organisation

_S = Plan.State


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """My organisations' plans and activities, and what waits for my decision."""
    edition = edition_now()
    if edition is None:
        return render(request, "activities/index.html", {"edition": None})
    units = access.planning_organisations(request.user)
    reviews = bool(scope_of(request.user).deciding_paths)
    context = {
        "edition": edition,
        "is_open": access.is_open(edition),
        "overviews": [_with_checks(request, overview) for overview in overviews(units, edition)],
        "waiting": waiting_counts(request.user, edition) if reviews else None,
        "due_on": edition.doc.plans_due_on,
        "is_late": _is_past_due(edition),
        "joint": _joint(request, units, edition),
        "has_role": bool(scope_of(request.user).roles),
    }
    return render(request, "activities/index.html", context)


def _is_past_due(edition: Edition) -> bool:
    due = edition.doc.plans_due_on
    return due is not None and today_in(edition.zone) > due


def _with_checks(request: HttpRequest, overview: Overview) -> dict[str, Any]:
    """An overview with what is still missing and who may do what."""
    plan = overview.plan
    live = [row.activity for row in overview.rows if not row.activity.is_cancelled]
    findings = plan_findings(plan, live) if plan is not None and plan.is_editable else []
    return {
        "overview": overview,
        "findings": findings,
        "can_submit": plan is not None and access.can_submit(request.user, plan),
        "can_edit": plan is None or access.can_edit(request.user, plan),
        "can_withdraw": plan is not None and access.can_withdraw(request.user, plan),
        "comments": list(plan.comments.filter(resolved_at=None)) if plan is not None else [],
    }


def _joint(request: HttpRequest, units: list[Organisation], edition: Edition) -> list[Activity]:
    """Activities of others in which my organisations take part (B12)."""
    visible = access.visible_to(request.user).filter(edition=edition, partners__organisation__in=units)
    return list(visible.exclude(organisation__in=units).select_related("organisation").distinct()[:50])


@require_GET
@login_required
def national(request: HttpRequest) -> HttpResponseBase:
    """附件1 by department, each with the local activities that are linked to it and that the person may see (B1)."""
    edition = edition_now()
    if edition is None:
        return redirect("activities:index")
    return render(
        request, "activities/national.html", {"edition": edition, "departments": national_list(request.user, edition)}
    )


def _plan_or_blank(organisation: Organisation, edition: Edition) -> Plan:
    """The plan, or an unsaved empty one: opening a page makes nothing."""
    found = Plan.objects.filter(edition=edition, organisation=organisation).select_related("decided_by").first()
    plan = found or Plan(edition=edition, organisation=organisation)
    plan.edition, plan.organisation = edition, organisation
    return plan


def _own_plan(request: HttpRequest, organisation_id: int) -> Plan:
    organisation = organisation_of(request, organisation_id)
    edition = edition_now()
    if edition is None:
        raise Http404
    return _plan_or_blank(organisation, edition)


@require_http_methods(["GET", "POST"])
@login_required
def plan_form(request: HttpRequest, organisation_id: int) -> HttpResponseBase:
    """Write the plan. POST saves whatever can be saved and shows what cannot, with everything typed kept."""
    plan = _own_plan(request, organisation_id)
    if plan.pk and not access.can_edit(request.user, plan):
        return redirect("activities:plan_preview", pk=plan.pk)
    if request.method == "GET":
        return _plan_page(request, plan, PlanForm(plan=plan))
    form = PlanForm(request.POST, plan=plan)
    plan, problem = _save_plan(request, plan, form)
    if problem is not None or form.errors:
        status = problem.status if problem is not None else 400
        return _plan_page(request, plan, form, conflict=problem, status=status)
    messages.success(request, _("已保存。"))
    if request.POST.get("then") == "preview":
        return redirect("activities:plan_preview", pk=plan.pk)
    return redirect("activities:plan", organisation_id=organisation_id)


def _save_plan(request: HttpRequest, plan: Plan, form: PlanForm) -> tuple[Plan, DomainError | None]:
    """Save the valid fields; a conflict is returned with the plan as it is now."""
    form.is_valid()
    begun = domain.open_plan(plan.organisation, plan.edition, by=request.user)  # type: ignore[arg-type]
    version = version_in(request)
    try:
        return domain.save_plan(begun, form.values, by=request.user, expected_version=version), None  # type: ignore[arg-type]
    except Conflict as error:
        begun.refresh_from_db()
        return begun, error
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return begun, None


def _plan_page(
    request: HttpRequest, plan: Plan, form: PlanForm, *, conflict: DomainError | None = None, status: int = 200
) -> HttpResponse:
    (overview,) = overviews([plan.organisation], plan.edition)
    days = [
        {"plan": day, "field": form[f"{DAY}{day.day.isoformat()}"], "lines": _lines(day, plan.edition)}
        for day in overview.days
        if day.day is not None
    ]
    context = {
        "plan": plan,
        "edition": plan.edition,
        "form": form,
        "days": days,
        "overview": overview,
        "conflict": conflict,
        "comments": list(plan.comments.filter(resolved_at=None).select_related("author")) if plan.pk else [],
        "settings": {
            "save": reverse("activities:plan_save", args=[plan.organisation_id]),
            "page": reverse("activities:plan", args=[plan.organisation_id]),
            "signIn": f"{reverse('account_login')}?next={reverse('activities:plan', args=[plan.organisation_id])}",
            "plan": plan.organisation_id,
        },
    }
    return render(request, "activities/plan.html", context, status=status)


def _lines(day: Any, edition: Edition) -> list[str]:
    """The day's activities as the text that the button puts into the field: one a line."""
    zone = ZoneInfo(edition.zone)
    lines = []
    for row in day.rows:
        first = row.first
        time = f"{first.starts_at.astimezone(zone):%H:%M} " if first and first.starts_at else ""
        place = f"（{first.place}）" if first and first.place else ""
        lines.append(f"{time}{row.activity.title or _('未命名的活动')}{place}")
    return lines


@rate_limited("activity-save", "240/m")
@require_POST
@for_scripts
def plan_autosave(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """The plan's form by script."""
    plan = _own_plan(request, organisation_id)
    form = PlanForm(request.POST, plan=plan)
    plan, problem = _save_plan(request, plan, form)
    if problem is not None:
        payload = {"ok": False, "code": problem.code, "message": problem.message, "version": plan.version}
        return JsonResponse(payload, status=problem.status)
    problems = {name: str(errors[0]) for name, errors in form.errors.items()}
    saved_at = now().astimezone(ZoneInfo(plan.edition.zone)).strftime("%H:%M")
    return JsonResponse({"ok": True, "version": plan.version, "problems": problems, "savedAt": saved_at})


@require_GET
@login_required
def plan_open(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A plan by its number, as messages name it: to the form for its people, to the review for the line above."""
    plan = plan_of(request, pk)
    if access.can_edit(request.user, plan):
        return redirect("activities:plan", organisation_id=plan.organisation_id)
    if access.can_review(request.user, plan):
        return redirect("activities:plan_review", pk=pk)
    return redirect("activities:plan_preview", pk=pk)


@require_GET
@login_required
def preview(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The plan as a paper to read and print, and to hand in."""
    plan = plan_of(request, pk)
    (overview,) = overviews([plan.organisation], plan.edition)
    own = access.can_write_for(request.user, plan.organisation)
    rows = overview.rows if own else [row for row in overview.rows if row.activity.state != _S.DRAFT]
    if not own:
        for day in overview.days:
            day.rows = [row for row in day.rows if row.activity.state != _S.DRAFT]
    live = [row.activity for row in rows if not row.activity.is_cancelled]
    context = {
        "plan": plan,
        "edition": plan.edition,
        "overview": overview,
        "rows": rows,
        "own": own,
        "findings": plan_findings(plan, live) if own and plan.is_editable else [],
        "broken": overview.broken if own else [],
        "can_edit": access.can_edit(request.user, plan),
        "can_submit": access.can_submit(request.user, plan),
        "can_withdraw": access.can_withdraw(request.user, plan),
        "comments": list(plan.comments.select_related("author")),
        "days": overview.days,
        "is_late": _is_past_due(plan.edition) and plan.first_submitted_at is None,
    }
    return render(request, "activities/plan_preview.html", context)


@require_GET
@login_required
def history(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every submission of the plan with what changed, and who did what."""
    plan = plan_of(request, pk)
    versions = list(PlanVersion.objects.filter(plan=plan).select_related("submitted_by"))
    pairs = [
        (version, plan_differences(older.snapshot, version.snapshot, plan.edition) if older else None)
        for version, older in zip_longest(versions, versions[1:])
    ]
    context = {"plan": plan, "edition": plan.edition, "pairs": pairs, "events": audit.history_of(plan)[:100]}
    return render(request, "activities/plan_history.html", context)


@posting
def submit(request: HttpRequest, pk: int) -> str:
    """Hand the plan in with its activities."""
    plan = plan_of(request, pk)
    version, leave_out = version_in(request), request.POST.get("leave_out") == "1"
    submitted = domain.submit_plan(plan, by=request.user, expected_version=version, leave_out=leave_out)  # type: ignore[arg-type]
    text = _("方案已提交，等待审核。")
    if submitted.is_late:
        text = _("方案已提交，等待审核。已过报送截止日期，会标明逾期。")
    messages.success(request, text)
    return reverse("activities:index")


@posting
def withdraw(request: HttpRequest, pk: int) -> str:
    """Take the plan back."""
    plan = domain.withdraw_plan(plan_of(request, pk), by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("方案已撤回，可以继续修改。改好后请重新提交。"))
    return reverse("activities:plan", args=[plan.organisation_id])


@posting
def ask(request: HttpRequest, pk: int) -> str:
    """Ask the liaison to hand it in."""
    number = verbs.ask_for_submission(plan_of(request, pk), by=request.user)  # type: ignore[arg-type]
    if number:
        text = ngettext("已通知 %(count)s 位联络员来核对提交。", "已通知 %(count)s 位联络员来核对提交。", number)
        messages.success(request, text % {"count": number})
    else:
        messages.info(request, _("联络员已经收到过提醒。"))
    return reverse("activities:index")


@posting
def comment(request: HttpRequest, pk: int) -> str:
    """A remark on the plan or one part of it."""
    plan = plan_of(request, pk)
    part, text = request.POST.get("part", ""), request.POST.get("text", "")
    verbs.comment_plan(plan, by=request.user, text=text, part=part)  # type: ignore[arg-type]
    return back_to(request, reverse("activities:plan_open", args=[pk]))


@posting
def resolve(request: HttpRequest, pk: int) -> str:
    """A remark is settled."""
    plan = plan_of(request, pk)
    found = get_object_or_404(PlanComment, pk=number_in(request.POST.get("comment")), plan=plan)
    verbs.resolve_plan_comment(found, by=request.user)  # type: ignore[arg-type]
    return back_to(request, reverse("activities:plan_open", args=[pk]))
