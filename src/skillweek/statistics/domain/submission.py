"""Handing the form in and taking it back (C12)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core.clock import end_of, now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.editions.models import Edition
from skillweek.organisations.access import can_submit_for
from skillweek.statistics import access
from skillweek.statistics.checks import error_count, findings_of
from skillweek.statistics.domain.common import locked, must_be_open, must_be_version, must_write, note_in_trail
from skillweek.statistics.domain.counting import ensure_entry
from skillweek.statistics.models import FormEntry, FormVersion
from skillweek.statistics.queries.figures import figures_in


def due_at(edition: Edition) -> datetime:
    """Until when the form is on time, aware: the end of the day that the notice names."""
    return end_of(edition.doc.statistics_due_on, edition.zone)


@transaction.atomic
def submit_form(entry: FormEntry, *, by: Any, expected_version: int, error_reason: str = "") -> FormEntry:
    """Hand the form in and return it. What the platform counts stands still from now on.

    Raises DomainError while errors stand without a reason (``details`` holds their messages), NotAllowed, Conflict.
    """
    fresh = locked(ensure_entry(entry.edition, entry.organisation).pk)
    must_write(by, fresh)
    if not access.can_submit(by, fresh):
        raise NotAllowed(_("提交统计表需要联络员或管理员。您填写的内容都已保存，请他们来提交。"))
    must_be_version(fresh, expected_version)
    figures = figures_in(fresh.edition, fresh)
    findings = findings_of(fresh.edition.doc.statistics_form, figures)
    reason = clean_note(error_reason, field="error_reason")
    if (errors := error_count(findings)) and not reason:
        message = _("还有 %(count)d 处错误。请先修改；确实无误的，请写明理由后提交。")
        told = [found.message for found in findings if found.severity == "error"]
        raise DomainError(message % {"count": errors}, field="error_reason", code="errors", details=told)
    moment = now()
    fresh.state = FormEntry.State.SUBMITTED
    fresh.version += 1
    fresh.submitted_at, fresh.submitted_by = moment, by
    fresh.error_reason = reason if errors else ""
    fresh.decided_at = fresh.decided_by = None
    if fresh.first_submitted_at is None:
        fresh.first_submitted_at = moment
        fresh.is_late = moment > due_at(fresh.edition)
    fresh.save()
    latest = fresh.versions.order_by("-number").values_list("number", flat=True).first() or 0
    FormVersion.objects.create(
        entry=fresh, number=latest + 1, snapshot=_snapshot(fresh, figures), submitted_by=by, submitted_at=moment
    )
    note_in_trail("form.submit", fresh, by, fresh.error_reason, submission=latest + 1, late=fresh.is_late)
    return fresh


def _snapshot(entry: FormEntry, figures: list[Any]) -> dict[str, Any]:
    return {
        "note": entry.note,
        "figures": [
            {
                "code": view.field.code, "name": view.field.name, "unit": view.field.unit, "group": view.field.group,
                "counted": view.counted, "corrected": view.corrected, "number": view.number, "text": view.text,
                "reason": view.reason,
            }
            for view in figures
        ],
    }  # fmt: skip


@transaction.atomic
def withdraw_form(entry: FormEntry, *, by: Any) -> FormEntry:
    """Take back what was handed in, as long as nobody has decided. Raises NotAllowed, Conflict."""
    fresh = locked(entry.pk)
    must_be_open(fresh)
    if not can_submit_for(by, fresh.organisation):
        raise NotAllowed(_("撤回统计表需要本校的联络员或管理员。"))
    if not access.can_withdraw(by, fresh):
        raise Conflict(_("统计表现在是“%(state)s”，不能撤回。") % {"state": fresh.get_state_display()}, code="decided")
    fresh.state = FormEntry.State.DRAFT
    fresh.version += 1
    fresh.save()
    note_in_trail("form.withdraw", fresh, by)
    return fresh
