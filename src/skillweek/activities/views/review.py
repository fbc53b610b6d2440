"""The line above: queue, reading a plan, deciding (B3, B13)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from skillweek.activities import access, domain
from skillweek.activities.domain import review as verbs
from skillweek.activities.domain.plans import PARTS, reopen_plan
from skillweek.activities.models import Activity, ActivityComment, Plan
from skillweek.activities.plan_findings import plan_findings
from skillweek.activities.queries import review as queries
from skillweek.activities.queries.planning import row_of
from skillweek.activities.queries.versions import field_label, plan_differences
from skillweek.activities.views.common import activity_of, edition_now, plan_of, posting, version_in
from skillweek.activities.views.reading import activity_context, session_row, tags_of
from skillweek.core import audit
from skillweek.core.asked import number_in
from skillweek.core.errors import DomainError
from skillweek.organisations.access import scope_of
from skillweek.organisations.models import Line, SchoolType

_S = Activity.State


@require_GET
@login_required
def queue(request: HttpRequest) -> HttpResponseBase:
    """What waits for the reviewer: plans, or single activities; the longest waiting first."""
    if not scope_of(request.user).deciding_paths:
        raise PermissionDenied
    edition = edition_now()
    if edition is None:
        return redirect("activities:index")
    chosen = queries.QueueFilter.from_query(request.GET)
    found: Any = queries.plans if chosen.what == "plans" else queries.activities
    page = Paginator(found(request.user, edition, chosen), queries.PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [row_of(one) if isinstance(one, Activity) else one for one in page.object_list]
    context = {
        "edition": edition,
        "chosen": chosen,
        "page": page,
        "rows": rows,
        "counts": queries.waiting_counts(request.user, edition),
        "states": [(state.value, state.label) for state in queries.STATES],
        "districts": queries.districts_of(request.user),
        "lines": Line.choices,
        "school_types": SchoolType.choices,
        "kinds": Activity.Kind.choices,
        "due_on": edition.doc.plans_due_on,
    }
    return render(request, "activities/review/queue.html", context)


def _plan_for(request: HttpRequest, pk: int) -> Plan:
    """A plan that was handed in and on which the person decides; 403 for those who may only read it, else 404."""
    plan = plan_of(request, pk)
    if not access.can_review(request.user, plan):
        raise PermissionDenied
    return plan


def _activity_for(request: HttpRequest, pk: int) -> Activity:
    found = activity_of(request, pk)
    if not access.can_review(request.user, found):
        raise PermissionDenied
    return found


@require_GET
@login_required
def plan_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Read a plan beside its activities and decide."""
    return _plan_page(request, _plan_for(request, pk))


def _plan_page(request: HttpRequest, plan: Plan, status: int = 200, **extra: Any) -> HttpResponse:
    read = queries.read_activities(plan)
    comments = list(plan.comments.select_related("author"))
    versions = list(plan.versions.all()[:2])
    changes = plan_differences(versions[1].snapshot, versions[0].snapshot, plan.edition) if len(versions) > 1 else []
    live = [row.activity for row in read if not row.activity.is_cancelled]
    context = {
        "plan": plan,
        "edition": plan.edition,
        "parts": _parts(plan, comments),
        "days": [(day, plan.arrangements.get(day.isoformat(), "")) for day in plan.edition.days],
        "whole_comments": [comment for comment in comments if not comment.part],
        "arrangement_comments": [comment for comment in comments if comment.part == "arrangements"],
        "activities": [_read(row, plan) for row in read],
        "findings": plan_findings(plan, live),
        "waiting": sum(row.activity.state == _S.SUBMITTED for row in read),
        "broken": sum(bool(row.errors) and row.activity.state == _S.SUBMITTED for row in read),
        "changes": changes,
        "is_waiting": plan.state == _S.SUBMITTED,
        "is_open": access.is_open(plan.edition),
        "next_plan": queries.next_waiting(request.user, plan),
        "events": audit.history_of(plan)[:30],
        "typed": {},
        **extra,
    }
    return render(request, "activities/review/plan.html", context, status=status)


def _parts(plan: Plan, comments: list[Any]) -> list[dict[str, Any]]:
    """The plan's texts in reading order, each with its remarks."""
    leader = " ".join(part for part in (plan.leader_name, plan.leader_phone) if part)
    texts = {
        "leader_name": leader, "leaders": plan.leaders, "goals": plan.goals, "safety": plan.safety,
        "publicity": plan.publicity,
    }  # fmt: skip
    return [
        {
            "name": name,
            "label": field_label(Plan, name),
            "text": text,
            "comments": [comment for comment in comments if comment.part == name],
        }
        for name, text in texts.items()
    ]


def _read(row: queries.ReadActivity, plan: Plan) -> dict[str, Any]:
    sessions = [session_row(session, plan.edition) for session in row.activity.sessions.all()]
    return {
        "activity": row.activity,
        "row": row_of(row.activity),
        "errors": row.errors,
        "comments": row.comments,
        "sessions": sessions[:6],
        "more_sessions": max(0, len(sessions) - 6),
        "tags": tags_of(row.activity),
    }


def _deciding(
    find: Callable[[HttpRequest, int], Any],
    page: Callable[..., HttpResponse],
    verb: Callable[[HttpRequest, Any], str],
) -> Callable[..., HttpResponseBase]:
    """A POST view around one decision; a refusal shows the thing as it is now with what the person typed kept."""

    @require_POST
    @login_required
    def view(request: HttpRequest, pk: int) -> HttpResponseBase:
        thing = find(request, pk)
        try:
            return redirect(verb(request, thing))
        except DomainError as error:
            if error.status not in (400, 409):
                raise
            typed = {key: value for key, value in request.POST.items() if key != "csrfmiddlewaretoken"}
            try:
                fresh = find(request, pk)
            except (Http404, PermissionDenied):
                messages.error(request, error.message)
                return redirect("activities:review")
            return page(request, fresh, error.status, problem=error.message, details=error.details, typed=typed)

    return view


def _activity_page(request: HttpRequest, activity: Activity, status: int = 200, **extra: Any) -> HttpResponse:
    return render(request, "activities/activity.html", activity_context(request, activity, **extra), status=status)


def _after(request: HttpRequest, thing: Plan | Activity, text: str) -> str:
    """Say what was done and go on to the next that waits, or back to the queue."""
    messages.success(request, text)
    following = queries.next_waiting(request.user, thing)
    if following is not None and request.POST.get("then") == "next":
        name = "activities:plan_review" if isinstance(following, Plan) else "activities:activity"
        return reverse(name, args=[following.pk])
    what = "plans" if isinstance(thing, Plan) else "activities"
    return f"{reverse('activities:review')}?what={what}"


def _approve_plan(request: HttpRequest, plan: Plan) -> str:
    note = request.POST.get("note", "")
    approved, left = domain.approve_plan(plan, by=request.user, expected_version=version_in(request), note=note)  # type: ignore[arg-type]
    if left:
        text = ngettext(
            "有 %(count)s 项活动存在须改正的问题，没有一并通过，请逐项退回：%(names)s。",
            "有 %(count)s 项活动存在须改正的问题，没有一并通过，请逐项退回：%(names)s。",
            len(left),
        )
        names = "、".join(activity.title for activity in left[:5])
        messages.warning(request, text % {"count": len(left), "names": names})
    return _after(request, approved, _("已通过方案：%(plan)s。") % {"plan": approved})


def _return_plan(request: HttpRequest, plan: Plan) -> str:
    parts = {part: request.POST.get(f"part-{part}", "") for part in PARTS}
    remarks = {pk: request.POST.get(f"activity-{pk}", "") for pk in plan.activities.values_list("pk", flat=True)}
    returned = domain.return_plan(
        plan, by=request.user, expected_version=version_in(request), reason=request.POST.get("reason", ""),  # type: ignore[arg-type]
        parts={part: text for part, text in parts.items() if text.strip()},
        activities={pk: text for pk, text in remarks.items() if text.strip()},
    )  # fmt: skip
    return _after(request, returned, _("已退回方案：%(plan)s。对方会收到通知。") % {"plan": returned})


def _reopen_plan(request: HttpRequest, plan: Plan) -> str:
    reopen_plan(plan, by=request.user, reason=request.POST.get("reason", ""))  # type: ignore[arg-type]
    messages.success(request, _("已撤销通过，方案退回修改。"))
    return reverse("activities:plan_review", args=[plan.pk])


def _approve(request: HttpRequest, activity: Activity) -> str:
    note = request.POST.get("note", "")
    approved = domain.approve_activity(activity, by=request.user, expected_version=version_in(request), note=note)  # type: ignore[arg-type]
    return _after(request, approved, _("已通过：%(activity)s。") % {"activity": approved})


def _return(request: HttpRequest, activity: Activity) -> str:
    reason = request.POST.get("reason", "")
    returned = domain.return_activity(activity, by=request.user, expected_version=version_in(request), reason=reason)  # type: ignore[arg-type]
    return _after(request, returned, _("已退回：%(activity)s。对方会收到通知。") % {"activity": returned})


def _reopen(request: HttpRequest, activity: Activity) -> str:
    domain.reopen_activity(activity, by=request.user, reason=request.POST.get("reason", ""))  # type: ignore[arg-type]
    messages.success(request, _("已撤销通过，活动退回修改，不再公开。"))
    return reverse("activities:activity", args=[activity.pk])


def _take_down(request: HttpRequest, activity: Activity) -> str:
    domain.withdraw_activity(activity, by=request.user, reason=request.POST.get("reason", ""))  # type: ignore[arg-type]
    messages.success(request, _("已从门户撤下。"))
    return reverse("activities:activity", args=[activity.pk])


def _put_back(request: HttpRequest, activity: Activity) -> str:
    domain.put_back(activity, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("已恢复公开。"))
    return reverse("activities:activity", args=[activity.pk])


plan_approve = _deciding(_plan_for, _plan_page, _approve_plan)
plan_return = _deciding(_plan_for, _plan_page, _return_plan)
plan_reopen = _deciding(_plan_for, _plan_page, _reopen_plan)
approve = _deciding(_activity_for, _activity_page, _approve)
return_ = _deciding(_activity_for, _activity_page, _return)
reopen = _deciding(_activity_for, _activity_page, _reopen)
take_down = _deciding(activity_of, _activity_page, _take_down)
put_back = _deciding(_activity_for, _activity_page, _put_back)


@posting
def comment(request: HttpRequest, pk: int) -> str:
    """A remark on an activity, by its organiser or who decides on it."""
    found = activity_of(request, pk)
    verbs.add_comment(found, by=request.user, text=request.POST.get("text", ""))  # type: ignore[arg-type]
    return reverse("activities:activity", args=[pk]) + "#comments"


@posting
def resolve(request: HttpRequest, pk: int) -> str:
    """A remark is settled."""
    found = activity_of(request, pk)
    remark = get_object_or_404(ActivityComment, pk=number_in(request.POST.get("comment")), activity=found)
    verbs.resolve_comment(remark, by=request.user)  # type: ignore[arg-type]
    return reverse("activities:activity", args=[pk]) + "#comments"
