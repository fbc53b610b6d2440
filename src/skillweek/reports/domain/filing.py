"""The school's verbs on a whole report: begin, hand in, take back, ask the liaison (C1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from skillweek.core import audit
from skillweek.core.clock import now, today_in
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.editions.models import Edition
from skillweek.notifications.domain import notify
from skillweek.organisations.access import SUBMITTING_ROLES, can_review, can_submit_for
from skillweek.organisations.models import Organisation, User
from skillweek.organisations.queries import people_with
from skillweek.reports import access
from skillweek.reports.domain.review import locked
from skillweek.reports.findings import error_count, refresh_findings, report_findings
from skillweek.reports.models import DailyReport, ReportItem, ReportVersion
from skillweek.reports.signals import report_state_changed

_S = DailyReport.State


def must_be_fileable(by: Any, organisation: Organisation, edition: Edition, day: date) -> None:
    """Raise NotAllowed or DomainError unless ``by`` may write this school's report about ``day`` at all (C1)."""
    if not access.can_file(by, organisation):
        raise NotAllowed(_("您不是“%(school)s”的填报人员，不能填写它的一日一报。") % {"school": organisation})
    if edition.state != Edition.State.OPEN:
        raise DomainError(_("“%(edition)s”现在不接收一日一报。") % {"edition": edition}, code="edition_closed")
    if day not in edition.days:
        raise DomainError(_("这一天不在活动周内，不需要报送。"), field="day", code="day_outside")
    if day > today_in(edition.zone):
        raise DomainError(_("这一天还没有到，当天起可以开始填写。"), field="day", code="day_future")


@transaction.atomic
def open_report(by: User, organisation: Organisation, edition: Edition, day: date) -> DailyReport:
    """Return the school's report about ``day``, begun now if there is none. Raises like ``must_be_fileable``."""
    must_be_fileable(by, organisation, edition, day)
    report, created = DailyReport.objects.select_related("edition", "organisation").get_or_create(
        edition=edition, organisation=organisation, day=day
    )
    if created:
        audit.record("report.begin", report, actor=by, organisation_id=organisation.pk)
    return report


def must_be_editable(by: Any, report: DailyReport) -> None:
    """Raise NotAllowed or Conflict unless ``by`` may change this report now, in words for the person."""
    if access.can_edit(by, report):
        return
    if not access.can_file(by, report.organisation):
        raise NotAllowed(_("您不是“%(school)s”的填报人员，不能修改它的一日一报。") % {"school": report.organisation})
    reasons = {
        _S.SUBMITTED: _("这份一日一报已经提交，正在等待审核。如需修改，请先撤回。"),
        _S.ACCEPTED: _("这份一日一报已经通过审核，不能再修改。"),
    }
    text = reasons.get(_S(report.state), _("本届活动周已归档，不能再修改。"))
    raise Conflict(text, code="not_editable", details=[{"state": report.state, "version": report.version}])


@transaction.atomic
def submit_report(
    report: DailyReport,
    *,
    by: User,
    expected_version: int,
    error_reason: str = "",
    arrived_at: datetime | None = None,
) -> DailyReport:
    """Hand the report in as the person saw it in ``expected_version``, keep the version, and return it (C1).

    Late is flagged by the first submission, never refused; of a mail it counts when our server got it, ``arrived_at``
    (C8). Raises DomainError ``has_errors`` with the findings in
    ``details`` unless ``error_reason`` says why it is filed nevertheless; Conflict when it changed meanwhile or
    is handed in already; NotAllowed for people who may not hand in.
    """
    fresh = locked(report.pk)
    must_be_editable(by, fresh)
    if not access.can_submit(by, fresh):
        raise NotAllowed(_("只有学校联络员可以提交。您填写的内容都已保存，请联络员核对后提交。"))
    items = refresh_findings(fresh)
    _must_be_as_seen(fresh, expected_version)
    findings = [row for item in items for row in item.findings] + report_findings(fresh, items)
    errors = [row for row in findings if row.get("severity") == "error"]
    reason = clean_note(error_reason, field="error_reason")
    if errors and not reason:
        text = _("还有 %(count)s 处不符合要求，请先修改；确有原因不能修改的，请写明理由后提交。")
        raise DomainError(
            text % {"count": error_count(findings)}, code="has_errors", field="error_reason", details=errors
        )
    moment, was = min(now(), arrived_at or now()), fresh.state
    _take_in(fresh, by, reason if errors else "", moment)
    number = (fresh.versions.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    ReportVersion.objects.create(
        report=fresh, number=number, snapshot=snapshot(fresh, items), submitted_by=by, submitted_at=moment
    )
    data = {"version": fresh.version, "submission": number, "late": fresh.is_late, "errors": len(errors)}
    audit.record("report.submit", fresh, actor=by, organisation_id=fresh.organisation_id, reason=reason, data=data)
    report_state_changed.send(sender=DailyReport, report=fresh, was=was, actor=by)
    return fresh


def _must_be_as_seen(report: DailyReport, expected_version: int) -> None:
    if report.version != expected_version:
        raise Conflict(
            _("您提交时，这份报告刚被同事修改过。请核对下面的最新内容，再提交一次。"),
            code="changed",
            details=[{"version": report.version}],
        )


def _take_in(report: DailyReport, by: User, reason: str, moment: datetime) -> None:
    returned_by = report.decided_by if report.state == _S.RETURNED else None
    if report.first_submitted_at is None:
        report.first_submitted_at = moment
        report.is_late = moment > report.deadline
    report.state = _S.SUBMITTED
    report.submitted_at, report.submitted_by = moment, by
    report.error_reason = reason
    report.decided_at, report.decided_by, report.decision_note = None, None, ""
    report.version += 1
    report.save()
    if returned_by is not None and can_review(returned_by, report.organisation):
        _tell_reviewer(report, returned_by)


def _tell_reviewer(report: DailyReport, reviewer: User) -> None:
    """Whoever returned it learns that it came again."""
    notify(
        [reviewer],
        kind="report.resubmitted",
        context={"school": report.organisation, "day": report.day},
        url=reverse("reports:review", args=[report.pk]),
        dedupe_key=f"report.resubmitted:{report.pk}:{report.version}",
        organisation=report.organisation,
    )


@transaction.atomic
def withdraw_report(report: DailyReport, *, by: User) -> DailyReport:
    """Take back what nobody has decided on yet, to change it. Raises NotAllowed or Conflict."""
    fresh = locked(report.pk)
    if not access.can_withdraw(by, fresh):
        if not access.can_submit(by, fresh) and fresh.state != _S.SUBMITTED:
            must_be_editable(by, fresh)
        if fresh.state == _S.SUBMITTED and can_submit_for(by, fresh.organisation):
            raise Conflict(_("本届活动周已归档，不能再修改。"), code="not_editable")
        if fresh.state == _S.SUBMITTED:
            raise NotAllowed(_("只有学校联络员可以撤回已提交的报告。"))
        raise Conflict(_("这份报告现在不是待审核状态，不需要撤回。"), code="not_submitted")
    fresh.state = _S.DRAFT
    fresh.version += 1
    fresh.save()
    audit.record("report.withdraw", fresh, actor=by, organisation_id=fresh.organisation_id)
    report_state_changed.send(sender=DailyReport, report=fresh, was=_S.SUBMITTED, actor=by)
    return fresh


@transaction.atomic
def ask_for_submission(report: DailyReport, *, by: User) -> int:
    """A colleague who may not hand in tells the liaisons that the report is ready; return how many were told.

    Raises DomainError when the school has nobody who may hand in.
    """
    fresh = locked(report.pk)
    must_be_editable(by, fresh)
    liaisons = [user for user in people_with(SUBMITTING_ROLES, fresh.organisation) if user.pk != by.pk]
    if not liaisons:
        raise DomainError(_("本校还没有联络员。请联系上级单位，把联络员添加到平台。"), code="no_liaison")
    notify(
        liaisons,
        kind="report.ready",
        context={"who": by, "day": fresh.day},
        url=reverse("reports:edit", args=[fresh.pk]),
        dedupe_key=f"report.ready:{fresh.pk}:{fresh.version}",
        organisation=fresh.organisation,
    )
    audit.record("report.ask", fresh, actor=by, organisation_id=fresh.organisation_id)
    return len(liaisons)


def snapshot(report: DailyReport, items: Sequence[ReportItem]) -> dict[str, Any]:
    """The report as plain JSON, exactly as it is now: what ``ReportVersion`` keeps and ``queries.versions`` compares.

    ``{note, error_reason, figures, figure_labels, items: [{client_id, kind, position, title, text, caption, source,
    outlet, level, published_on, link, word_count, findings, file, photo_file}]}``; a file is ``{id, name, size,
    sha256}`` or null.
    """
    labels = {figure.code: figure.label for figure in report.edition.doc.report_figures}
    return {
        "note": report.note,
        "error_reason": report.error_reason,
        "figures": report.figures,
        "figure_labels": labels,
        "items": [_item_snapshot(item) for item in items],
    }


def _item_snapshot(item: ReportItem) -> dict[str, Any]:
    plain = (
        "kind",
        "position",
        "title",
        "text",
        "caption",
        "source",
        "outlet",
        "level",
        "link",
        "word_count",
        "findings",
    )
    return {
        "client_id": str(item.client_id),
        **{name: getattr(item, name) for name in plain},
        "published_on": item.published_on.isoformat() if item.published_on else "",
        "file": _file_snapshot(item.file),
        "photo_file": _file_snapshot(item.photo_file),
    }


def _file_snapshot(file: Any) -> dict[str, Any] | None:
    if file is None:
        return None
    return {"id": str(file.pk), "name": file.name, "size": file.size, "sha256": file.sha256}
