"""The form as a school fills it in: prefilled, each figure unfolds, a correction has a reason (C12)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from skillweek.core.asked import number_in
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.organisations.access import can_file_for, scope_of
from skillweek.reports import access as reports_access
from skillweek.reports.models import DailyReport
from skillweek.statistics import access
from skillweek.statistics.domain.common import must_write
from skillweek.statistics.domain.counting import count_again
from skillweek.statistics.domain.review import resolve_comment
from skillweek.statistics.domain.submission import submit_form, withdraw_form
from skillweek.statistics.domain.values import save_figure, save_note
from skillweek.statistics.models import FormComment, FormEntry
from skillweek.statistics.queries.figures import FigureView, rows_behind
from skillweek.statistics.views.common import edition_or_404, entry_or_404, form_context, school_or_404


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponseBase:
    """Where somebody's work with figures begins: reviewers at the queue, a school at its form."""
    if scope_of(request.user).deciding_paths:
        return redirect("statistics:queue")
    units = list(access.own_units(request.user)[:50])
    if len(units) == 1:
        return redirect("statistics:form", organisation_id=units[0].pk)
    return render(request, "statistics/index.html", {"units": units})


@require_GET
@login_required
def form(request: HttpRequest, organisation_id: int) -> HttpResponseBase:
    """The whole form, for the school and for those above it."""
    entry = entry_or_404(request, organisation_id)
    return render(request, "statistics/form.html", form_context(request, entry))


def _figure_in(context: dict[str, Any], code: str) -> FigureView:
    for group in context["groups"]:
        for view in group.figures:
            if view.field.code == code:
                return view  # type: ignore[no-any-return]
    raise Http404


@require_GET
@login_required
def figure(request: HttpRequest, organisation_id: int, code: str) -> HttpResponseBase:
    """What is behind one figure: the rows that were counted, every correction. A fragment for htmx, else a page."""
    entry = entry_or_404(request, organisation_id)
    context = form_context(request, entry)
    context["view"] = _figure_in(context, code)
    context["rows"] = rows_behind(entry.edition, entry.organisation, code)
    context["rows_total"] = sum(row.amount for row in context["rows"])
    name = "statistics/_rows.html" if request.headers.get("HX-Request") else "statistics/figure.html"
    return render(request, name, context)


@require_POST
@login_required
def save(request: HttpRequest, organisation_id: int, code: str) -> HttpResponseBase:
    """Write one field. Answers with the field as it is now, or as it was typed with what is wrong."""
    entry = entry_or_404(request, organisation_id)
    typed, reason = request.POST.get("value", ""), request.POST.get("reason", "")
    error: DomainError | None = None
    try:
        save_figure(entry, code, typed, reason=reason, seen=request.POST.get("seen"), by=request.user)
    except NotAllowed:
        raise
    except DomainError as refusal:
        error = refusal
    entry.refresh_from_db()
    context = form_context(request, entry)
    context |= {"view": _figure_in(context, code), "is_update": True}
    if error is not None:
        context |= {"error": error.message, "typed": typed, "typed_reason": reason}
    elif not request.headers.get("HX-Request"):
        return redirect("statistics:form", organisation_id=organisation_id)
    return render(request, "statistics/_figure_update.html", context)


@require_POST
@login_required
def note(request: HttpRequest, organisation_id: int) -> HttpResponseBase:
    """Write the remark that goes with the form."""
    entry = entry_or_404(request, organisation_id)
    entry = save_note(entry, request.POST.get("note", ""), by=request.user)
    if not request.headers.get("HX-Request"):
        return redirect("statistics:form", organisation_id=organisation_id)
    return render(request, "statistics/_bar.html", form_context(request, entry) | {"is_update": True})


@require_POST
@login_required
def recount(request: HttpRequest, organisation_id: int) -> HttpResponseBase:
    """Count the form's figures again now."""
    entry = entry_or_404(request, organisation_id)
    must_write(request.user, entry)
    count_again(entry.edition, type(entry.organisation).objects.filter(pk=entry.organisation_id))
    messages.success(request, _("已按平台最新的数据重新统计。您修改过的数字没有变。"))
    return redirect("statistics:form", organisation_id=organisation_id)


@require_POST
@login_required
def submit(request: HttpRequest, organisation_id: int) -> HttpResponseBase:
    """Hand the form in."""
    entry = entry_or_404(request, organisation_id)
    reason = request.POST.get("error_reason", "")
    try:
        submit_form(
            entry, by=request.user, expected_version=number_in(request.POST.get("version")) or 0, error_reason=reason
        )
    except DomainError as refusal:
        entry.refresh_from_db()
        context = form_context(request, entry) | {"refusal": refusal.message, "typed_error_reason": reason}
        return render(request, "statistics/form.html", context, status=refusal.status)
    messages.success(request, _("情况统计表已提交，等待上级审核。"))
    return redirect("statistics:form", organisation_id=organisation_id)


@require_POST
@login_required
def withdraw(request: HttpRequest, organisation_id: int) -> HttpResponseBase:
    """Take back what was handed in."""
    withdraw_form(entry_or_404(request, organisation_id), by=request.user)
    messages.success(request, _("已撤回，可以继续修改。"))
    return redirect("statistics:form", organisation_id=organisation_id)


@require_POST
@login_required
def resolve(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Mark a remark as dealt with."""
    visible = FormEntry.objects.filter(pk__in=access.visible_to(request.user).values("pk"))
    comment = get_object_or_404(FormComment.objects.select_related("entry"), pk=pk, entry__in=visible)
    resolve_comment(comment, by=request.user)
    return redirect(f"{reverse('statistics:form', args=[comment.entry.organisation_id])}#f-{comment.code or 'whole'}")


@require_GET
@login_required
def report(request: HttpRequest, pk: int) -> HttpResponseBase:
    """From a counted row to the report: the school's page, or the reviewer's."""
    found = get_object_or_404(reports_access.visible_to(request.user).select_related("organisation"), pk=pk)
    assert isinstance(found, DailyReport)
    if can_file_for(request.user, found.organisation):
        return redirect("reports:file", organisation_id=found.organisation_id, day=found.day)
    return redirect("reports:review", pk=found.pk)


@require_GET
@login_required
def history(request: HttpRequest, organisation_id: int) -> HttpResponseBase:
    """Every version that was handed in, every correction and decision."""
    from skillweek.core.audit import history_of

    school = school_or_404(request, organisation_id)
    entry = get_object_or_404(access.visible_to(request.user), edition=edition_or_404(request), organisation=school)
    context = {"entry": entry, "school": school, "edition": entry.edition, "events": history_of(entry)[:200]}
    return render(
        request, "statistics/history.html", context | {"versions": entry.versions.select_related("submitted_by")}
    )
