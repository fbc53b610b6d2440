"""What rooms above call: hand over candidates, take one or the whole ballot back (E1, E10).

Texts and addresses only, no key upwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.errors import Conflict
from skillweek.editions.frozen import must_be_open
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.participation.domain.certificates import revoke
from skillweek.participation.handed import Handed, Synced, forget, sync
from skillweek.participation.models import Certificate
from skillweek.voting.domain.ballots import hide, show
from skillweek.voting.domain.candidates import next_number, take_out
from skillweek.voting.domain.common import hold_voting, locked, moved
from skillweek.voting.models import Ballot, Candidate


@transaction.atomic
def ensure_ballot(
    edition: Edition, organisation: Organisation, *, source_key: str, title: str, opens_at: datetime,
    closes_at: datetime, actor: Any = None, **values: Any,
) -> Ballot:  # fmt: skip
    """The ballot that belongs to ``source_key``, made as a draft the first time; later calls change nothing."""
    must_be_open(edition)
    Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    known = Ballot.objects.filter(edition=edition, source_key=source_key).first()
    if known is not None:
        return known
    made = Ballot.objects.create(
        edition=edition, organisation=organisation, source_key=source_key, title=title[:120], opens_at=opens_at,
        closes_at=closes_at, **values,
    )  # fmt: skip
    record("ballot.save", made, actor=actor, organisation_id=organisation.pk, data={"source": source_key})
    return made


@transaction.atomic
def sync_candidates(ballot: Ballot, specs: Iterable[Handed], *, actor: Any = None) -> Synced:
    """Make the ballot's handed-over candidates those of ``specs``; ones made by hand stay. Call it as often as
    you like.

    A draft takes everything: new, changed and missing ones. Once it was submitted nobody may slip in what the line
    above did not see, so that only withdrawals happen; what came too late is counted in ``late``. Raises Conflict when
    the results are out, NotAllowed when the edition is archived.
    """
    hold_voting(ballot.pk, shared=False)
    row = locked(ballot.pk)
    must_be_open(row.edition)
    if row.is_final:
        raise Conflict(_("结果已经公布，候选不能再变。"), code="announced")
    outcome = sync(
        row.candidates, specs, number=next_number(row), back={"withdrawn_reason": ""},
        takes=lambda _is_new, _is_same: row.is_writable,
        take_out=lambda old: take_out(row, old, actor=actor, reason=_("作品已从活动中退出。")),
    )  # fmt: skip
    if outcome.did_something:
        record("ballot.sync", row, actor=actor, organisation_id=row.organisation_id, data=outcome.data())
    return outcome


@transaction.atomic
def candidate_withdrawn(source_key: str, *, actor: Any = None, reason: str = "") -> int:
    """Take the handed-over candidate out of every ballot whose results are not out; returns out of how many.

    Where they are out, places and audit file stay as they were announced, and the certificate is taken back.
    """
    _take_back_certificates(source_key, actor, reason)
    keys = Candidate.objects.filter(source_key=source_key, withdrawn_at=None, ballot__announced_at=None)
    number = 0
    for ballot_id in sorted(set(keys.values_list("ballot_id", flat=True))):
        hold_voting(ballot_id, shared=False)
        ballot = locked(ballot_id)
        if ballot.is_final:
            continue
        rows = ballot.candidates.select_for_update(of=("self",), no_key=True).filter(
            source_key=source_key, withdrawn_at=None
        )
        for row in rows:
            take_out(ballot, row, actor=actor, reason=reason[:500] or _("作品已从活动中退出。"))
            number += 1
    return number


def _take_back_certificates(source_key: str, actor: Any, reason: str) -> None:
    rows = Candidate.objects.filter(source_key=source_key, ballot__announced_at__isnull=False)
    keys = [row.certificate_key for row in rows]
    for paper in Certificate.objects.filter(key__in=keys, revoked_at=None):
        revoke(paper, actor=actor, reason=reason or _("作品已从活动中退出。"), by_rule=True)


@transaction.atomic
def source_taken_down(edition: Edition, source_key: str, *, actor: Any = None, reason: str) -> Ballot | None:
    """What the ballot belongs to was taken down: the ballot leaves the public with it, and cannot become public before
    ``source_restored``. Votes stay. Returns the ballot, None where there is none. Safe to repeat.
    """
    row = _of_source(edition, source_key)
    if row is None or row.waits_for_source:
        return row
    row.state_before = row.state
    if row.is_public:
        return hide(row, "ballot.take_down", actor, reason)
    return moved(row, "ballot.wait", actor, reason=reason[:500])


@transaction.atomic
def source_restored(edition: Edition, source_key: str, *, actor: Any = None) -> Ballot | None:
    """It is public again: so is the ballot that left with it. One that was taken down by itself stays down."""
    row = _of_source(edition, source_key)
    if row is None or not row.waits_for_source:
        return row
    left_with_it = row.state == Ballot.State.TAKEN_DOWN and row.state_before in Ballot.PUBLIC
    row.state_before = ""
    if left_with_it:
        return show(row, "ballot.restore", actor)
    return moved(row, "ballot.resume", actor)


def _of_source(edition: Edition, source_key: str) -> Ballot | None:
    """The ballot of ``source_key``, locked and with its voting held alone."""
    pk = Ballot.objects.filter(edition=edition, source_key=source_key).values_list("pk", flat=True).first()
    if pk is None:
        return None
    hold_voting(pk, shared=False)
    return locked(pk)


@transaction.atomic
def forget_candidate(source_key: str) -> int:
    """Take author, text, picture and link out of the handed-over candidate, also where the results are out; returns in
    how many ballots. Its title stays: the audit file holds it. Safe to repeat.
    """
    return forget(Candidate.objects, source_key, parent="ballot", verb="candidate.forget")


@dataclass(frozen=True)
class Total:
    """One candidate's place for a room above: its key there, votes that count, rank (ties share one)."""

    source_key: str
    title: str
    group: str
    votes: int
    rank: int
    award: str


def results(ballot: Ballot) -> list[Total]:
    """The places of the handed-over candidates as of now, best first in each group; exact, held votes left out."""
    from skillweek.voting.queries.totals import standings

    return [
        Total(row.candidate.source_key, row.candidate.title, row.candidate.group, row.votes, row.rank,
              row.candidate.award)
        for row in standings(ballot) if row.candidate.source_key
    ]  # fmt: skip
