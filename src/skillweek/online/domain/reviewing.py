"""Handing a work in, returning it, publishing it, taking it down (B11): each decision with who, when, why."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.content import editorial
from skillweek.content.models import Version
from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.editions.frozen import must_be_open
from skillweek.online import telling
from skillweek.online.access import can_hand_in, can_publish, can_take_back, can_withdraw
from skillweek.online.domain.common import locked
from skillweek.online.domain.reminding import tell_cancelled
from skillweek.online.models import LiveRoom, Work

W = TypeVar("W", bound=Work)
_R = Work.Review


@transaction.atomic
def hand_in(work: W, *, actor: Any, expected_revision: int | None = None) -> W:
    """Give a school's work to the line above, and return it.

    Raises NotAllowed, Conflict (changed meanwhile, waiting already), DomainError with what is missing.
    """
    row = locked(work)
    must_be_open(row.edition)
    if not can_hand_in(actor, row):
        if row.review == _R.WAITING:
            raise Conflict(_("它已经提交，正在等待审核。"), code="waiting")
        raise NotAllowed(_("只有学校的联络员和管理员可以提交审核。您做的内容都已保存。"))
    _must_be(row, expected_revision)
    if row.live_at is not None and not row.has_changes:
        raise Conflict(_("公众看到的就是现在的内容，不需要再提交。"), code="same")
    row.must_be_publishable()
    row.review, row.review_note, row.is_handed_in = _R.WAITING, "", True
    row.submitted_at, row.submitted_by = now(), actor
    row.save()
    record(f"online.{row.kind}_submit", row, actor=actor, organisation_id=row.organisation_id)
    return row


@transaction.atomic
def take_back(work: W, *, actor: Any) -> W:
    """Take a work back that nobody has decided on. Raises NotAllowed or Conflict."""
    row = locked(work)
    if not can_take_back(actor, row):
        if row.review != _R.WAITING:
            raise Conflict(_("它现在不在等待审核，不需要撤回。"), code="not_waiting")
        raise NotAllowed(_("只有学校的联络员和管理员可以撤回。"))
    row.review = ""
    row.save(update_fields=["review", "updated_at"])
    record(f"online.{row.kind}_take_back", row, actor=actor, organisation_id=row.organisation_id)
    return row


@transaction.atomic
def return_work(work: W, *, actor: Any, note: str) -> W:
    """Send a waiting work back with a reason. Raises DomainError without one, NotAllowed, Conflict."""
    row = locked(work)
    _must_decide(row, actor)
    note = clean_note(note, required=_("请写明退回原因，学校才知道要改什么。"), field="note")
    if row.review != _R.WAITING:
        raise Conflict(_("它现在不在等待审核。请刷新查看。"), code="not_waiting")
    row.review, row.review_note, row.reviewed_by = _R.RETURNED, note, actor
    row.save()
    record(f"online.{row.kind}_return", row, actor=actor, organisation_id=row.organisation_id, reason=note)
    telling.tell_unit(row, "online.returned", actor=actor, note=note)
    return row


@transaction.atomic
def publish_work(work: Work, *, actor: Any, reason: str = "", expected_revision: int | None = None) -> Version | None:
    """Publish what waits (a bureau: its draft) or put back what was withdrawn; the unit is told.

    Raises NotAllowed, Conflict (changed since it was read, nothing waits), DomainError with what is missing.
    """
    row = locked(work)
    _must_decide(row, actor)
    was_waiting = row.review == _R.WAITING
    if row.organisation.is_school and not was_waiting and row.state != Work.State.WITHDRAWN:
        raise Conflict(_("它现在不在等待审核。请刷新查看。"), code="not_waiting")
    old_hours = (row.starts_at, row.ends_at) if isinstance(row, LiveRoom) else None
    was_public = row.published_at is not None
    type(row)._default_manager.filter(pk=row.pk).update(reviewed_by=actor, review="", review_note="", is_handed_in=True)
    version = editorial.publish(row, actor=actor, reason=reason, expected_revision=expected_revision)
    if isinstance(row, LiveRoom) and was_public and old_hours != (row.starts_at, row.ends_at):
        row.moves += 1
        row.save(update_fields=["moves", "updated_at"])
    if was_waiting or row.organisation.is_school:
        telling.tell_unit(row, "online.published", actor=actor, note=reason)
    return version


@transaction.atomic
def withdraw_work(work: W, *, actor: Any, reason: str) -> W:
    """Take the work from the public, with a reason. Raises NotAllowed, Conflict, DomainError without a reason."""
    row = locked(work)
    must_be_open(row.edition)
    if not can_withdraw(actor, row):
        raise NotAllowed(_("您不能撤下“%(title)s”。") % {"title": row.title})
    reason = clean_note(reason, required=_("请写明撤下的原因。"), field="reason")
    if row.live_at is None:
        raise Conflict(_("它现在没有公开。请刷新查看。"), code="not_public")
    editorial.withdraw(row, actor=actor, reason=reason)
    telling.tell_unit(row, "online.withdrawn", actor=actor, note=reason)
    return row


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


def _must_decide(work: Work, actor: Any) -> None:
    must_be_open(work.edition)
    if not can_publish(actor, work):
        raise NotAllowed(_("“%(title)s”由上级单位的审核员发布。您可以提交审核。") % {"title": work.title})


def _must_be(work: Work, expected: int | None) -> None:
    if expected is not None and expected != work.revision:
        raise Conflict(_("它刚刚被同事改过。请刷新，看过最新内容再提交。"), code="changed")
