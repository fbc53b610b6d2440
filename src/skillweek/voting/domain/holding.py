"""Holding back what looks stuffed, and deciding on it (E10). Nothing is deleted; every decision has a reason."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, Max, Min
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.editions.frozen import must_be_open
from skillweek.participation.models import Participant
from skillweek.voting import telling
from skillweek.voting.access import can_watch
from skillweek.voting.detecting import LIMITS, Finding, Seen, find
from skillweek.voting.domain.common import hold_voting, locked
from skillweek.voting.models import Ballot, Candidate, Hold, Vote

_V = Vote.State
#: How far back a scan looks: a day and a little, since keys of networks change daily.
LOOK_BACK: Final = timedelta(hours=26)
#: The longest stretch that a person holds at once.
LONGEST: Final = timedelta(days=2)


def scan(ballot: Ballot) -> int:
    """Look for stuffed votes and hold them; returns how many. Safe to repeat, and while people vote."""
    last = ballot.sheets.aggregate(last=Max("sent_at"))["last"]
    if last is None:
        return 0
    seen, free = _seen(ballot, last - LOOK_BACK)
    number = 0
    for finding in find(seen, LIMITS[ballot.watch]):
        # Votes that are held or decided already show the pattern, too; only free ones are taken.
        finding.votes = [vote for vote in finding.votes if vote in free]
        if finding.votes:
            number += _hold(ballot, finding)
    return number


def _seen(ballot: Ballot, since: datetime) -> tuple[list[Seen], set[int]]:
    rows = (
        Vote.objects.filter(ballot=ballot, sheet__sent_at__gte=since)
        .exclude(state=_V.VOID)
        .values_list(
            "pk", "participant", "candidate", "sheet__sent_at", "sheet__network_key", "sheet__device_key",
            "participant__verified_at", "participant__channel", "participant__contact", "state", "is_cleared",
        )
    )  # fmt: skip
    seen, free = [], set()
    for pk, person, candidate, at, network, device, verified, channel, contact, state, is_cleared in rows.iterator():
        is_mail = channel == Participant.Channel.EMAIL
        digits = "".join(sign for sign in contact if sign.isdigit())
        seen.append(
            Seen(
                vote=pk, person=person, candidate=candidate, at=at.timestamp(), network=network, device=device,
                verified=verified.timestamp(), phone=0 if is_mail or not digits else int(digits),
                domain=contact.rpartition("@")[2].lower() if is_mail else "",
            )
        )  # fmt: skip
        if state == _V.COUNTED and not is_cleared:
            free.add(pk)
    return seen, free


@transaction.atomic
def _hold(ballot: Ballot, finding: Finding) -> int:
    # Results that somebody announces meanwhile are final: either they wait for this, or nothing is held any more.
    hold_voting(ballot.pk, shared=True)
    if not Ballot.objects.filter(pk=ballot.pk, announced_at=None).exists():
        return 0
    row, is_new = _open_hold(ballot, finding.candidate, finding.key, finding.signals)
    if row.state != Hold.State.OPEN:  # decided in this instant: what came later waits for the next scan
        return 0
    taken = _take(row, finding.votes)
    if not taken:
        if is_new:
            row.delete()
        return 0
    row.signals = list(dict.fromkeys([*row.signals, *finding.signals]))
    row.evidence = finding.evidence
    row.save(update_fields=["signals", "evidence", "updated_at"])
    record("vote.hold", row, organisation_id=ballot.organisation_id, data={"votes": taken, "signals": row.signals})
    if is_new:
        telling.tell_watchers(row, taken)
    return taken


def _open_hold(ballot: Ballot, candidate: int, key: str, signals: list[str], actor: Any = None) -> tuple[Hold, bool]:
    row, is_new = Hold.objects.get_or_create(
        ballot=ballot, key=key, state=Hold.State.OPEN,
        defaults={"candidate_id": candidate, "signals": signals, "made_by": actor},
    )  # fmt: skip
    return Hold.objects.select_for_update(of=("self",)).get(pk=row.pk), is_new


def _take(row: Hold, votes: list[int]) -> int:
    taken = 0
    for at in range(0, len(votes), 500):
        part = Vote.objects.filter(pk__in=votes[at : at + 500], state=_V.COUNTED, is_cleared=False)
        taken += part.update(state=_V.HELD, hold=row)
    return taken


@transaction.atomic
def hold_by_hand(
    ballot: Ballot, candidate: Candidate, *, actor: Any, begin: datetime, end: datetime, reason: str
) -> Hold:
    """Hold every counted vote for a candidate between two moments. Votes that somebody released stay counted.

    Raises NotAllowed, Conflict (results out), DomainError (``reason``, ``end``; nothing to hold).
    """
    row = locked(ballot.pk)
    _must_watch(row, actor)
    reason = clean_note(reason, required=_("请写明为什么暂扣这些票。"), field="reason")[:500]
    if not begin < end <= begin + LONGEST:
        raise DomainError(_("结束时间要晚于开始时间，一次最多两天。"), field="end")
    votes = Vote.objects.filter(
        ballot=row, candidate=candidate, state=_V.COUNTED, is_cleared=False, sheet__sent_at__gte=begin,
        sheet__sent_at__lt=end,
    )  # fmt: skip
    facts = votes.aggregate(
        votes=Count("pk"), persons=Count("participant", distinct=True), first=Min("sheet__sent_at"),
        last=Max("sheet__sent_at"), devices=Count("sheet__device_key", distinct=True),
        networks=Count("sheet__network_key", distinct=True),
    )  # fmt: skip
    if not facts["votes"]:
        raise DomainError(_("这段时间里这个候选没有可以暂扣的票。"), field="begin")
    key = f"hand:{candidate.pk}:{begin:%Y%m%d%H%M}:{end:%Y%m%d%H%M}"
    found, _new = _open_hold(row, candidate.pk, key, ["hand"], actor)
    found.evidence = {**facts, "first": facts["first"].timestamp(), "last": facts["last"].timestamp(), "why": reason}
    found.save(update_fields=["evidence", "updated_at"])
    taken = _take(found, list(votes.values_list("pk", flat=True)))
    record(
        "vote.hold", found, actor=actor, organisation_id=row.organisation_id, reason=reason,
        data={"votes": taken, "signals": ["hand"]},
    )  # fmt: skip
    return found


@transaction.atomic
def decide(hold: Hold, *, actor: Any, counts: bool, reason: str) -> Hold:
    """Let the held votes count again (``counts``), or refuse them for good.

    Raises NotAllowed, Conflict (decided before, results out), DomainError (``reason``).
    """
    ballot = locked(hold.ballot_id)
    _must_watch(ballot, actor)
    reason = clean_note(reason, required=_("请写明理由，会留在记录里。"), field="reason")[:500]
    row = Hold.objects.select_for_update(of=("self",)).select_related("ballot", "candidate").get(pk=hold.pk)
    if row.state != Hold.State.OPEN:
        raise Conflict(_("同事刚刚处理过这一批票。请刷新查看。"), code="same")
    held = Vote.objects.filter(hold=row, state=_V.HELD)
    if counts:
        row.votes_decided = held.update(state=_V.COUNTED, is_cleared=True)
    else:
        row.votes_decided = held.update(state=_V.REFUSED)
    row.state = Hold.State.RELEASED if counts else Hold.State.CONFIRMED
    row.reason, row.decided_by, row.decided_at = reason, actor, now()
    row.save()
    record(
        "vote.release" if counts else "vote.refuse", row, actor=actor, organisation_id=ballot.organisation_id,
        reason=reason, data={"votes": row.votes_decided},
    )  # fmt: skip
    return row


@transaction.atomic
def reopen(hold: Hold, *, actor: Any, reason: str) -> Hold:
    """Take a decision back while the results are not out: the votes are held again. Raises as ``decide``."""
    ballot = locked(hold.ballot_id)
    _must_watch(ballot, actor)
    reason = clean_note(reason, required=_("请写明理由，会留在记录里。"), field="reason")[:500]
    row = Hold.objects.select_for_update(of=("self",)).get(pk=hold.pk)
    if row.state == Hold.State.OPEN:
        raise Conflict(_("这一批票还没有处理。请刷新查看。"), code="same")
    if Hold.objects.filter(ballot=ballot, key=row.key, state=Hold.State.OPEN).exists():
        row.key = f"{row.key[:100]}:{row.pk}"
    Vote.objects.filter(hold=row, state__in=(_V.COUNTED, _V.REFUSED)).update(state=_V.HELD, is_cleared=False)
    row.state, row.decided_at, row.decided_by = Hold.State.OPEN, None, None
    row.save()
    record("vote.reopen", row, actor=actor, organisation_id=ballot.organisation_id, reason=reason)
    return row


def _must_watch(ballot: Ballot, actor: Any) -> None:
    must_be_open(ballot.edition)
    if not can_watch(actor, ballot):
        raise NotAllowed(_("可疑票由评选单位的联络员、管理员或上级审核员处理。"))
    if ballot.is_final:
        raise Conflict(_("结果已经公布，票数不能再变。"), code="announced")


__all__ = ["decide", "hold_by_hand", "reopen", "scan"]
