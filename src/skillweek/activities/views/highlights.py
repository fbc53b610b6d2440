"""Reviewers' marks for feature activities, and the city's highlights in their order (B5)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from skillweek.activities import access_running
from skillweek.activities.domain import highlights as verbs
from skillweek.activities.forms.marks import MarksForm
from skillweek.activities.models import Activity, Assessment
from skillweek.activities.queries import marks as queries
from skillweek.activities.views.common import posting
from skillweek.activities.views.running import chosen_edition, handed_in_or_own, posted, run, status_of
from skillweek.core.asked import back_to
from skillweek.organisations.access import scope_of

_PAGE = 50
_SORTS = (
    ("marks", gettext_lazy("综合分")),
    ("substance", gettext_lazy("含金量")),
    ("distinction", gettext_lazy("辨识度")),
    ("influence", gettext_lazy("影响力")),
    ("unit", gettext_lazy("按单位")),
)


@login_required
@require_safe
def highlights(request: HttpRequest) -> HttpResponse:
    """Candidates by marks; the host sees its highlights above them and orders them."""
    if not scope_of(request.user).deciding_paths:
        raise PermissionDenied
    edition = chosen_edition(request)
    if edition is None:
        return render(request, "activities/coverage/no_edition.html")
    sort = request.GET.get("sort", "")
    sort = sort if sort in queries.SORTS else "marks"
    rows = queries.in_order(queries.reviewed_features(request.user, edition), sort).select_related("organisation")
    page = Paginator(rows, _PAGE).get_page(request.GET.get("page"))
    mine = Assessment.objects.filter(reviewer=request.user.pk, activity__in=[row.pk for row in page.object_list])
    context: dict[str, Any] = {
        "edition": edition,
        "page": page,
        "sort": sort,
        "sorts": _SORTS,
        "mine": set(mine.values_list("activity", flat=True)),
        "chooses": access_running.can_choose_highlights(request.user),
        "chosen": list(queries.highlights(edition)),
    }
    return render(request, "activities/highlights/highlights.html", context)


def _assessable(request: HttpRequest, pk: int) -> Activity:
    """A feature activity that the person decides on; others get 403 or 404."""
    activity = handed_in_or_own(request, pk)
    if not access_running.can_see_marks(request.user, activity):
        raise PermissionDenied
    if not access_running.can_assess(request.user, activity) and not activity.is_highlight:
        raise Http404
    return activity


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def assess(request: HttpRequest, pk: int) -> HttpResponse:
    """Give marks, read the others' marks."""
    activity = _assessable(request, pk)
    own = Assessment.objects.filter(activity=activity, reviewer=request.user.pk).first()
    initial = {name: getattr(own, name) for name in (*verbs.MARKS, "comment")} if own else {}
    form = MarksForm(posted(request), initial=initial)
    if form.is_valid() and _assess(request, activity, form):
        messages.success(request, _("已保存您的评价。"))
        return redirect("activities:assess", pk=pk)
    context = {
        "activity": activity,
        "form": form,
        "own": own,
        "can_assess": access_running.can_assess(request.user, activity),
        "marks": queries.marks_of(activity),
        "summary": queries.with_marks(Activity.objects.filter(pk=pk)).get(),
        "chooses": access_running.can_choose_highlights(request.user),
        "may_be_chosen": activity.state == Activity.State.APPROVED and not activity.is_cancelled,
    }
    return render(request, "activities/highlights/assess.html", context, status=status_of(form))


def _assess(request: HttpRequest, activity: Activity, form: MarksForm) -> bool:
    made = run(form, lambda: verbs.assess(activity, actor=request.user, **form.cleaned_data))
    return made is not None


@posting
def withdraw(request: HttpRequest, pk: int) -> HttpResponseBase | str:
    """Take one's own marks back."""
    activity = _assessable(request, pk)
    verbs.withdraw_assessment(activity, actor=request.user)
    messages.success(request, _("已撤回您的评价。"))
    return reverse("activities:assess", args=[pk])


def _any_activity(request: HttpRequest, pk: int) -> Activity:
    if not access_running.can_choose_highlights(request.user):
        raise PermissionDenied
    return handed_in_or_own(request, pk)


@posting
def choose(request: HttpRequest, pk: int) -> HttpResponseBase | str:
    """Make it a highlight, or take it from them (``drop``)."""
    activity = _any_activity(request, pk)
    if request.POST.get("drop"):
        verbs.drop_highlight(activity, actor=request.user)
        messages.success(request, _("「%(title)s」已不是亮点。") % {"title": activity.title})
    else:
        verbs.choose_highlight(activity, actor=request.user)
        messages.success(request, _("「%(title)s」已选为亮点，在门户优先展示。") % {"title": activity.title})
    return back_to(request, reverse("activities:highlights"))


@posting
def move(request: HttpRequest, pk: int) -> HttpResponseBase | str:
    """One place up or down."""
    activity = _any_activity(request, pk)
    up = request.POST.get("to") == "up"
    moved = verbs.move_highlight(activity, -1 if up else 1, actor=request.user)
    facts = {"title": moved.title, "place": moved.highlight_rank}
    messages.success(request, _("「%(title)s」现在排第 %(place)s。") % facts)
    return back_to(request, reverse("activities:highlights")) + f"#highlight-{pk}"
