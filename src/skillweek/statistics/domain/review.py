"""The line above decides on a form: accept, return with remarks on fields, reopen (C12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.notifications.domain import notify
from skillweek.reports.domain.review import filers_of
from skillweek.statistics import access
from skillweek.statistics.domain.common import locked, must_be_open, must_review, note_in_trail
from skillweek.statistics.models import FormComment, FormEntry

_S = FormEntry.State


@transaction.atomic
def accept_form(entry: FormEntry, *, by: Any, expected_version: int, note: str = "") -> FormEntry:
    """Accept the form in the version that was read, and tell the school. Raises NotAllowed, Conflict, DomainError."""
    fresh = locked(entry.pk)
    must_review(by, fresh)
    _must_be_as_read(fresh, expected_version)
    _decide(fresh, _S.ACCEPTED, by, clean_note(note, field="note"))
    note_in_trail("form.accept", fresh, by, fresh.decision_note)
    _tell(fresh, by, "form.accepted")
    return fresh


@transaction.atomic
def return_form(
    entry: FormEntry, *, by: Any, expected_version: int, reason: str, remarks: Mapping[str, str] | None = None
) -> FormEntry:
    """Send the form back with a reason and ``remarks`` on fields (code → text). Raises like ``accept_form``."""
    fresh = locked(entry.pk)
    must_review(by, fresh)
    reason = clean_note(reason, required=_("请写明退回原因，学校才知道要改什么。"), field="reason")
    _must_be_as_read(fresh, expected_version)
    _decide(fresh, _S.RETURNED, by, reason)
    for code, text in (remarks or {}).items():
        if text.strip():
            comment_form(fresh, code, text, by=by)
    note_in_trail("form.return", fresh, by, reason, comments=fresh.comments.filter(resolved_at=None).count())
    _tell(fresh, by, "form.returned")
    return fresh


@transaction.atomic
def reopen_form(entry: FormEntry, *, by: Any, reason: str) -> FormEntry:
    """Take an acceptance back: the form waits for review again. Raises DomainError, Conflict, NotAllowed."""
    fresh = locked(entry.pk)
    must_review(by, fresh)
    reason = clean_note(reason, required=_("请写明撤销通过的原因。"), field="reason")
    if fresh.state != _S.ACCEPTED:
        raise Conflict(_("这份统计表现在不是“已通过”状态，无需撤销。请刷新查看。"), code="not_accepted")
    fresh.state = _S.SUBMITTED
    fresh.decided_at = fresh.decided_by = None
    fresh.decision_note = ""
    fresh.version += 1
    fresh.save()
    note_in_trail("form.reopen", fresh, by, reason)
    _tell(fresh, by, "form.reopened", text=reason)
    return fresh


@transaction.atomic
def comment_form(entry: FormEntry, code: str, text: str, *, by: Any) -> FormComment:
    """Write a remark about a field, or about the whole form when ``code`` is empty. Raises NotAllowed, DomainError."""
    fresh = locked(entry.pk)
    must_be_open(fresh)
    if not access.can_review(by, fresh) and not access.can_fill(by, fresh.organisation):
        raise NotAllowed(_("只有本校和上级单位可以写意见。"))
    if code and code not in {each.code for each in fresh.edition.doc.statistics_form.fields}:
        raise DomainError(_("统计表里没有这一项。请刷新页面后再试。"), field="code")
    text = clean_note(text, required=_("请先写下意见。"), field="text")
    return FormComment.objects.create(entry=fresh, code=code, author=by, text=text)


@transaction.atomic
def resolve_comment(comment: FormComment, *, by: Any) -> FormComment:
    """Mark a remark as dealt with; both sides may. Doing it twice changes nothing."""
    entry = locked(comment.entry_id)
    must_be_open(entry)
    if not access.can_review(by, entry) and not access.can_fill(by, entry.organisation):
        raise NotAllowed(_("只有本校和上级单位可以处理意见。"))
    if comment.resolved_at is None:
        comment.resolved_at = now()
        comment.save(update_fields=["resolved_at"])
    return comment


def _must_be_as_read(entry: FormEntry, expected_version: int) -> None:
    if entry.state == _S.SUBMITTED and entry.version == expected_version:
        return
    details = [{"state": entry.state, "version": entry.version}]
    if entry.state in (_S.ACCEPTED, _S.RETURNED):
        who = str(entry.decided_by) if entry.decided_by else _("其他审核员")
        text = _("%(who)s已先作出“%(state)s”的决定，您的操作没有生效。请刷新查看。")
        raise Conflict(text % {"who": who, "state": entry.get_state_display()}, code="already_decided", details=details)
    if entry.state != _S.SUBMITTED:
        raise Conflict(_("学校已撤回这份统计表，您的操作没有生效。"), code="withdrawn", details=details)
    raise Conflict(_("学校在您阅读期间重新提交了统计表。请刷新后阅读新内容再决定。"), code="changed", details=details)


def _decide(entry: FormEntry, state: FormEntry.State, by: Any, note: str) -> None:
    entry.state = state
    entry.decided_at, entry.decided_by = now(), by
    entry.decision_note = note
    entry.version += 1
    entry.save()


def _tell(entry: FormEntry, by: Any, kind: str, *, text: str = "") -> None:
    open_comments = entry.comments.filter(resolved_at=None).count()
    notify(
        filers_of(entry.organisation),
        kind=kind,
        context={
            "who": by,
            "note": text or entry.decision_note,
            "count": open_comments if kind == "form.returned" and open_comments else "",
        },
        url=reverse("statistics:form", args=[entry.organisation_id]),
        dedupe_key=f"{kind}:{entry.pk}:{entry.version}",
        organisation=entry.organisation,
    )
