"""Candidates: written by hand, withdrawn, deleted (E10)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from skillweek.content.domain.assets import draft_assets, hide_assets
from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.editions.frozen import must_be_open
from skillweek.voting.access import can_decide, can_write, leads
from skillweek.voting.domain.common import hold_voting, locked
from skillweek.voting.models import Ballot, Candidate, Vote

FIELDS = ("title", "credit", "group", "text", "picture", "organisation", "url")
#: How many candidates one ballot may have.
MOST = 1000


def next_number(ballot: Ballot) -> int:
    """The number that follows; called while the ballot is locked."""
    return int(ballot.candidates.aggregate(most=Max("number"))["most"] or 0) + 1


@transaction.atomic
def save_candidate(candidate: Candidate, *, actor: Any, **values: Any) -> Candidate:
    """Save a new candidate or a known one while the ballot is a draft. Raises NotAllowed, Conflict, DomainError."""
    ballot = locked(candidate.ballot_id)
    must_be_open(ballot.edition)
    if not can_write(actor, ballot):
        raise NotAllowed(_("您不能修改“%(title)s”的候选。") % {"title": ballot.title})
    if not ballot.is_writable:
        raise Conflict(_("评选已经送审或公开，候选不能再改，只能退出。"), code="not_draft")
    candidate.ballot = ballot
    for name in FIELDS:
        if name in values:
            setattr(candidate, name, values[name])
    if not candidate.title.strip():
        raise DomainError(_("请填写名称。"), field="title")
    if ballot.groups and candidate.group not in ballot.groups:
        raise DomainError(_("请选择组别。"), field="group")
    if not candidate.pk:
        if ballot.candidates.count() >= MOST:
            raise DomainError(_("一个评选最多 %(limit)d 个候选。") % {"limit": MOST})
        candidate.number = next_number(ballot)
    candidate.save()
    draft_assets(candidate.picture_id, owner=candidate, organisations=[ballot.organisation_id])
    record("candidate.save", candidate, actor=actor, organisation_id=ballot.organisation_id)
    return candidate


@transaction.atomic
def withdraw(candidate: Candidate, *, actor: Any, reason: str) -> Candidate:
    """Take it out of the ballot, its voters get their votes back. Also for the line above, at any time before the end.

    Raises NotAllowed, Conflict (withdrawn before, or the results are out), DomainError (``reason``).
    """
    hold_voting(candidate.ballot_id, shared=False)
    ballot = locked(candidate.ballot_id)
    must_be_open(ballot.edition)
    if not (leads(actor, ballot) or can_decide(actor, ballot)):
        raise NotAllowed(_("候选由联络员、管理员或上级单位退出。"))
    reason = clean_note(reason, required=_("请写明退出的原因。"), field="reason")[:500]
    row = Candidate.objects.select_for_update(of=("self",), no_key=True).get(pk=candidate.pk)
    if row.withdrawn_at is not None:
        raise Conflict(_("这个候选已经退出。"), code="same")
    if ballot.is_final:
        raise Conflict(_("结果已经公布，候选不能再退出。"), code="announced")
    return take_out(ballot, row, actor=actor, reason=reason)


def take_out(ballot: Ballot, row: Candidate, *, actor: Any, reason: str) -> Candidate:
    """Withdraw a locked candidate of a locked ballot, voting held alone before; its votes become void."""
    row.withdrawn_at, row.withdrawn_reason = now(), reason
    row.save(update_fields=["withdrawn_at", "withdrawn_reason", "updated_at"])
    void = Vote.objects.filter(candidate=row).exclude(state=Vote.State.VOID).update(state=Vote.State.VOID)
    hide_assets(owner=row)
    record(
        "candidate.withdraw", row, actor=actor, organisation_id=ballot.organisation_id, reason=reason,
        data={"votes": void},
    )  # fmt: skip
    return row


@transaction.atomic
def delete_candidate(candidate: Candidate, *, actor: Any) -> None:
    """Delete it from a draft that was never public. Raises NotAllowed, Conflict."""
    ballot = locked(candidate.ballot_id)
    must_be_open(ballot.edition)
    if not can_write(actor, ballot):
        raise NotAllowed(_("您不能修改“%(title)s”的候选。") % {"title": ballot.title})
    if not ballot.is_writable or ballot.published_at is not None:
        raise Conflict(_("评选公开过，候选不能删除，只能退出。"), code="was_public")
    hide_assets(owner=candidate, drafts_too=True)
    record("candidate.delete", candidate, actor=actor, organisation_id=ballot.organisation_id)
    candidate.delete()
