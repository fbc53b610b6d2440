"""Casting votes: the limits are the database's, whatever comes at once (E10, ADR 0195)."""

from __future__ import annotations

import secrets
from base64 import b32encode
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from skillweek.content.access import is_open
from skillweek.core.clock import now, today_in
from skillweek.core.errors import Conflict, DomainError
from skillweek.participation.models import Participant
from skillweek.voting.domain.common import hold_voting
from skillweek.voting.models import Ballot, Candidate, Vote, VoteSheet

_TRIES: Final = 4


@dataclass(frozen=True)
class Allowance:
    """What one person may still do in a ballot: votes left in all and today, and for whom they voted."""

    left: int
    left_today: int
    voted: frozenset[int] = frozenset()

    @property
    def now(self) -> int:
        """How many votes the person has at this moment."""
        return max(0, min(self.left, self.left_today))


def allowance(ballot: Ballot, participant: Participant | None) -> Allowance:
    """What the person has left; for somebody unknown, what everybody begins with."""
    rows = [] if participant is None else _live(ballot, participant)
    return _allowance(ballot, rows, today_in(ballot.edition.zone))


def _live(ballot: Ballot, participant: Participant) -> list[Vote]:
    return list(Vote.objects.filter(ballot=ballot, participant=participant).exclude(state=Vote.State.VOID))


def _allowance(ballot: Ballot, rows: list[Vote], today: date) -> Allowance:
    used_today = sum(row.day == today for row in rows)
    left_today = ballot.per_day - used_today if ballot.per_day else ballot.per_ballot
    return Allowance(ballot.per_ballot - len(rows), left_today, frozenset(row.candidate_id for row in rows))


def cast(
    ballot: Ballot, participant: Participant, candidates: Collection[int], *, client_id: UUID, network_key: str = "",
    device_key: str = "", pay: Callable[[], None] | None = None,
) -> VoteSheet:  # fmt: skip
    """Vote for these candidates (ids) at once, all or none; return the sheet with its receipt.

    The same ``client_id`` again returns the sheet it made. ``pay`` is called for a new one, in its transaction: it
    takes the proof of work, or raises. Raises Conflict (voting is not open, a candidate is gone, voted for before, no
    votes left), DomainError (nothing or too many chosen, the wrong way to verify).
    """
    wanted = list(dict.fromkeys(candidates))
    if not wanted:
        raise DomainError(_("请先选择要投给谁。"), code="nothing")
    for _attempt in range(_TRIES):
        try:
            with transaction.atomic():
                hold_voting(ballot.pk, shared=True)
                sheet = VoteSheet(
                    ballot_id=ballot.pk, participant=participant, client_id=client_id, network_key=network_key,
                    device_key=device_key,
                )  # fmt: skip
                return _cast(sheet, wanted, pay)
        except IntegrityError:
            # The same person voted elsewhere in the same instant, or sent this sheet twice: look again.
            continue
    raise Conflict(_("现在投票的人很多，没有完成。请稍等几秒再提交一次，您的选择都在。"), code="busy")


def _cast(sheet: VoteSheet, wanted: list[int], pay: Callable[[], None] | None) -> VoteSheet:
    participant = sheet.participant
    earlier = VoteSheet.objects.filter(client_id=sheet.client_id).first()
    if earlier is not None:
        kept = set(earlier.votes.values_list("candidate_id", flat=True))
        if (earlier.ballot_id, earlier.participant_id) != (sheet.ballot_id, participant.pk) or kept != set(wanted):
            raise Conflict(_("这张选票已经提交过。请刷新页面后重新选择。"), code="used_form")
        return earlier
    if pay is not None:
        pay()
    ballot = Ballot.objects.select_related("edition").get(pk=sheet.ballot_id)
    _must_be_voting(ballot, participant)
    if Candidate.objects.filter(ballot=ballot, pk__in=wanted, withdrawn_at=None).count() != len(wanted):
        raise Conflict(_("您选的候选中有人已经退出。请回到候选列表重新选择。"), code="gone")
    today = today_in(ballot.edition.zone)
    rows = _live(ballot, participant)
    _must_be_allowed(ballot, _allowance(ballot, rows, today), wanted)
    sheet.receipt, sheet.sent_at = new_receipt(), now()
    sheet.save(force_insert=True)
    slots = _free({row.slot for row in rows}, len(wanted))
    day_slots = _free({row.day_slot for row in rows if row.day == today}, len(wanted))
    Vote.objects.bulk_create(
        Vote(sheet=sheet, ballot=ballot, candidate_id=pk, participant=participant, day=today, slot=slot,
             day_slot=day_slot)
        for pk, slot, day_slot in zip(wanted, slots, day_slots, strict=True)
    )  # fmt: skip
    return sheet


def _must_be_voting(ballot: Ballot, participant: Participant) -> None:
    if ballot.state != Ballot.State.PUBLISHED or ballot.phase == "counting" or not is_open(ballot.edition):
        raise Conflict(_("投票已经结束，这次没有计入。"), code="closed")
    if ballot.phase == "soon":
        raise Conflict(_("投票还没有开始。"), code="not_begun")
    if participant.edition_id != ballot.edition_id or participant.erased_at is not None:
        raise Conflict(_("请重新验证后再投票。"), code="unknown_person")
    if ballot.needs_phone and participant.channel != Participant.Channel.PHONE:
        raise DomainError(_("这个评选只接受手机号码验证的人投票。请用手机号码重新验证。"), code="needs_phone")


def _must_be_allowed(ballot: Ballot, mine: Allowance, wanted: list[int]) -> None:
    if mine.voted.intersection(wanted):
        raise Conflict(_("每个候选只能投一次，您选的候选中有投过的。谢谢您的支持。"), code="voted")
    if mine.left <= 0:
        text = _("您的 %(limit)d 票都已投出，谢谢您的支持。")
        raise Conflict(text % {"limit": ballot.per_ballot}, code="used_up")
    if mine.left_today <= 0:
        text = _("您今天的 %(limit)d 票都已投出，明天可以再来。")
        raise Conflict(text % {"limit": ballot.per_day}, code="used_up_today")
    if len(wanted) > mine.now:
        text = _("您选了 %(chosen)d 个，现在还能投 %(left)d 票。请去掉几个再提交。")
        raise DomainError(text % {"chosen": len(wanted), "left": mine.now}, code="too_many")


def _free(used: set[int], number: int) -> list[int]:
    """The lowest numbers from 1 that are not used."""
    found: list[int] = []
    slot = 1
    while len(found) < number:
        if slot not in used:
            found.append(slot)
        slot += 1
    return found


def new_receipt() -> str:
    """A code that nobody guesses, easy to copy: ``K7QF-2M4A-XN5D-T3PZ``."""
    text = b32encode(secrets.token_bytes(10)).decode()
    return "-".join(text[at : at + 4] for at in range(0, 16, 4))
