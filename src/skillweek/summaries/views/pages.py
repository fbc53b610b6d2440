"""Summaries in the workspace: mine and those below, the editor, decisions, files (C11)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.content.html import plain_text
from skillweek.core.asked import number_in
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.materials.words import count_words
from skillweek.organisations.models import Organisation
from skillweek.reports.views.bureau import chosen_edition, no_edition
from skillweek.summaries import access
from skillweek.summaries.checks import findings_of
from skillweek.summaries.domain import review, writing
from skillweek.summaries.domain.reminders import missing_units, remind_units
from skillweek.summaries.figures import references
from skillweek.summaries.forms import SummaryForm
from skillweek.summaries.material import shown_photos
from skillweek.summaries.models import Summary
from skillweek.summaries.pdf import summary_as_pdf
from skillweek.summaries.word import summary_as_word

_PAGE_SIZE = 50


def summary_or_404(request: HttpRequest, pk: int) -> Summary:
    query = access.visible_to(request.user).select_related("organisation", "edition", "decided_by", "edited_by")
    summary: Summary = get_object_or_404(query, pk=pk)
    return summary


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponseBase:
    """My units' summaries, and, for reviewers, every unit below with what became of its summary."""
    edition = chosen_edition(request)
    if edition is None:
        return no_edition(request)
    mine = list(access.own_units(request.user))
    written = {row.organisation_id: row for row in Summary.objects.filter(edition=edition, organisation__in=mine)}
    units = access.reviewed_units(request.user)
    page = Paginator(units.order_by("path"), _PAGE_SIZE).get_page(request.GET.get("page"))
    rows = access.visible_to(request.user).filter(edition=edition, organisation__in=[unit.pk for unit in page])
    missing = missing_units(edition).filter(pk__in=units.values("pk"))
    below = {row.organisation_id: row for row in rows}
    context = {
        "edition": edition,
        "is_open": access.is_open(edition),
        "mine": [(unit, written.get(unit.pk)) for unit in mine],
        "page": page,
        "below": [(unit, below.get(unit.pk)) for unit in page],
        "missing": missing.count() if access.is_open(edition) else 0,
        "due_at": writing.due_at(edition),
    }
    return render(request, "summaries/index.html", context)


@require_POST
@login_required
def remind(request: HttpRequest) -> HttpResponseBase:
    """Remind every unit below that has not handed in."""
    edition = chosen_edition(request)
    if edition is None:
        raise Http404
    if number := remind_units(edition, by=request.user):
        text = ngettext("已提醒 %(number)d 个单位。", "已提醒 %(number)d 个单位。", number)
        messages.success(request, text % {"number": number})
    else:
        messages.info(request, _("没有需要提醒的单位，或者刚刚提醒过。"))
    return redirect(f"{reverse('summaries:index')}?edition={edition.slug}")


@require_POST
@login_required
def begin(request: HttpRequest, organisation_id: int) -> HttpResponseBase:
    """Compose the unit's summary, or go on with the one there is."""
    unit: Organisation = get_object_or_404(access.own_units(request.user), pk=organisation_id)
    edition = chosen_edition(request)
    if edition is None:
        raise Http404
    summary = writing.begin_summary(edition, unit, by=request.user)
    return redirect("summaries:summary", pk=summary.pk)


def _context(request: HttpRequest, summary: Summary, form: SummaryForm | None = None) -> dict[str, Any]:
    found = references(summary.edition, summary.organisation, summary.body)
    can_edit = access.can_edit(request.user, summary)
    if form is None and can_edit:
        form = SummaryForm({"version": summary.version, "title": summary.title, "body": summary.body})
        form.is_bound = False
        form.initial = {"version": summary.version, "title": summary.title, "body": summary.body}
    return {
        "summary": summary,
        "edition": summary.edition,
        "form": form,
        "can_edit": can_edit,
        "can_submit": can_edit and access.can_hand_in(request.user, summary.organisation),
        "can_withdraw": summary.state == Summary.State.SUBMITTED
        and access.is_open(summary.edition)
        and access.can_hand_in(request.user, summary.organisation),
        "can_decide": access.can_decide(request.user, summary) and access.is_open(summary.edition),
        "references": found,
        "is_stale": any(each.is_stale for each in found),
        "findings": findings_of(summary, found),
        "photos": shown_photos(summary),
        "words": count_words(plain_text(summary.body)),
        "due_at": writing.due_at(summary.edition),
        "versions": summary.versions.select_related("actor")[:30],
    }


@require_http_methods(["GET", "POST"])
@login_required
def summary_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Read it, or write it: the page saves by itself."""
    summary = summary_or_404(request, pk)
    if request.method == "GET":
        return render(request, "summaries/summary.html", _context(request, summary))
    form = SummaryForm(request.POST)
    if not form.is_valid():
        status = 422 if request.headers.get("HX-Request") else 200
        return render(request, "summaries/summary.html", _context(request, summary, form), status=status)
    values = form.cleaned_data
    is_quiet = bool(request.headers.get("HX-Request"))
    try:
        summary = writing.save_summary(
            summary, title=values["title"], body=values["body"], by=request.user, expected_version=values["version"]
        )
    except NotAllowed:
        raise
    except DomainError as refusal:
        context = _context(request, summary, form) | {"refusal": refusal.message}
        name = "summaries/_saved.html" if is_quiet else "summaries/summary.html"
        return render(request, name, context, status=200 if is_quiet else refusal.status)
    if is_quiet:
        return render(request, "summaries/_saved.html", _context(request, summary) | {"is_update": True})
    messages.success(request, _("已保存。"))
    return redirect("summaries:summary", pk=pk)


@require_POST
@login_required
def act(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One verb on the summary, named by ``what``. What was typed comes with it and is saved first."""
    summary = summary_or_404(request, pk)
    version = number_in(request.POST.get("version")) or 0
    if "body" in request.POST:
        form = SummaryForm(request.POST)
        if not form.is_valid():
            return render(request, "summaries/summary.html", _context(request, summary, form))
        values = form.cleaned_data
        try:
            summary = writing.save_summary(
                summary, title=values["title"], body=values["body"], by=request.user, expected_version=version
            )
        except NotAllowed:
            raise
        except DomainError as refusal:
            context = _context(request, summary, form) | {"refusal": refusal.message}
            return render(request, "summaries/summary.html", context, status=refusal.status)
        version = summary.version
        if request.POST.get("what") == "photos":
            return redirect("summaries:photos", pk=pk)
    reason = request.POST.get("reason", "")
    verbs: dict[str, Any] = {
        "compose": lambda: writing.compose_again(summary, by=request.user, expected_version=version),
        "figures": lambda: writing.refresh_figures(summary, by=request.user, expected_version=version),
        "submit": lambda: writing.submit_summary(summary, by=request.user, expected_version=version),
        "withdraw": lambda: writing.withdraw_summary(summary, by=request.user),
        "accept": lambda: review.accept_summary(summary, by=request.user, expected_version=version, remark=reason),
        "return": lambda: review.return_summary(summary, by=request.user, expected_version=version, reason=reason),
        "reopen": lambda: review.reopen_summary(summary, by=request.user, reason=reason),
    }
    said = {
        "compose": _("已重新生成。原来的文字留在版本里。"),
        "figures": _("数字已更新。"),
        "submit": _("情况总结已提交。"),
        "withdraw": _("已撤回，可以继续修改。"),
        "accept": _("已通过。"),
        "return": _("已退回，对方会收到通知。"),
        "reopen": _("已撤销通过。"),
    }
    if (verb := verbs.get(request.POST.get("what", ""))) is None:
        raise Http404
    try:
        verb()
    except NotAllowed:
        raise
    except DomainError as refusal:
        context = _context(request, summary) | {"refusal": refusal.message, "typed_reason": reason}
        return render(request, "summaries/summary.html", context, status=refusal.status)
    messages.success(request, said[request.POST["what"]])
    return redirect("summaries:summary", pk=pk)


@require_GET
@login_required
def version(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """One kept version, to read and to copy from."""
    summary = summary_or_404(request, pk)
    kept = get_object_or_404(summary.versions.select_related("actor"), number=number)
    return render(request, "summaries/version.html", {"summary": summary, "edition": summary.edition, "kept": kept})


@require_GET
@login_required
def word(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The summary as Word."""
    summary = summary_or_404(request, pk)
    return FileResponse(summary_as_word(summary), as_attachment=True, filename=f"{summary.title}.docx")


@require_GET
@login_required
def pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The summary as PDF."""
    summary = summary_or_404(request, pk)
    return FileResponse(summary_as_pdf(summary), as_attachment=True, filename=f"{summary.title}.pdf")
