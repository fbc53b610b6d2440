"""What votes and juries have of a call: handed over by the organiser, let go of when a work is public no more (E1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.contests import access
from skillweek.contests.domain.common import locked_call
from skillweek.contests.domain.specs import candidates_of, works_of
from skillweek.contests.models import Call, Entry
from skillweek.core.audit import record
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.frozen import must_be_open
from skillweek.judging.domain.seam import CriterionSpec, ensure_panel, forget_work, sync_works, work_withdrawn
from skillweek.judging.models import Panel
from skillweek.participation.handed import Synced
from skillweek.voting.domain.seam import (
    candidate_withdrawn,
    ensure_ballot,
    forget_candidate,
    source_restored,
    source_taken_down,
    sync_candidates,
)
from skillweek.voting.models import Ballot

_FEWEST: Final = 2


def key_of(call: Call) -> str:
    """How a call's ballot and panel know it."""
    return f"contest:{call.pk}"


def ballot_of(call: Call) -> Ballot | None:
    """The call's public vote, if it has one."""
    return Ballot.objects.filter(edition=call.edition_id, source_key=key_of(call)).first()


def panel_of(call: Call) -> Panel | None:
    """The call's jury, if it has one."""
    return Panel.objects.filter(edition=call.edition_id, source_key=key_of(call)).first()


@transaction.atomic
def open_vote(call: Call, *, actor: Any) -> tuple[Ballot, Synced]:
    """Make a ballot of the approved works, or bring the one there is up to date. It is submitted where votes are kept.

    Raises DomainError without dates for the vote or with less than two works.
    """
    row = _runnable(call, actor)
    if row.vote_from is None or row.vote_until is None:
        raise DomainError(_("请先在“修改”里填写投票开始和截止时间。"))
    if row.entries.filter(state=Entry.State.APPROVED).count() < _FEWEST:
        raise DomainError(_("至少要有两件审核通过的作品，才能投票。"))
    rules = _("作品来自征集活动“%(title)s”，都已审核通过。每人的票数见页面提示。") % {"title": row.title}
    ballot = ensure_ballot(
        row.edition, row.organisation, source_key=key_of(row), title=row.title, opens_at=row.vote_from,
        closes_at=row.vote_until, actor=actor, teaser=row.theme, rules=rules, groups=row.groups,
    )  # fmt: skip
    return ballot, sync_candidates(ballot, candidates_of(row), actor=actor)


@transaction.atomic
def open_jury(call: Call, *, actor: Any, due_at: datetime) -> Panel:
    """Make a panel that judges the approved works, or bring the one there is up to date."""
    row = _runnable(call, actor)
    if not row.entries.filter(state=Entry.State.APPROVED).exists():
        raise DomainError(_("还没有审核通过的作品，不能请评委评审。"))
    criteria = [CriterionSpec(_("主题")), CriterionSpec(_("创意")), CriterionSpec(_("制作"))]
    panel = ensure_panel(
        row.edition, row.organisation, source_key=key_of(row), title=row.title, due_at=due_at, criteria=criteria,
        actor=actor,
    )  # fmt: skip
    sync_works(panel, works_of(row), actor=actor)
    return panel


def leave_with(call: Call, *, actor: Any, reason: str) -> None:
    """Take the vote of a call that was taken down from the public as well: its works are not to be seen there."""
    said = _("所属的征集活动已下架：%(reason)s") % {"reason": reason}
    source_taken_down(call.edition, key_of(call), actor=actor, reason=said)


def return_with(call: Call, *, actor: Any) -> None:
    """The call is public again: so is its vote, unless it was taken down by itself."""
    source_restored(call.edition, key_of(call), actor=actor)


@transaction.atomic
def weigh(call: Call, *, actor: Any, jury: int, votes: int) -> Call:
    """Set how much the jury and the votes weigh. Raises DomainError for weights out of range or both nothing."""
    row = _runnable(call, actor)
    if not (0 <= jury <= 100 and 0 <= votes <= 100) or jury + votes == 0:
        raise DomainError(_("权重是 0 到 100 的整数，不能都是 0。"))
    row.jury_weight, row.vote_weight = jury, votes
    row.version += 1
    row.save()
    record("call.weigh", row, actor=actor, organisation_id=row.organisation_id, data={"jury": jury, "votes": votes})
    return row


def leave(entry: Entry, *, reason: str) -> None:
    """Take the entry out of the ballots and juries that have it, as far as their results are not out."""
    candidate_withdrawn(entry.source_key, reason=reason)
    work_withdrawn(entry.source_key)


def forget(entry: Entry) -> None:
    """Take author, text and files' addresses out of what ballots and juries copied, whatever their state."""
    forget_candidate(entry.source_key)
    forget_work(entry.source_key)


def _runnable(call: Call, actor: Any) -> Call:
    row = locked_call(call.pk)
    must_be_open(row.edition)
    if not access.can_write(actor, row):
        raise NotAllowed(_("评选由主办单位的负责人开通。"))
    if row.state == Call.State.TAKEN_DOWN:
        raise Conflict(_("活动已下架。恢复公开后才能开通评选或调整权重。"), code="down")
    if row.announced_at is not None:
        raise DomainError(_("获奖结果已经公布，不能再改。"))
    return row
