"""Remarks on one item or on the whole report, by reviewers and by the school (C10)."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.editions.models import Edition
from skillweek.notifications.domain import notify
from skillweek.organisations.access import can_file_for, can_review
from skillweek.organisations.models import User
from skillweek.reports.models import DailyReport, ItemComment, ReportItem


def _must_take_part(report: DailyReport, by: User) -> None:
    if not can_review(by, report.organisation) and not can_file_for(by, report.organisation):
        raise NotAllowed(_("只有本校人员和上级审核员可以写批注。"))
    if report.edition.state == Edition.State.CLOSED:
        raise NotAllowed(_("本届活动周已归档，不能再写批注。"))


@transaction.atomic
def add_comment(report: DailyReport, *, by: User, text: str, item: ReportItem | None = None) -> ItemComment:
    """Write a remark on ``item``, or on the whole report without one, and return it.

    A school's remark on a decided report tells the reviewer who decided. Raises NotAllowed for people who
    neither review nor file this report, DomainError for an empty or too long text or an item of another report.
    """
    _must_take_part(report, by)
    text = clean_note(text, required=_("请先写批注内容。"), field="text")
    if item is not None and item.report_id != report.pk:
        raise DomainError(_("这项材料不属于这份报告。"), field="item")
    comment = ItemComment.objects.create(report=report, item=item, author=by, text=text)
    data = {"comment": comment.pk, "item": item.pk if item else None}
    audit.record("report.comment", report, actor=by, organisation_id=report.organisation_id, data=data)
    if not can_review(by, report.organisation) and report.decided_by is not None:
        _tell_reviewer(report, comment)
    return comment


@transaction.atomic
def resolve_comment(comment: ItemComment, *, by: User) -> ItemComment:
    """Mark a remark as settled. Safe to repeat. Raises NotAllowed like ``add_comment``."""
    _must_take_part(comment.report, by)
    fresh = ItemComment.objects.select_for_update().get(pk=comment.pk)
    if fresh.resolved_at is None:
        fresh.resolved_at = now()
        fresh.save(update_fields=["resolved_at"])
        report = comment.report
        data = {"comment": fresh.pk}
        audit.record("report.comment_resolve", report, actor=by, organisation_id=report.organisation_id, data=data)
    return fresh


def _tell_reviewer(report: DailyReport, comment: ItemComment) -> None:
    assert report.decided_by is not None
    if not can_review(report.decided_by, report.organisation):
        return
    notify(
        [report.decided_by],
        kind="report.commented",
        context={"school": report.organisation, "text": comment.text},
        url=reverse("reports:review", args=[report.pk]),
        dedupe_key=f"report.commented:{comment.pk}",
        organisation=report.organisation,
    )
