"""The line above decides on what a school handed in: accept, return, reopen, highlight (C10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.editions.models import Edition
from skillweek.notifications.domain import notify
from skillweek.organisations.access import FILING_ROLES, can_review
from skillweek.organisations.models import Organisation, User
from skillweek.organisations.queries import people_with
from skillweek.reports.models import DailyReport, ReportItem
from skillweek.reports.signals import report_state_changed


@dataclass(frozen=True)
class Skipped:
    """A report that a bulk decision left alone, and why, in a sentence for the reviewer."""

    report: DailyReport
    why: str


@dataclass
class BulkOutcome:
    """What became of the reports selected for a bulk acceptance."""

    accepted: list[DailyReport] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def must_review(by: Any, report: DailyReport) -> None:
    """Raise NotAllowed unless ``by`` reviews the report's school from strictly above and the edition is open."""
    if not can_review(by, report.organisation):
        raise NotAllowed(_("只有上级单位的审核员可以审核这份报告。"))
    if report.edition.state == Edition.State.CLOSED:
        raise NotAllowed(_("本届活动周已归档，不能再改动审核结果。"))


def filers_of(organisation: Organisation) -> list[User]:
    """The active people who write or hand in the organisation's reports, each once."""
    return people_with(FILING_ROLES, organisation)


def locked(report_id: int) -> DailyReport:
    """The report as it is now, locked until the surrounding transaction ends."""
    return (
        DailyReport.objects.select_for_update(of=("self",)).select_related("organisation", "edition").get(pk=report_id)
    )


def _must_be_as_read(report: DailyReport, expected_version: int) -> None:
    """Raise Conflict unless the report still waits for a decision in the version that the reviewer read."""
    if report.state == DailyReport.State.SUBMITTED and report.version == expected_version:
        return
    details = [{"state": report.state, "version": report.version}]
    if report.state in (DailyReport.State.ACCEPTED, DailyReport.State.RETURNED):
        decider = str(report.decided_by) if report.decided_by else _("其他审核员")
        template = _("%(who)s已先作出“%(state)s”的决定，您的操作没有生效。请刷新查看。")
        raise Conflict(
            template % {"who": decider, "state": report.get_state_display()}, code="already_decided", details=details
        )
    if report.state == DailyReport.State.DRAFT:
        raise Conflict(_("学校已撤回这份报告，您的操作没有生效。"), code="withdrawn", details=details)
    raise Conflict(_("学校在您阅读期间重新报送了这份报告。请刷新后阅读新内容再决定。"), code="changed", details=details)


@transaction.atomic
def accept_report(report: DailyReport, *, by: User, expected_version: int, note: str = "") -> DailyReport:
    """Accept the report in the version that the reviewer read, tell the school, and return it (C10).

    Raises NotAllowed when ``by`` does not review this school, Conflict when the school or a colleague was
    quicker, DomainError when ``note`` is too long.
    """
    fresh = locked(report.pk)
    must_review(by, fresh)
    note = clean_note(note)
    _must_be_as_read(fresh, expected_version)
    _decide(fresh, DailyReport.State.ACCEPTED, by, note)
    _record("report.accept", fresh, by, note)
    report_state_changed.send(sender=DailyReport, report=fresh, was=DailyReport.State.SUBMITTED, actor=by)
    _tell_school(fresh, by, "report.accepted")
    return fresh


@transaction.atomic
def return_for_correction(report: DailyReport, *, by: User, expected_version: int, reason: str) -> DailyReport:
    """Send the report back to the school with a reason; open comments go with it (C10).

    Raises DomainError without a reason, NotAllowed and Conflict like ``accept_report``.
    """
    fresh = locked(report.pk)
    must_review(by, fresh)
    reason = clean_note(reason, required=_("请写明退回原因，学校才知道要改什么。"), field="reason")
    _must_be_as_read(fresh, expected_version)
    _decide(fresh, DailyReport.State.RETURNED, by, reason)
    open_comments = fresh.comments.filter(resolved_at=None).count()
    _record("report.return", fresh, by, reason, comments=open_comments)
    report_state_changed.send(sender=DailyReport, report=fresh, was=DailyReport.State.SUBMITTED, actor=by)
    _tell_school(fresh, by, "report.returned")
    return fresh


@transaction.atomic
def reopen_report(report: DailyReport, *, by: User, reason: str) -> DailyReport:
    """Take an acceptance back: the report waits for review again (C10).

    Raises DomainError without a reason, Conflict when the report is not accepted, NotAllowed as always.
    """
    fresh = locked(report.pk)
    must_review(by, fresh)
    reason = clean_note(reason, required=_("请写明撤销通过的原因。"), field="reason")
    if fresh.state != DailyReport.State.ACCEPTED:
        raise Conflict(_("这份报告现在不是“已通过”状态，无需撤销。请刷新查看。"), code="not_accepted")
    fresh.state = DailyReport.State.SUBMITTED
    fresh.decided_at = fresh.decided_by = None
    fresh.decision_note = ""
    fresh.version += 1
    fresh.save()
    _record("report.reopen", fresh, by, reason)
    report_state_changed.send(sender=DailyReport, report=fresh, was=DailyReport.State.ACCEPTED, actor=by)
    _tell_school(fresh, by, "report.reopened", text=reason)
    return fresh


def accept_selected(choices: Mapping[int, int], *, by: User, confirm_errors: bool = False) -> BulkOutcome:
    """Accept several reports, each in its own transaction with its own audit record (C10).

    ``choices`` maps report id → the version shown in the list. Those changed, decided or out of reach
    meanwhile are skipped and told; so are those with errors unless ``confirm_errors``.
    """
    outcome = BulkOutcome()
    reports = DailyReport.objects.select_related("organisation", "edition").in_bulk(list(choices))
    for report_id, version in choices.items():
        report = reports.get(report_id)
        if report is None or not can_review(by, report.organisation):
            continue
        if not confirm_errors and has_errors(report):
            outcome.skipped.append(Skipped(report, _("检查结果中有错误，需要逐份审核，或勾选“包括有错误的报告”。")))
            continue
        try:
            outcome.accepted.append(accept_report(report, by=by, expected_version=version))
        except DomainError as error:
            outcome.skipped.append(Skipped(report, error.message))
    return outcome


@transaction.atomic
def mark_report_highlight(report: DailyReport, *, by: User, on: bool) -> DailyReport:
    """Mark or unmark the whole report as a highlight (亮点). Drafts and returned ones cannot be marked."""
    fresh = locked(report.pk)
    must_review(by, fresh)
    _must_be_handed_in(fresh)
    if fresh.is_highlight != on:
        fresh.is_highlight = on
        fresh.save(update_fields=["is_highlight", "updated_at"])
        verb = "report.highlight" if on else "report.unhighlight"
        audit.record(verb, fresh, actor=by, organisation_id=fresh.organisation_id)
    return fresh


@transaction.atomic
def mark_item_highlight(item: ReportItem, *, by: User, on: bool) -> ReportItem:
    """Mark or unmark one piece of material as a highlight. The audit record stands on the report."""
    report = locked(item.report_id)
    must_review(by, report)
    _must_be_handed_in(report)
    fresh = ReportItem.objects.get(pk=item.pk)
    if fresh.is_highlight != on:
        fresh.is_highlight = on
        fresh.save(update_fields=["is_highlight", "updated_at"])
        verb = "report.item_highlight" if on else "report.item_unhighlight"
        data = {"item": fresh.pk, "label": str(fresh)}
        audit.record(verb, report, actor=by, organisation_id=report.organisation_id, data=data)
    return fresh


def has_errors(report: DailyReport) -> bool:
    """Whether any material in the report has a finding of the severity "error", or it was filed in spite of one."""
    if report.error_reason:
        return True
    findings = report.items.filter(removed_at=None).values_list("findings", flat=True)
    return any(finding.get("severity") == "error" for row in findings for finding in row)


def _must_be_handed_in(report: DailyReport) -> None:
    if report.state not in (DailyReport.State.SUBMITTED, DailyReport.State.ACCEPTED):
        raise Conflict(_("学校正在修改这份报告，重新报送后才能标记亮点。"), code="not_submitted")


def _decide(report: DailyReport, state: DailyReport.State, by: User, note: str) -> None:
    report.state = state
    report.decided_at = now()
    report.decided_by = by
    report.decision_note = note
    report.version += 1
    report.save()


def _record(verb: str, report: DailyReport, by: User, reason: str, **data: Any) -> None:
    """Write the audit trail with what the report is at this moment."""
    latest = report.versions.order_by("-number").values_list("number", flat=True).first()
    seen = {"state": report.state, "version": report.version, "submission": latest, "day": report.day.isoformat()}
    audit.record(verb, report, actor=by, organisation_id=report.organisation_id, reason=reason, data={**seen, **data})


def _tell_school(report: DailyReport, by: User, kind: str, *, text: str = "") -> None:
    """Tell the school's people, in the inbox and as each of them wants."""
    open_comments = report.comments.filter(resolved_at=None).count()
    notify(
        filers_of(report.organisation),
        kind=kind,
        context={
            "day": report.day,
            "who": by,
            "note": text or report.decision_note,
            "count": open_comments if kind == "report.returned" and open_comments else "",
        },
        url=reverse("reports:edit", args=[report.pk]),
        dedupe_key=f"{kind}:{report.pk}:{report.version}",
        organisation=report.organisation,
    )
