"""Background entries of this room, safe to run twice (E10)."""

from __future__ import annotations

from django.db.models import Q
from django_tasks import task

from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import Conflict
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.voting.domain.ballots import close
from skillweek.voting.domain.holding import scan
from skillweek.voting.models import Ballot


@task()
def watch_votes() -> int:
    """Hold votes that look stuffed in every ballot that is voted in, or whose results are still to come."""
    token = audit.channel.set(AuditEvent.Channel.TASK)
    try:
        open_ones = Q(state=Ballot.State.PUBLISHED, opens_at__lte=now()) | Q(state=Ballot.State.CLOSED)
        # In an archived edition nobody could decide on what is held.
        rows = Ballot.objects.filter(open_ones).exclude(edition__state=Edition.State.CLOSED)
        return sum(scan(ballot) for ballot in rows.select_related("edition", "organisation"))
    finally:
        audit.channel.reset(token)


@task()
def close_ballots() -> int:
    """Close the ballots whose time is over; returns how many."""
    token = audit.channel.set(AuditEvent.Channel.TASK)
    number = 0
    try:
        for ballot in Ballot.objects.filter(state=Ballot.State.PUBLISHED, closes_at__lte=now()):
            try:
                close(ballot)
                number += 1
            except Conflict:  # somebody was quicker
                continue
    finally:
        audit.channel.reset(token)
    return number
