"""What the organiser decides on an entry: approve, return, refuse (E1). Nothing is public before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.contests import access, kinds, telling
from skillweek.contests.domain.common import locked_entry, must_be_version
from skillweek.contests.domain.following import leave
from skillweek.contests.domain.requirements import check_entry
from skillweek.contests.models import Entry
from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.editions.frozen import must_be_open
from skillweek.uploads.models import StoredFile

_S = Entry.State


@transaction.atomic
def approve(entry: Entry, *, actor: Any, expected: int | None = None) -> Entry:
    """Let it be shown. Raises Conflict while a file is still being checked, or when it changed since it was read."""
    row = _decidable(entry, actor, expected)
    if row.state not in (_S.WAITING, _S.REFUSED):
        raise Conflict(_("这件作品现在不在待审核中。请刷新查看。"), code="not_waiting")
    if row.files.filter(file__state=StoredFile.State.CHECKING).exists():
        raise Conflict(_("文件还在检查，请稍等一会儿再通过。"), code="checking")
    check_entry(row)
    row.approved_at = row.approved_at or now()
    return _decided(row, _S.APPROVED, actor, "")


@transaction.atomic
def give_back(entry: Entry, *, actor: Any, reason: str, expected: int | None = None) -> Entry:
    """Ask for a change, with the reason; it can be handed in again, also after the deadline."""
    row = _decidable(entry, actor, expected)
    reason = clean_note(reason, required=_("请写明要修改的地方，投稿人会看到。"), field="reason")[:500]
    if row.state not in (_S.WAITING, _S.APPROVED):
        raise Conflict(_("这件作品现在不能退回。请刷新查看。"), code="not_waiting")
    return _decided(row, _S.RETURNED, actor, reason)


@transaction.atomic
def refuse(entry: Entry, *, actor: Any, reason: str, expected: int | None = None) -> Entry:
    """Not take it, or take it from the public, with the reason."""
    row = _decidable(entry, actor, expected)
    reason = clean_note(reason, required=_("请写明不采用的原因，投稿人会看到。"), field="reason")[:500]
    if row.state not in (_S.WAITING, _S.APPROVED, _S.RETURNED):
        raise Conflict(_("这件作品现在不能标为未采用。请刷新查看。"), code="not_waiting")
    return _decided(row, _S.REFUSED, actor, reason)


def approve_many(entries: Iterable[Entry], *, actor: Any) -> tuple[int, int]:
    """Approve those that can be; returns how many were, and how many were passed over."""
    done = passed = 0
    for entry in entries:
        try:
            approve(entry, actor=actor, expected=entry.version)
            done += 1
        except NotAllowed:
            raise
        except DomainError:
            passed += 1
    return done, passed


def _decidable(entry: Entry, actor: Any, expected: int | None) -> Entry:
    row = locked_entry(entry.pk)
    must_be_open(row.call.edition)
    if not access.can_moderate(actor, row.call):
        raise NotAllowed(_("作品由主办单位或上级单位的审核员审核。"))
    if row.state == _S.WITHDRAWN:
        raise Conflict(_("作者刚刚撤回了这件作品。"), code="withdrawn")
    must_be_version(row, expected)
    return row


def _decided(row: Entry, state: Entry.State, actor: Any, reason: str) -> Entry:
    was_public = row.state == _S.APPROVED
    row.state, row.remark, row.decided_by = state, reason, actor
    row.version += 1
    row.save()
    record(f"entry.{state}", row, actor=actor, organisation_id=row.call.organisation_id, reason=reason)
    if was_public:
        leave(row, reason=reason)
    telling.entrant(row, kinds.ENTRY_DECIDED, result=lambda: str(row.get_state_display()), text=reason)
    return row
