"""Handing a work in, returning it, publishing it, taking it down (B11): the shared verbs, and those of live rooms."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.content.models import Version
from skillweek.content.reviewing import Reviewing, locked
from skillweek.core.audit import record
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.editions.frozen import must_be_open
from skillweek.online.access import can_withdraw
from skillweek.online.domain.reminding import tell_cancelled
from skillweek.online.models import LiveRoom, Work
from skillweek.online.telling import tell_unit

REVIEW = Reviewing(audit=lambda work, verb: f"online.{work.kind}_{verb}", tell=tell_unit, tells_withdrawal=True)
hand_in = REVIEW.hand_in
take_back = REVIEW.take_back
return_work = REVIEW.give_back
withdraw_work = REVIEW.withdraw


@transaction.atomic
def publish_work(work: Work, *, actor: Any, reason: str = "", expected_revision: int | None = None) -> Version | None:
    """``Reviewing.publish``; a live room that was public at other hours moves in calendars. Raises the same."""
    before = locked(work)
    version = REVIEW.publish(before, actor=actor, reason=reason, expected_revision=expected_revision)
    row = locked(work)
    if isinstance(row, LiveRoom) and before.published_at is not None and _hours(row) != _hours(before):
        row.moves += 1
        row.save(update_fields=["moves", "updated_at"])
    return version


@transaction.atomic
def cancel_room(room: LiveRoom, *, actor: Any, reason: str) -> LiveRoom:
    """Say at once that a public live room does not take place; its page stays and says why."""
    row = locked(room)
    must_be_open(row.edition)
    if not can_withdraw(actor, row):
        raise NotAllowed(_("您不能取消“%(title)s”。") % {"title": row.title})
    reason = clean_note(reason, required=_("请写明取消的原因，公众会看到。"), field="reason")
    if len(reason) > 300:
        raise DomainError(_("取消的原因最多 300 字。"), field="reason")
    if row.live_at is None or row.cancel_reason:
        raise Conflict(_("它没有公开，或已经取消。请刷新查看。"), code="not_public")
    row.cancel_reason, row.moves = reason, row.moves + 1
    row.save()
    record("online.room_cancel", row, actor=actor, organisation_id=row.organisation_id, reason=reason)
    tell_cancelled(row)
    return row


@transaction.atomic
def restore_room(room: LiveRoom, *, actor: Any) -> LiveRoom:
    """It takes place after all."""
    row = locked(room)
    must_be_open(row.edition)
    if not can_withdraw(actor, row):
        raise NotAllowed(_("您不能恢复“%(title)s”。") % {"title": row.title})
    if not row.cancel_reason:
        raise Conflict(_("它没有取消。请刷新查看。"), code="same")
    row.cancel_reason, row.moves = "", row.moves + 1
    row.save()
    record("online.room_restore", row, actor=actor, organisation_id=row.organisation_id)
    return row


def _hours(work: Any) -> tuple[Any, Any]:
    return work.starts_at, work.ends_at
