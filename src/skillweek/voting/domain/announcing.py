"""The results: frozen, given awards and certificates, opened to everybody's check (E10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.frozen import must_be_open
from skillweek.participation.domain.certificates import issue
from skillweek.voting import telling
from skillweek.voting.access import leads
from skillweek.voting.domain.common import hold_voting, locked, moved, must_be_version
from skillweek.voting.domain.holding import scan
from skillweek.voting.models import Ballot, Candidate, Hold
from skillweek.voting.queries.audit import audit_lines
from skillweek.voting.queries.totals import Standing, standings, turnout

_S = Ballot.State


def last_look(ballot: Ballot) -> None:
    """Scan once more before the results. Raises Conflict while votes are held and nobody has decided on them."""
    if ballot.state == _S.CLOSED:
        scan(ballot)
    waiting = Hold.objects.filter(ballot=ballot, state=Hold.State.OPEN).count()
    if waiting:
        text = _("还有 %(n)d 批可疑票没有处理。请先逐批确认或恢复，再公布结果。")
        raise Conflict(text % {"n": waiting}, code="held")


def announce(
    ballot: Ballot, *, actor: Any, text: str, awards: Mapping[int, str], expected: int | None = None
) -> Ballot:
    """Make the results public and final; ``awards`` maps candidates (ids) to what they win; each gets a certificate.

    Raises NotAllowed, Conflict (voting goes on, votes are held, somebody was quicker), DomainError (unknown candidate).
    """
    if not leads(actor, ballot):
        must_be_open(ballot.edition)
        raise NotAllowed(_("结果由评选单位的联络员或管理员公布。"))
    last_look(ballot)  # outside the transaction below: what it holds stays held
    with transaction.atomic():
        hold_voting(ballot.pk, shared=False)
        row = locked(ballot.pk)
        must_be_open(row.edition)
        must_be_version(row, expected)
        if row.state != _S.CLOSED:
            raise Conflict(_("投票结束后才能公布结果。请刷新查看。"), code="not_closed")
        if Hold.objects.filter(ballot=row, state=Hold.State.OPEN).exists():
            raise Conflict(_("刚刚又有可疑票。请先处理，再公布结果。"), code="held")
        places = standings(row)
        known = {place.candidate.pk for place in places}
        given = {pk: " ".join(award.split())[:60] for pk, award in awards.items() if award.strip()}
        if not given.keys() <= known:
            raise DomainError(_("获奖的候选已经退出。请刷新页面后重新填写。"))
        _freeze(row, places, given)
        row.state, row.announced_at, row.announcement = _S.ANNOUNCED, now(), text.strip()[:4000]
        moved(row, "ballot.announce", actor, data={"votes": row.final_votes, "awards": len(given)})
        for place in places:
            if place.candidate.award:
                _certify(row, place.candidate, actor)
        telling.tell_deciders(row, "ballot.announced")
    return row


def _freeze(row: Ballot, places: list[Standing], awards: Mapping[int, str]) -> None:
    for place in places:
        candidate = place.candidate
        candidate.final_votes, candidate.final_rank = place.votes, place.rank
        candidate.award = awards.get(candidate.pk, "")
    Candidate.objects.bulk_update([place.candidate for place in places], ["final_votes", "final_rank", "award"], 500)
    numbers = turnout(row)
    row.final_voters, row.final_votes, row.final_refused = numbers.voters, numbers.counted, numbers.refused
    row.audit_lines, row.audit_head = 0, ""
    for line in audit_lines(row):
        row.audit_lines, row.audit_head = line.number, line.chain


def _certify(row: Ballot, candidate: Candidate, actor: Any) -> None:
    lines = [_("在“%(title)s”中") % {"title": row.title}]
    if candidate.credit and candidate.credit != candidate.title:
        lines.append(candidate.credit)
    issue(
        row.edition, row.organisation, kind="award", key=candidate.certificate_key, holder=candidate.title,
        title=candidate.award, lines=lines, actor=actor,
    )  # fmt: skip
