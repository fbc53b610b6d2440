"""Calls: written, submitted, approved, returned, closed, taken down (E1, E7, E11)."""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.contests import access, telling
from skillweek.contests.domain.common import locked_call, must_be_version
from skillweek.contests.domain.following import ballot_of, leave_with, return_with
from skillweek.contests.models import Call
from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.editions.frozen import must_be_open

_S = Call.State
#: What may still change once the public saw it: words and dates, and more generous limits of time.
AFTER_PUBLISHING: Final = frozenset({"text", "enter_until", "show_from", "vote_from", "vote_until"})


@transaction.atomic
def save_call(call: Call, *, actor: Any, expected: int | None = None, **values: Any) -> Call:
    """Save a new call or a known one. Raises NotAllowed, Conflict (changed meanwhile), DomainError naming the field.

    A public one keeps its rules: people entered by them; only ``AFTER_PUBLISHING`` changes.
    """
    must_be_open(call.edition)
    row = locked_call(call.pk) if call.pk else call
    if not access.can_write(actor, row):
        raise NotAllowed(_("您不能为“%(name)s”发起征集。") % {"name": row.organisation})
    must_be_version(row, expected if row.pk else None)
    if row.state in (_S.SUBMITTED, _S.TAKEN_DOWN):
        raise Conflict(_("活动正在审核或已下架，现在不能修改。"), code="locked")
    if row.pk and not row.is_writable:
        values = {name: value for name, value in values.items() if name in AFTER_PUBLISHING}
    vote_dates = (row.vote_from, row.vote_until)
    for name, value in values.items():
        setattr(row, name, value)
    _check(row)
    if row.pk and (row.vote_from, row.vote_until) != vote_dates and ballot_of(row) is not None:
        raise DomainError(_("公众投票已经开通，时间以“网络评选”里的为准，这里不能再改。"), field="vote_from")
    row.version += bool(row.pk)
    row.save()
    record("call.save", row, actor=actor, organisation_id=row.organisation_id)
    return row


def _check(row: Call) -> None:
    """Raise DomainError at the field that is out of its limits or does not fit the others."""
    try:
        row.clean_fields(exclude=["edition", "organisation", "decided_by"])
    except ValidationError as error:
        field, words = next(iter(error.message_dict.items()))
        raise DomainError(words[0], field=field) from error
    if row.enter_until <= row.enter_from:
        raise DomainError(_("投稿截止要晚于投稿开始。"), field="enter_until")
    if row.photos_max < row.photos_min:
        raise DomainError(_("照片的最多张数不能小于最少张数。"), field="photos_max")
    if not (row.photos_max or row.takes_video or row.takes_audio or row.takes_text):
        raise DomainError(_("请至少选一种可以交的材料。"), field="photos_max")
    if row.is_relay and not row.takes_video:
        raise DomainError(_("接力要用视频，请勾选短视频。"), field="takes_video")
    if row.vote_from and row.vote_until and row.vote_until <= row.vote_from:
        raise DomainError(_("投票截止要晚于投票开始。"), field="vote_until")
    if len(row.groups) > 20 or any(len(name) > 40 for name in row.groups):
        raise DomainError(_("组别最多 20 个，每个不超过 40 字。"), field="groups")


@transaction.atomic
def submit(call: Call, *, actor: Any) -> Call:
    """Hand it to the line above; the host's own becomes public at once."""
    row = _mine(call, actor)
    if not row.is_writable:
        raise Conflict(_("这个活动已经提交。请刷新查看。"), code="same")
    if not row.text.strip():
        raise DomainError(_("请先写活动说明，让大家知道怎么参加。"), field="text")
    if row.enter_until <= now():
        raise DomainError(_("投稿截止已经过了，请先改日期。"), field="enter_until")
    if access.is_own_judge(actor, row):
        return _publish(row, actor)
    row.state, row.note = _S.SUBMITTED, ""
    _moved(row, "call.submit", actor)
    telling.call_waits(row, actor=actor)
    return row


@transaction.atomic
def approve(call: Call, *, actor: Any, expected: int | None = None) -> Call:
    """The line above agrees: it is public now; also puts back one that was taken down, as it was."""
    row = locked_call(call.pk)
    _may_decide(row, actor)
    must_be_version(row, expected)
    if row.state not in (_S.SUBMITTED, _S.TAKEN_DOWN):
        raise Conflict(_("这个活动现在不在审核中。请刷新查看。"), code="not_waiting")
    return _publish(row, actor)


def _publish(row: Call, actor: Any) -> Call:
    row.state = _S.PUBLISHED if row.closed_at is None else _S.CLOSED
    row.note, row.decided_by = "", actor
    row.published_at = row.published_at or now()
    _moved(row, "call.publish", actor)
    return_with(row, actor=actor)
    telling.call_decided(row, actor=actor)
    return row


@transaction.atomic
def give_back(call: Call, *, actor: Any, reason: str, expected: int | None = None) -> Call:
    """The line above returns it with the reason."""
    row = locked_call(call.pk)
    _may_decide(row, actor)
    must_be_version(row, expected)
    reason = clean_note(reason, required=_("请写明要修改的地方，对方会看到。"), field="reason")[:500]
    if row.state != _S.SUBMITTED:
        raise Conflict(_("这个活动现在不在审核中。请刷新查看。"), code="not_waiting")
    row.state, row.note, row.decided_by = _S.RETURNED, reason, actor
    _moved(row, "call.return", actor, reason)
    telling.call_decided(row, actor=actor)
    return row


@transaction.atomic
def take_down(call: Call, *, actor: Any, reason: str) -> Call:
    """Take it, all its works and its vote from the public, with the reason."""
    row = locked_call(call.pk)
    _may_decide(row, actor)
    reason = clean_note(reason, required=_("请写明下架的原因，对方会看到。"), field="reason")[:500]
    if not row.is_public:
        raise Conflict(_("这个活动现在没有公开。请刷新查看。"), code="not_public")
    row.state, row.note, row.decided_by = _S.TAKEN_DOWN, reason, actor
    _moved(row, "call.take_down", actor, reason)
    leave_with(row, actor=actor, reason=reason)
    telling.call_decided(row, actor=actor)
    return row


@transaction.atomic
def close(call: Call, *, actor: Any) -> Call:
    """End the entering before its time; the works stay."""
    row = _mine(call, actor)
    if row.state != _S.PUBLISHED:
        raise Conflict(_("这个活动现在没有在进行。请刷新查看。"), code="not_public")
    row.state, row.closed_at = _S.CLOSED, now()
    return _moved(row, "call.close", actor)


@transaction.atomic
def reopen(call: Call, *, actor: Any) -> Call:
    """Take entries again, until the date that is set."""
    row = _mine(call, actor)
    if row.state != _S.CLOSED:
        raise Conflict(_("这个活动没有结束。请刷新查看。"), code="not_closed")
    row.state, row.closed_at = _S.PUBLISHED, None
    return _moved(row, "call.reopen", actor)


@transaction.atomic
def delete_call(call: Call, *, actor: Any) -> None:
    """Delete one that the public never saw."""
    row = _mine(call, actor)
    if row.published_at is not None or not row.is_writable or row.entries.exists():
        raise Conflict(_("提交或公开过的活动不能删除，可以结束它。"), code="was_public")
    record("call.delete", row, actor=actor, organisation_id=row.organisation_id)
    row.delete()


def _mine(call: Call, actor: Any) -> Call:
    row = locked_call(call.pk)
    must_be_open(row.edition)
    if not access.can_write(actor, row):
        raise NotAllowed(_("只有活动的负责人可以这样做。"))
    return row


def _may_decide(row: Call, actor: Any) -> None:
    must_be_open(row.edition)
    if not access.can_approve(actor, row):
        raise NotAllowed(_("征集活动由上级单位的审核员审核。"))


def _moved(row: Call, verb: str, actor: Any, reason: str = "") -> Call:
    row.version += 1
    row.save()
    record(verb, row, actor=actor, organisation_id=row.organisation_id, reason=reason)
    return row
