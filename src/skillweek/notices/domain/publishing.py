"""Publishing, correcting, scheduling and withdrawing a notice; its way to the recipients (A1, A2).

Whichever way a notice becomes public (at once, or by the clock in ``content``), ``content.editorial`` sends its signal
and ``on_published`` does what belongs to it in the same transaction: receipts for everybody in the audience.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.content import editorial
from skillweek.content.domain import publish_assets
from skillweek.content.models import Version
from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.notices.access import can_publish
from skillweek.notices.audience import units_of
from skillweek.notices.content import ready_to_publish, today_of
from skillweek.notices.models import Notice, Receipt
from skillweek.notices.signals import notice_published, notice_withdrawn

MAX_REASON = 300


def must_publish(actor: Any, notice: Notice) -> None:
    """Raise NotAllowed unless ``actor`` publishes in this unit's name and the edition is open. None: the system."""
    if actor is not None and not can_publish(actor, notice.organisation):
        raise NotAllowed(
            _("发布、更正和撤下通知，要由“%(unit)s”的审核员或管理员来做。") % {"unit": notice.organisation}
        )
    if notice.edition.state == Edition.State.CLOSED:
        raise NotAllowed(_("这一届已经归档，通知不能再修改。"))
    if notice.edition.state != Edition.State.OPEN:
        raise DomainError(_("这一届还没有开放。请先在“届次设置”中开放，再发布通知。"))


@transaction.atomic
def publish_notice(
    notice: Notice, *, actor: Any, at: datetime | None = None, expected_revision: int | None = None
) -> Notice:
    """Make the notice public and send it to everybody in its audience, now or at ``at``; return it.

    Doing it twice changes nothing. A blank 成文日期 becomes the day of publication.
    Raises DomainError naming what is missing, Conflict when the draft was changed meanwhile, NotAllowed.
    """
    fresh = _locked(notice)
    must_publish(actor, fresh)
    if fresh.live_at is not None and fresh.has_changes:
        raise Conflict(_("这份通知已经发布。修改请用“发布更正”，并写明更正了什么。"), code="needs_reason")
    if fresh.live_at is not None:
        return fresh
    return _go(fresh, actor=actor, reason="", at=at, expected_revision=expected_revision, ask_again=False)


@transaction.atomic
def correct_notice(
    notice: Notice,
    *,
    actor: Any,
    reason: str,
    ask_again: bool = False,
    at: datetime | None = None,
    expected_revision: int | None = None,
) -> Notice:
    """Publish the changed draft as a correction (更正) with its reason; return the notice (A1).

    Every recipient is told. With ``ask_again`` all are to acknowledge anew; else acknowledgements stay.
    Raises DomainError without a reason or without changes, Conflict, NotAllowed.
    """
    fresh = _locked(notice)
    must_publish(actor, fresh)
    reason = clean_reason(reason, _("请写明更正了什么，收文单位和公众都会看到。"))
    if fresh.live_at is None:
        raise Conflict(_("这份通知还没有发布，或已撤下。请直接发布。"))
    if not fresh.has_changes:
        raise DomainError(_("内容没有改动，不需要发布更正。"))
    return _go(fresh, actor=actor, reason=reason, at=at, expected_revision=expected_revision, ask_again=ask_again)


@transaction.atomic
def unschedule_notice(notice: Notice, *, actor: Any) -> Notice:
    """Take back a time of publication; draft and what is public stay."""
    fresh = _locked(notice)
    must_publish(actor, fresh)
    fresh.asks_again, fresh.state_reason = False, ""
    fresh.save(update_fields=["asks_again", "state_reason", "updated_at"])
    return editorial.unschedule(fresh, actor=actor)


@transaction.atomic
def withdraw_notice(notice: Notice, *, actor: Any, reason: str) -> Notice:
    """Take the notice back: the public and the recipients see that it was withdrawn and why, and no longer its text.

    Recipients are told. Doing it twice changes nothing. Raises DomainError without a reason, NotAllowed.
    """
    fresh = _locked(notice)
    must_publish(actor, fresh)
    reason = clean_reason(reason, _("请写明撤下的原因，收文单位会看到。"))
    if not fresh.is_out:
        raise Conflict(_("这份通知还没有发布过，不需要撤下。"))
    if fresh.live_at is None:
        return fresh
    fresh.state_reason = reason
    fresh.save(update_fields=["state_reason", "updated_at"])
    return editorial.withdraw(fresh, actor=actor, reason=reason)


def on_published(*, obj: Any, version: Version, actor: Any, **_more: Any) -> None:
    """Receiver of ``editorial_published``: receipts, telling, and what the rooms above do about it."""
    if not isinstance(obj, Notice):
        return
    notice, ask_again = obj, obj.asks_again
    if notice.state_reason and not version.reason:  # published by the clock
        version.reason = notice.state_reason
        version.actor = version.actor or notice.edited_by
        version.save(update_fields=["reason", "actor"])
    notice.version, notice.asks_again, notice.state_reason = version.number, False, ""
    notice.save(update_fields=["version", "asks_again", "state_reason", "updated_at"])
    if not notice.is_public:  # its pictures have addresses nobody guesses; its attachments are for recipients alone
        publish_assets(str(notice.live.get("body", "")), owner=notice)
    if ask_again:
        notice.receipts.update(
            version=version.number,
            seen_at=None,
            seen_by=None,
            acknowledged_at=None,
            acknowledged_by=None,
            reminded_at=None,
            auto_reminded_at=None,
        )
    made = deliver(notice)
    data = {"version": version.number, "new_recipients": made, "ask_again": ask_again, "public": notice.is_public}
    audit.record(
        "notice.publish", notice, actor=actor, organisation_id=notice.organisation_id, reason=version.reason, data=data
    )
    _tell_later(notice)
    notice_published.send(sender=Notice, notice=notice, version=version.number)


def on_held(*, obj: Any, reason: str, **_more: Any) -> None:
    """Receiver of ``editorial_held``: what was chosen for the publication is forgotten, and its people are told."""
    if not isinstance(obj, Notice):
        return
    from skillweek.notices.telling import tell_held

    obj.asks_again, obj.state_reason = False, ""
    obj.save(update_fields=["asks_again", "state_reason", "updated_at"])
    tell_held(obj, reason)


def on_withdrawn(*, obj: Any, actor: Any, **_more: Any) -> None:
    """Receiver of ``editorial_withdrawn``."""
    if not isinstance(obj, Notice):
        return
    from skillweek.notices.tasks import tell_withdrawn

    audit.record("notice.withdraw", obj, actor=actor, organisation_id=obj.organisation_id, reason=obj.state_reason)
    tell_withdrawn.enqueue(obj.pk)
    notice_withdrawn.send(sender=Notice, notice=obj)


def deliver(notice: Notice) -> int:
    """Make the receipts that the audience still lacks and return how many. Safe to repeat and at once."""
    have = notice.receipts.values("organisation_id")
    missing = units_of(notice.audience, notice.organisation).exclude(pk__in=have)
    rows = [Receipt(notice=notice, organisation=unit, version=notice.version) for unit in missing]
    Receipt.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def clean_reason(text: str, required: str) -> str:
    """The reason as stored. Raises DomainError when it is empty or too long."""
    text = " ".join(text.replace("\0", "").split())
    if not text:
        raise DomainError(required, field="reason")
    if len(text) > MAX_REASON:
        message = _("说明最多 %(limit)s 个字，现在有 %(count)s 个，请缩短。")
        raise DomainError(message % {"limit": MAX_REASON, "count": len(text)}, field="reason")
    return text


def _locked(notice: Notice) -> Notice:
    rows = Notice.objects.select_for_update(of=("self",)).select_related("organisation", "edition")
    return rows.get(pk=notice.pk)


def _go(
    fresh: Notice, *, actor: Any, reason: str, at: datetime | None, expected_revision: int | None, ask_again: bool
) -> Notice:
    later = at if at is not None and at > now() else None
    ready_to_publish(fresh, later or now())
    if not fresh.draft.get("issued_on"):
        moment = later or now()
        day = today_of(fresh, moment).isoformat()
        fresh = editorial.save_draft(fresh, {"issued_on": day}, actor=actor, expected_revision=expected_revision)
        expected_revision = None
    fresh.asks_again, fresh.state_reason = ask_again, reason
    fresh.save(update_fields=["asks_again", "state_reason", "updated_at"])
    editorial.publish(fresh, actor=actor, reason=reason, at=later, expected_revision=expected_revision)
    return _locked(fresh)


def _tell_later(notice: Notice) -> None:
    from skillweek.notices.tasks import tell_recipients

    tell_recipients.enqueue(notice.pk)
