"""The queue and the review page; each form calls one verb (C10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from skillweek.core import audit
from skillweek.core.asked import back_to, number_in
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError
from skillweek.editions.models import Edition
from skillweek.organisations.access import can_review, reach_q
from skillweek.organisations.models import Line, SchoolType
from skillweek.reports.domain import comments as comment_verbs
from skillweek.reports.domain import review as verbs
from skillweek.reports.models import DailyReport, ItemComment, ReportItem, ReportVersion
from skillweek.reports.queries.detail import detail_of
from skillweek.reports.queries.queue import (
    PAGE_SIZE,
    QueueFilter,
    nearest_reviewers,
    next_waiting,
    queue,
    queue_rows,
    reviewable,
)
from skillweek.reports.queries.scope import districts_below
from skillweek.reports.queries.versions import compare
from skillweek.reports.views.bureau import bureau_page, chosen_edition, no_edition

_SKIPPED_SHOWN = 10


@require_GET
@bureau_page
def queue_page(request: HttpRequest) -> HttpResponseBase:
    """What waits for the reviewer, the longest waiting first."""
    edition = chosen_edition(request)
    if edition is None:
        return no_edition(request)
    chosen = QueueFilter.from_query(request.GET)
    reports = queue(request.user, edition, chosen)
    page = Paginator(reports, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = queue_rows(list(page.object_list))
    # The first of the first page waits the longest.
    oldest = rows[0].report.submitted_at if rows and page.number == 1 else None
    flags = {
        "late": _("逾期报送"),
        "errors": _("有错误"),
        "lookalike": _("有相同文件"),
        "again": _("修改后重报"),
        "direct": _("只看直属学校"),
    }
    context = {
        "edition": edition,
        "is_open": edition.state == Edition.State.OPEN,
        "chosen": chosen,
        "page": page,
        "rows": rows,
        "oldest": timesince(oldest, now(), depth=1) if oldest else "",
        "query": chosen.as_query(edition=edition.slug),
        "districts": districts_below(request.user),
        "lines": Line.choices,
        "school_types": SchoolType.choices,
        "flags": [(key, label, key in chosen.flags) for key, label in flags.items()],
    }
    return render(request, "reports/review/queue.html", context)


@require_POST
@bureau_page
def queue_accept(request: HttpRequest) -> HttpResponseBase:
    """Accept the ticked reports. Each tick carries the version that the list showed: ``<id>:<version>``."""
    choices: dict[int, int] = {}
    for value in request.POST.getlist("report"):
        report_id, version = map(number_in, value.partition(":")[::2])
        if report_id is not None and version is not None:
            choices[report_id] = version
    target = back_to(request, reverse("reports:queue"))
    if not choices:
        messages.info(request, _("请先勾选要通过的报告。"))
        return redirect(target)
    confirmed = request.POST.get("confirm_errors") == "1"
    outcome = verbs.accept_selected(choices, by=request.user, confirm_errors=confirmed)  # type: ignore[arg-type]
    if outcome.accepted:
        number = len(outcome.accepted)
        text = ngettext("已通过 %(count)s 份报告。", "已通过 %(count)s 份报告。", number)
        messages.success(request, text % {"count": number})
    for skipped in outcome.skipped[:_SKIPPED_SHOWN]:
        messages.warning(request, _("没有处理《%(report)s》：%(why)s") % {"report": skipped.report, "why": skipped.why})
    if (rest := len(outcome.skipped) - _SKIPPED_SHOWN) > 0:
        messages.warning(request, _("另有 %(count)s 份没有处理，仍在列表中。") % {"count": rest})
    return redirect(target)


def _report_for(request: HttpRequest, pk: int) -> DailyReport:
    """A report that has been handed in and that the person may see, else 404."""
    reports = DailyReport.objects.filter(reach_q(request.user)).exclude(state=DailyReport.State.DRAFT)
    return get_object_or_404(reports.select_related("organisation", "edition", "submitted_by", "decided_by"), pk=pk)


def _must_decide(request: HttpRequest, report: DailyReport) -> None:
    """403 for people who see the report but do not review it, such as the school itself."""
    if not can_review(request.user, report.organisation):
        raise PermissionDenied


def _page(request: HttpRequest, report: DailyReport, status: int = 200, **extra: Any) -> HttpResponse:
    versions = list(ReportVersion.objects.filter(report=report).select_related("submitted_by").defer("snapshot"))
    following = next_waiting(request.user, report)
    context = {
        "report": report,
        "detail": detail_of(request.user, report),
        "versions": versions,
        "history": audit.history_of(report)[:50],
        "next_report": following,
        "nearest": nearest_reviewers(report.organisation, request.user),
        "is_waiting": report.state == DailyReport.State.SUBMITTED,
        "may_decide": report.edition.state != Edition.State.CLOSED,
        "figures": _figures(report),
        **extra,
    }
    return render(request, "reports/review/review.html", context, status=status)


def _figures(report: DailyReport) -> list[tuple[str, int]]:
    """The take-part figures with the edition's own labels, in its order; unknown codes are left out."""
    fields = report.edition.doc.report_figures
    return [(field.label, report.figures[field.code]) for field in fields if report.figures.get(field.code) is not None]


@require_GET
@login_required
def review_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Read one report side by side and decide."""
    report = _report_for(request, pk)
    _must_decide(request, report)
    return _page(request, report)


def _deciding(verb: Callable[[HttpRequest, DailyReport], str]) -> Callable[..., HttpResponseBase]:
    """A POST view around one verb; a refusal shows the report as it is now with what the person typed kept."""

    @require_POST
    @login_required
    def view(request: HttpRequest, pk: int) -> HttpResponseBase:
        report = _report_for(request, pk)
        _must_decide(request, report)
        try:
            target = verb(request, report)
        except DomainError as error:
            if error.status not in (400, 409):
                raise
            fresh = _report_for(request, pk) if not isinstance(error, Conflict) else _still_there(request, pk)
            if fresh is None:
                messages.error(request, error.message)
                return redirect("reports:queue")
            typed = {key: request.POST.get(key, "") for key in ("note", "reason", "text")}
            return _page(request, fresh, error.status, problem=error.message, typed=typed)
        return redirect(target)

    return view


def _still_there(request: HttpRequest, pk: int) -> DailyReport | None:
    """The report after a conflict; None when the school took it back into a draft."""
    if not reviewable(request.user).filter(pk=pk).exists():
        return None
    return _report_for(request, pk)


def _version(request: HttpRequest) -> int:
    version = number_in(request.POST.get("version"))
    return -1 if version is None else version


def _after(request: HttpRequest, report: DailyReport, text: str) -> str:
    """Say what was done and go on to the next waiting report, or back to the queue."""
    messages.success(request, text)
    following = next_waiting(request.user, report)
    if following is not None and request.POST.get("then") == "next":
        return reverse("reports:review", args=[following.pk])
    return f"{reverse('reports:queue')}?edition={report.edition.slug}"


def _accept(request: HttpRequest, report: DailyReport) -> str:
    note = request.POST.get("note", "")
    verbs.accept_report(report, by=request.user, expected_version=_version(request), note=note)  # type: ignore[arg-type]
    return _after(request, report, _("已通过：%(report)s。") % {"report": report})


def _return(request: HttpRequest, report: DailyReport) -> str:
    reason = request.POST.get("reason", "")
    verbs.return_for_correction(report, by=request.user, expected_version=_version(request), reason=reason)  # type: ignore[arg-type]
    return _after(request, report, _("已退回：%(report)s。学校会收到通知。") % {"report": report})


def _reopen(request: HttpRequest, report: DailyReport) -> str:
    verbs.reopen_report(report, by=request.user, reason=request.POST.get("reason", ""))  # type: ignore[arg-type]
    messages.success(request, _("已撤销通过，报告回到待审核。"))
    return reverse("reports:review", args=[report.pk])


def _item_of(request: HttpRequest, report: DailyReport) -> ReportItem | None:
    """The piece the form is about; None when it is about the whole report. A piece of another report is a 404."""
    value = request.POST.get("item", "")
    return get_object_or_404(ReportItem, pk=number_in(value) or 0, report=report, removed_at=None) if value else None


def _highlight(request: HttpRequest, report: DailyReport) -> str:
    on = request.POST.get("on") == "1"
    if item := _item_of(request, report):
        verbs.mark_item_highlight(item, by=request.user, on=on)  # type: ignore[arg-type]
        return f"{reverse('reports:review', args=[report.pk])}#item-{item.pk}"
    verbs.mark_report_highlight(report, by=request.user, on=on)  # type: ignore[arg-type]
    return reverse("reports:review", args=[report.pk])


def _comment(request: HttpRequest, report: DailyReport) -> str:
    item = _item_of(request, report)
    comment_verbs.add_comment(report, by=request.user, text=request.POST.get("text", ""), item=item)  # type: ignore[arg-type]
    return reverse("reports:review", args=[report.pk]) + (f"#item-{item.pk}" if item else "#comments")


def _resolve(request: HttpRequest, report: DailyReport) -> str:
    comment = get_object_or_404(ItemComment, pk=number_in(request.POST.get("comment")) or 0, report=report)
    comment_verbs.resolve_comment(comment, by=request.user)  # type: ignore[arg-type]
    place = f"#item-{comment.item_id}" if comment.item_id else "#comments"
    return reverse("reports:review", args=[report.pk]) + place


review_accept = _deciding(_accept)
review_return = _deciding(_return)
review_reopen = _deciding(_reopen)
review_highlight = _deciding(_highlight)
review_comment = _deciding(_comment)
review_comment_resolve = _deciding(_resolve)


@require_GET
@login_required
def review_compare(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What changed between two submissions; by default between the last two."""
    report = _report_for(request, pk)
    _must_decide(request, report)
    versions = list(ReportVersion.objects.filter(report=report).select_related("submitted_by"))
    by_number = {version.number: version for version in versions}
    newer = by_number.get(number_in(request.GET.get("to")) or 0, versions[0] if versions else None)
    older_default = next((each for each in versions if newer and each.number < newer.number), None)
    older = by_number.get(number_in(request.GET.get("from")) or 0, older_default)
    changes = compare(older.snapshot, newer.snapshot) if older and newer else None
    context = {"report": report, "versions": versions, "older": older, "newer": newer, "changes": changes}
    return render(request, "reports/review/compare.html", context)
