"""The review of texts: handed in, taken back, returned, published, taken down (A5); each with who, when, why.

One set of verbs for every room whose texts are ``ReviewedText``. A room makes one ``Reviewing``, which says how its
verbs are called in the audit trail and who is told, and offers its methods as its own verbs. Every verb locks the row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.content import editorial
from skillweek.content.access_reviewed import can_hand_in, can_publish, can_take_back, can_withdraw, can_write
from skillweek.content.models import ReviewedText, Version
from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.editions.frozen import must_be_open
from skillweek.organisations.access import can_write_for

R = TypeVar("R", bound=ReviewedText)


@dataclass(frozen=True)
class Reviewing:
    """The verbs for one room's texts.

    ``audit`` gives the audit trail's name for a text and one of ``submit``, ``take_back``, ``return``; publishing and
    taking down are recorded by ``editorial``. ``tell`` is called with the text, ``returned``, ``published`` or (with
    ``tells_withdrawal``) ``withdrawn``, and by keyword ``actor`` and ``note``, in the deciding transaction.
    """

    audit: Callable[[Any, str], str]
    tell: Callable[..., None]
    tells_withdrawal: bool = False

    @transaction.atomic
    def hand_in(self, text: R, *, actor: Any, expected_revision: int | None = None) -> R:
        """Give a school's text to the line above, and return it.

        Raises NotAllowed, Conflict (changed meanwhile, waiting already, nothing new), DomainError with what is missing.
        """
        row = locked(text)
        must_be_open(row.edition)
        if not can_hand_in(actor, row):
            if row.is_waiting:
                raise Conflict(_("它已经提交，正在等待审核。"), code="waiting")
            raise NotAllowed(_("只有学校的联络员和管理员可以提交审核。您做的内容都已保存。"))
        if expected_revision is not None and expected_revision != row.revision:
            raise Conflict(_("它刚刚被同事改过。请刷新，看过最新内容再提交。"), code="changed")
        if row.is_live and not row.has_changes:
            raise Conflict(_("公众看到的就是现在的内容，不需要再提交。"), code="same")
        if not str(row.draft.get("title") or "").strip():
            raise DomainError(_("还没有标题。请先填写标题。"), field="title", code="no_title")
        row.must_be_publishable()
        row.review, row.review_note, row.is_handed_in = row.Review.WAITING, "", True
        row.submitted_at, row.submitted_by = now(), actor
        row.save()
        self._record(row, "submit", actor)
        return row

    @transaction.atomic
    def take_back(self, text: R, *, actor: Any) -> R:
        """Take a text back that nobody has decided on. Raises NotAllowed, Conflict."""
        row = locked(text)
        must_be_open(row.edition)
        if not can_take_back(actor, row):
            if not row.is_waiting:
                raise Conflict(_("它现在不在等待审核，不需要撤回。"), code="not_waiting")
            raise NotAllowed(_("只有学校的联络员和管理员可以撤回。"))
        row.review = ""
        row.save(update_fields=["review", "updated_at"])
        self._record(row, "take_back", actor)
        return row

    @transaction.atomic
    def give_back(self, text: R, *, actor: Any, note: str) -> R:
        """Send a waiting text back with a reason; the school is told. Raises NotAllowed, Conflict, DomainError without
        one.
        """
        row = locked(text)
        must_decide(row, actor)
        note = clean_note(note, required=_("请写明退回原因，学校才知道要改什么。"), field="note")
        if not row.is_waiting:
            raise _not_waiting()
        row.review, row.review_note, row.reviewed_by = row.Review.RETURNED, note, actor
        row.save()
        self._record(row, "return", actor, note)
        self.tell(row, "returned", actor=actor, note=note)
        return row

    @transaction.atomic
    def publish(
        self,
        text: ReviewedText,
        *,
        actor: Any,
        reason: str = "",
        at: datetime | None = None,
        expected_revision: int | None = None,
    ) -> Version | None:
        """Make the draft public now, or at ``at``; a school is told. The version, None when scheduled.

        Raises NotAllowed, Conflict (changed since it was read, not one to publish now), DomainError with what is
        missing, or for a time that is over.
        """
        row = locked(text)
        must_decide(row, actor)
        if not row.may_come_out:
            raise _not_waiting()
        if at is not None and at <= now():
            raise DomainError(_("定时发布的时间已经过去。请选以后的时间，或直接发布。"), field="at")
        type(row)._default_manager.filter(pk=row.pk).update(reviewed_by=actor, review="", review_note="")
        version = editorial.publish(row, actor=actor, reason=reason, at=at, expected_revision=expected_revision)
        if row.organisation.is_school:
            self.tell(row, "published", actor=actor, note=reason)
        return version

    @transaction.atomic
    def withdraw(self, text: R, *, actor: Any, reason: str) -> R:
        """Take a text, or what was scheduled, down. Raises NotAllowed, Conflict, DomainError without a reason."""
        row = locked(text)
        must_be_open(row.edition)
        if not can_withdraw(actor, row):
            raise NotAllowed(_("您不能撤下“%(title)s”。") % {"title": row.title})
        reason = clean_note(reason, required=_("请写明撤下的原因。"), field="reason")
        if not row.is_live and row.state != row.State.SCHEDULED:
            raise Conflict(_("它现在没有公开。请刷新查看。"), code="not_public")
        row = editorial.withdraw(row, actor=actor, reason=reason)
        if self.tells_withdrawal:
            self.tell(row, "withdrawn", actor=actor, note=reason)
        return row

    def _record(self, row: ReviewedText, verb: str, actor: Any, reason: str = "") -> None:
        record(self.audit(row, verb), row, actor=actor, organisation_id=row.organisation_id, reason=reason)


def locked(text: R) -> R:
    """The text as it is now, locked until the surrounding transaction ends. Raises Conflict when it is gone."""
    rows = type(text)._default_manager.select_for_update(of=("self",)).select_related("edition", "organisation")
    found: R | None = rows.filter(pk=text.pk).first()
    if found is None:
        raise Conflict(_("它刚刚被删除了。请返回列表。"), code="gone")
    return found


def must_write(text: ReviewedText, actor: Any) -> None:
    """Raise NotAllowed or Conflict unless ``actor`` may change this text now."""
    must_be_open(text.edition)
    if can_write(actor, text):
        return
    if can_write_for(actor, text.organisation):
        if text.is_waiting:
            raise Conflict(_("它正在等待审核。要修改，请先撤回。"), code="waiting")
        raise Conflict(_("它已审核，到时自动发布。要修改，请联系上级单位取消定时。"), code="scheduled")
    raise NotAllowed(_("您不能修改“%(title)s”。") % {"title": text.title})


def must_decide(text: ReviewedText, actor: Any) -> None:
    """Raise NotAllowed unless ``actor`` publishes and returns this text."""
    must_be_open(text.edition)
    if not can_publish(actor, text):
        raise NotAllowed(_("“%(title)s”由上级单位的审核员发布。您可以提交审核。") % {"title": text.title})


def end_review(*, obj: Any, **_more: Any) -> None:
    """Receiver of ``editorial_published``: the review is over, by the clock too, and the line above may read on."""
    if isinstance(obj, ReviewedText):
        obj.review, obj.review_note, obj.is_handed_in = "", "", True
        obj.save(update_fields=["review", "review_note", "is_handed_in", "updated_at"])


def _not_waiting() -> Conflict:
    return Conflict(_("它现在不在等待审核。请刷新查看。"), code="not_waiting")
