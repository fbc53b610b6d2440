"""What people do with mails: assign, reject, mark as spam, try again, undo (C8)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.mailbox import access
from skillweek.mailbox.domain.replying import reply
from skillweek.mailbox.models import InboundMail
from skillweek.mailbox.tasks import file_mail
from skillweek.organisations.access import FILING_ROLES, can_review, has_role
from skillweek.organisations.models import Organisation, User
from skillweek.reports.domain.drafts import RemoveItem, save_changes
from skillweek.reports.domain.filing import withdraw_report
from skillweek.reports.models import DailyReport

_S, _R = InboundMail.State, InboundMail.Reason
#: States in which a person decides.
OPEN_STATES = (_S.WAITING, _S.IGNORED, _S.SPAM, _S.REJECTED, _S.UNDONE)
#: Longest reason, in characters.
MAX_NOTE = 1000


def _locked(mail: InboundMail) -> InboundMail:
    related = ("edition", "organisation", "sender", "report")
    return InboundMail.objects.select_related(*related).select_for_update(of=("self",)).get(pk=mail.pk)


def _must_be_open(mail: InboundMail) -> None:
    if mail.state not in OPEN_STATES:
        text = _("这封邮件现在是“%(state)s”，不用再处理。")
        raise Conflict(text % {"state": mail.get_state_display()}, details=[{"state": mail.state}])
    if mail.erased_at is not None:
        raise Conflict(_("这封邮件已按保存期限清除。"))


def may_assign(by: Any, mail: InboundMail, organisation: Organisation) -> bool:
    """Whether the person may file this mail for this school: its own people when the mail is already theirs, or a
    reviewer above the school who deals with the mail.
    """
    if mail.organisation_id == organisation.pk and has_role(by, organisation, FILING_ROLES):
        return True
    return can_review(by, organisation) and access.may_handle(by, mail)


@transaction.atomic
def assign(mail: InboundMail, *, organisation: Organisation, day: date, by: User) -> InboundMail:
    """Say which school and day a mail is about and queue its filing by the same way as any other (C8).

    Raises NotAllowed, DomainError (day outside the week) or Conflict (dealt with already).
    """
    fresh = _locked(mail)
    if not organisation.is_school or not may_assign(by, fresh, organisation):
        raise NotAllowed(_("您不能把邮件归到“%(school)s”。") % {"school": organisation})
    _must_be_open(fresh)
    if fresh.edition is None or day not in fresh.edition.days:
        raise DomainError(_("这一天不在活动周内，请另选日期。"), field="day")
    fresh.organisation, fresh.day, fresh.assigned_by = organisation, day, by
    _requeue(fresh, by)
    data = {"school": organisation.pk, "day": day.isoformat()}
    audit.record("mailbox.assign", fresh, actor=by, organisation_id=organisation.pk, data=data)
    return fresh


@transaction.atomic
def retry(mail: InboundMail, *, by: User) -> InboundMail:
    """Try to file the mail again as it is, e.g. after the report was taken back or the sender got an account."""
    fresh = _locked(mail)
    _must_handle(by, fresh)
    _must_be_open(fresh)
    _requeue(fresh, by)
    audit.record("mailbox.retry", fresh, actor=by, organisation_id=fresh.organisation_id)
    return fresh


def _requeue(mail: InboundMail, by: User) -> None:
    mail.state, mail.reason, mail.detail, mail.attempts = _S.RECEIVED, "", "", 0
    mail.package = None
    mail.handled_by, mail.handled_at = by, now()
    mail.save()
    file_mail.enqueue(str(mail.pk))


def _must_handle(by: User, mail: InboundMail) -> None:
    own = mail.organisation is not None and has_role(by, mail.organisation, FILING_ROLES)
    if not own and not access.may_handle(by, mail):
        raise NotAllowed(_("这封邮件不归您处理。"))


@transaction.atomic
def reject(mail: InboundMail, *, by: User, note: str) -> InboundMail:
    """Close a mail without filing it and write its sender why. Raises DomainError without a reason."""
    fresh = _locked(mail)
    _must_review(by, fresh)
    _must_be_open(fresh)
    note = note.strip()[:MAX_NOTE]
    if not note:
        raise DomainError(_("请写明退回的原因，发件人会收到。"), field="note")
    _close(fresh, by, _S.REJECTED)
    reply(fresh, "mailbox.rejected", {"note": note})
    audit.record("mailbox.reject", fresh, actor=by, organisation_id=fresh.organisation_id, reason=note)
    return fresh


@transaction.atomic
def mark_spam(mail: InboundMail, *, by: User) -> InboundMail:
    """Put a mail aside without a word to its sender; it can still be assigned."""
    fresh = _locked(mail)
    _must_review(by, fresh)
    _must_be_open(fresh)
    _close(fresh, by, _S.SPAM)
    audit.record("mailbox.spam", fresh, actor=by, organisation_id=fresh.organisation_id)
    return fresh


@transaction.atomic
def reopen(mail: InboundMail, *, by: User) -> InboundMail:
    """Bring a mail that was put aside or rejected back into the queue."""
    fresh = _locked(mail)
    _must_review(by, fresh)
    if fresh.state not in (_S.SPAM, _S.REJECTED, _S.IGNORED) or fresh.erased_at is not None:
        raise Conflict(_("这封邮件不用再放回。"))
    _close(fresh, by, _S.WAITING)
    audit.record("mailbox.reopen", fresh, actor=by, organisation_id=fresh.organisation_id)
    return fresh


def _must_review(by: User, mail: InboundMail) -> None:
    if not access.may_handle(by, mail):
        raise NotAllowed(_("这封邮件不归您处理。"))


def _close(mail: InboundMail, by: User, state: str) -> None:
    mail.state, mail.handled_by, mail.handled_at = state, by, now()
    mail.save()


@transaction.atomic
def undo(mail: InboundMail, *, by: User) -> int:
    """Take out of the report what this mail put in, and return how many pieces; the report becomes a draft again when
    the mail had handed it in. Pieces can be brought back for some days.

    Raises NotAllowed, or Conflict when the report was accepted, or handed in by a person.
    """
    fresh = _locked(mail)
    if not access.may_undo(by, fresh):
        raise NotAllowed(_("只有学校联络员可以撤销邮件带来的材料。"))
    report = fresh.report
    if report is None:
        raise Conflict(_("这份报告已经不在了。"))
    if report.state == DailyReport.State.SUBMITTED and fresh.submitted:
        report = withdraw_report(report, by=by)
    items = _added(fresh)
    live = report.items.filter(client_id__in=items, removed_at=None).values_list("client_id", flat=True)
    changes: list[Any] = [RemoveItem(op="remove", item=item) for item in live]
    # Refuses in words for the person when the report cannot be changed.
    save_changes(report, changes, by=by)
    fresh.submitted = False
    _close(fresh, by, _S.UNDONE)
    data = {"mail": str(fresh.pk), "items": len(changes)}
    audit.record("mailbox.undo", fresh, actor=by, organisation_id=fresh.organisation_id, data=data)
    audit.record("report.unmailed", report, actor=by, organisation_id=report.organisation_id, data=data)
    return len(changes)


def _added(mail: InboundMail) -> list[UUID]:
    rows = mail.package.outcome if mail.package else []
    return [UUID(row["item"]) for row in rows if row["item"] and row["outcome"] == "added"]
