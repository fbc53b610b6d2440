"""Ballots: written, submitted, approved, taken down, closed (E10)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.content.domain.assets import hide_assets, publish_assets
from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.editions.frozen import must_be_open
from skillweek.voting import telling
from skillweek.voting.access import can_decide, can_write, leads
from skillweek.voting.domain.common import hold_voting, locked, moved, must_be_version
from skillweek.voting.models import Ballot, Candidate

_S = Ballot.State
#: Fields that a person fills in.
FIELDS = (
    "title", "teaser", "rules", "opens_at", "closes_at", "groups", "per_ballot", "per_day", "needs_phone",
    "is_shuffled", "results", "watch",
)  # fmt: skip


@transaction.atomic
def save_ballot(ballot: Ballot, *, actor: Any, expected: int | None = None, **values: Any) -> Ballot:
    """Save a new ballot or a draft. Raises NotAllowed, Conflict (changed, or no draft now), DomainError (field)."""
    must_be_open(ballot.edition)
    row = locked(ballot.pk) if ballot.pk else ballot
    if not can_write(actor, row):
        raise NotAllowed(_("您不能为“%(name)s”写评选。") % {"name": row.organisation})
    must_be_version(row, expected if row.pk else None)
    if row.pk and not row.is_writable:
        raise Conflict(_("评选已经送审或公开，不能再改。要改请先由上级单位退回。"), code="not_draft")
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    if row.closes_at <= row.opens_at:
        raise DomainError(_("截止时间要晚于开始时间。"), field="closes_at")
    if row.pk:
        lost = sorted(set(row.candidates.filter(withdrawn_at=None).values_list("group", flat=True)) - {"", *row.groups})
        if lost and row.groups:
            raise DomainError(_("组别“%(name)s”下还有候选，请先改候选的组别。") % {"name": lost[0]}, field="groups")
        return moved(row, "ballot.save", actor)
    row.save()
    record("ballot.save", row, actor=actor, organisation_id=row.organisation_id)
    return row


@transaction.atomic
def submit(ballot: Ballot, *, actor: Any) -> Ballot:
    """Ask the line above to approve it. Raises NotAllowed, Conflict, DomainError for what is missing."""
    row = locked(ballot.pk)
    must_be_open(row.edition)
    if not leads(actor, row):
        raise NotAllowed(_("只有联络员和管理员可以送审。您写的内容都已保存。"))
    if not row.is_writable:
        raise Conflict(_("这个评选已经送审。请刷新查看。"), code="same")
    _must_be_ready(row)
    row.state, row.note, row.submitted_at = _S.SUBMITTED, "", now()
    moved(row, "ballot.submit", actor)
    telling.tell_deciders(row)
    return row


def _must_be_ready(row: Ballot) -> None:
    if not row.rules.strip():
        raise DomainError(_("请写明评选规则，投票的人会先看。"), field="rules")
    if row.closes_at <= now():
        raise DomainError(_("截止时间已经过去，请先改时间。"), field="closes_at")
    live = row.candidates.filter(withdrawn_at=None)
    if live.count() < 2:
        raise DomainError(_("至少要有两个候选。"))
    if row.groups and live.exclude(group__in=row.groups).exists():
        raise DomainError(_("有候选还没有选组别，请补上。"))


@transaction.atomic
def approve(ballot: Ballot, *, actor: Any, expected: int | None = None) -> Ballot:
    """Show it to the public; voting begins and ends by its times. Raises NotAllowed, Conflict."""
    row = locked(ballot.pk)
    must_be_open(row.edition)
    if not can_decide(actor, row):
        raise NotAllowed(_("评选由上级单位批准后公开。"))
    must_be_version(row, expected)
    if row.state not in (_S.SUBMITTED, _S.TAKEN_DOWN):
        raise Conflict(_("这个评选现在不在待审核状态。请刷新查看。"), code="not_submitted")
    if row.waits_for_source:
        raise Conflict(_("它所属的征集活动已下架。活动恢复公开后，评选才能公开。"), code="source_down")
    # What was public before may come back after its time: it is then closed, counted and announced.
    if row.published_at is None:
        _must_be_ready(row)
    row.decided_by = actor
    return show(row, "ballot.approve", actor)


def show(row: Ballot, verb: str, actor: Any) -> Ballot:
    """Let the public see a locked ballot as far as it had come: voting, closed or with its results."""
    if row.announced_at is not None:
        row.state = _S.ANNOUNCED
    elif row.closed_at is not None:
        row.state = _S.CLOSED
    else:
        row.state = _S.PUBLISHED
    row.note, row.published_at = "", row.published_at or now()
    moved(row, verb, actor)
    for candidate in row.candidates.filter(withdrawn_at=None).select_related("ballot"):
        show_picture(candidate)
    telling.tell_organisation(row, "ballot.approved")
    return row


@transaction.atomic
def send_back(ballot: Ballot, *, actor: Any, reason: str) -> Ballot:
    """Return it to its organisation, which is told why. Raises NotAllowed, Conflict, DomainError (``reason``)."""
    row = locked(ballot.pk)
    must_be_open(row.edition)
    if not can_decide(actor, row):
        raise NotAllowed(_("评选由上级单位退回。"))
    if row.state != _S.SUBMITTED:
        raise Conflict(_("这个评选现在不在待审核状态。请刷新查看。"), code="not_submitted")
    row.note = clean_note(reason, required=_("请写明退回的原因，对方会看到。"), field="reason")[:500]
    row.state, row.decided_by = _S.RETURNED, actor
    moved(row, "ballot.return", actor, reason=row.note)
    telling.tell_organisation(row, "ballot.returned", text=row.note)
    return row


@transaction.atomic
def take_down(ballot: Ballot, *, actor: Any, reason: str) -> Ballot:
    """Take it from the public; the votes stay. Raises NotAllowed, Conflict, DomainError (``reason``)."""
    hold_voting(ballot.pk, shared=False)
    row = locked(ballot.pk)
    must_be_open(row.edition)
    if not can_decide(actor, row):
        raise NotAllowed(_("评选由上级单位下架。"))
    if not row.is_public:
        raise Conflict(_("这个评选现在没有公开。请刷新查看。"), code="not_public")
    reason = clean_note(reason, required=_("请写明下架的原因，对方会看到。"), field="reason")
    row.decided_by = actor
    return hide(row, "ballot.take_down", actor, reason)


def hide(row: Ballot, verb: str, actor: Any, reason: str) -> Ballot:
    """Take a locked ballot from the public, voting held alone before; nobody votes any more, the votes stay."""
    row.note, row.state = reason[:500], _S.TAKEN_DOWN
    moved(row, verb, actor, reason=row.note)
    for candidate in row.candidates.all():
        hide_assets(owner=candidate)
    telling.tell_organisation(row, "ballot.down", text=row.note)
    return row


@transaction.atomic
def close(ballot: Ballot, *, actor: Any = None) -> Ballot:
    """End the voting, by hand or (``actor`` None) because the time is over. A second call changes nothing."""
    hold_voting(ballot.pk, shared=False)
    row = locked(ballot.pk)
    if actor is not None:
        must_be_open(row.edition)
        if not leads(actor, row):
            raise NotAllowed(_("投票由评选单位的联络员或管理员结束。"))
    if row.state == _S.CLOSED:
        return row
    if row.state != _S.PUBLISHED:
        raise Conflict(_("这个评选现在没有在投票。请刷新查看。"), code="not_public")
    if actor is not None and now() < row.opens_at:
        raise Conflict(_("投票还没有开始，不能结束。"), code="not_begun")
    row.state, row.closed_at = _S.CLOSED, now()
    moved(row, "ballot.close", actor)
    telling.tell_organisation(row, "ballot.closed")
    return row


@transaction.atomic
def delete_ballot(ballot: Ballot, *, actor: Any) -> None:
    """Delete a draft that was never public."""
    row = locked(ballot.pk)
    must_be_open(row.edition)
    if not can_write(actor, row):
        raise NotAllowed(_("您不能删除“%(title)s”。") % {"title": row.title})
    if not row.is_writable or row.published_at is not None:
        raise Conflict(_("送审或公开过的评选不能删除。"), code="was_public")
    for candidate in row.candidates.all():
        hide_assets(owner=candidate, drafts_too=True)
    record("ballot.delete", row, actor=actor, organisation_id=row.organisation_id)
    row.delete()


def show_picture(candidate: Candidate) -> None:
    """Let the public fetch the candidate's picture."""
    publish_assets(candidate.picture_id, owner=candidate, organisations=[candidate.ballot.organisation_id])
