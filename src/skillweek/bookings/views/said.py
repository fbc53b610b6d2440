"""What visitors said about an activity: for the organiser to read, and to choose what the public page shows (B6)."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from skillweek.activities.access import runs_q
from skillweek.activities.models import Activity
from skillweek.bookings.domain.feedback import GAINS, hide_comment, show_comment
from skillweek.bookings.models import Feedback
from skillweek.bookings.queries.feedback import feedback_summary, gains_of
from skillweek.bookings.views.staff import staff_page
from skillweek.core.errors import DomainError

_ROWS: Final = 30


@require_GET
@staff_page
def feedback(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Stars, gains and comments. Nobody is named: neither here nor on the public page."""
    rows = Activity.objects.filter(runs_q(request.user), state=Activity.State.APPROVED).select_related("edition")
    activity = get_object_or_404(rows, pk=pk)
    said = Feedback.objects.filter(session__activity=activity)
    summary = feedback_summary(activity)
    ticked = gains_of(said)
    comments = said.exclude(comment="").select_related("session").order_by("-updated_at", "-pk")
    context = {
        "activity": activity,
        "edition": activity.edition,
        "summary": summary,
        "stars": [(number, summary.by_stars.get(number, 0)) for number in range(5, 0, -1)],
        "gains": [(label, ticked.get(code, 0)) for code, label in GAINS.items()],
        "page": Paginator(comments, _ROWS).get_page(request.GET.get("page")),
    }
    return render(request, "bookings/feedback.html", context)


@require_POST
@staff_page
def show(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show a comment on the public page, or hide it."""
    rows = Feedback.objects.filter(runs_q(request.user, "session__activity__")).select_related("session")
    said = get_object_or_404(rows, pk=pk)
    try:
        if request.POST.get("shown") == "1":
            show_comment(said, actor=request.user)
            messages.success(request, _("这条评价已展示在活动页面上。"))
        else:
            hide_comment(said, actor=request.user)
            messages.success(request, _("这条评价已不再展示。"))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("bookings:feedback", pk=said.session.activity_id)
