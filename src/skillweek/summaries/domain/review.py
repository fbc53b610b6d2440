"""The line above decides on a summary (C11)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from skillweek.core.clock import now
from skillweek.core.errors import Conflict, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.notifications.domain import notify
from skillweek.organisations.models import User
from skillweek.summaries import access
from skillweek.summaries.domain.writing import locked, must_be_open, note
from skillweek.summaries.models import Summary

_S = Summary.State


@transaction.atomic
def accept_summary(summary: Summary, *, by: Any, expected_version: int, remark: str = "") -> Summary:
    """Accept the summary in the version that was read. Raises NotAllowed, Conflict, DomainError."""
    return _decide(summary, _S.ACCEPTED, "summary.accept", by, expected_version, clean_note(remark, field="reason"))


@transaction.atomic
def return_summary(summary: Summary, *, by: Any, expected_version: int, reason: str) -> Summary:
    """Send the summary back with a reason. Raises like ``accept_summary``."""
    reason = clean_note(reason, required=_("请写明退回原因，对方才知道要改什么。"), field="reason")
    return _decide(summary, _S.RETURNED, "summary.return", by, expected_version, reason)


@transaction.atomic
def reopen_summary(summary: Summary, *, by: Any, reason: str) -> Summary:
    """Take an acceptance back: the summary waits for review again. Raises DomainError, Conflict, NotAllowed."""
    fresh = _must_decide(summary, by)
    reason = clean_note(reason, required=_("请写明撤销通过的原因。"), field="reason")
    if fresh.state != _S.ACCEPTED:
        raise Conflict(_("这份总结现在不是“已通过”状态，无需撤销。请刷新查看。"), code="not_accepted")
    fresh.state = _S.SUBMITTED
    fresh.decided_at = fresh.decided_by = None
    fresh.decision_note = ""
    fresh.version += 1
    fresh.save()
    note("summary.reopen", fresh, by, reason)
    return fresh


def _must_decide(summary: Summary, by: Any) -> Summary:
    fresh = locked(summary.pk)
    if not access.can_decide(by, fresh):
        raise NotAllowed(_("只有上级单位的审核员可以审核这份总结。"))
    must_be_open(fresh)
    return fresh


def _decide(summary: Summary, state: Summary.State, verb: str, by: Any, expected_version: int, text: str) -> Summary:
    fresh = _must_decide(summary, by)
    if fresh.state != _S.SUBMITTED or fresh.version != expected_version:
        details = [{"state": fresh.state, "version": fresh.version}]
        raise Conflict(
            _("这份总结在您阅读期间有了变化，您的操作没有生效。请刷新后再决定。"), code="changed", details=details
        )
    fresh.state = state
    fresh.decided_at, fresh.decided_by, fresh.decision_note = now(), by, text
    fresh.version += 1
    fresh.save()
    note(verb, fresh, by, text)
    _tell(fresh, by, "summary.accepted" if state == _S.ACCEPTED else "summary.returned")
    return fresh


def _tell(summary: Summary, by: Any, kind: str) -> None:
    people = User.objects.filter(
        is_active=True, memberships__organisation=summary.organisation, memberships__is_active=True
    )
    notify(
        [user for user in people.distinct() if access.can_write_for(user, summary.organisation)],
        kind=kind,
        context={"who": by, "note": summary.decision_note},
        url=reverse("summaries:summary", args=[summary.pk]),
        dedupe_key=f"{kind}:{summary.pk}:{summary.version}",
        organisation=summary.organisation,
    )
