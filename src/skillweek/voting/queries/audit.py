"""The audit file's lines from the votes' rows (E10)."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.db.models.functions import TruncMinute

from skillweek.voting import audit_file
from skillweek.voting.models import Ballot, Vote, VoteSheet


def audit_lines(ballot: Ballot) -> Iterator[audit_file.Line]:
    """Every vote of the ballot but those for withdrawn candidates, as lines of the file; read in pieces."""
    return audit_file.lines(_raw(ballot), ballot.salt)


def _raw(ballot: Ballot) -> Iterator[audit_file.Raw]:
    zone = ZoneInfo(ballot.edition.zone)
    rows = (
        Vote.objects.filter(ballot=ballot)
        .exclude(state=Vote.State.VOID)
        .annotate(minute=TruncMinute("sheet__sent_at"))
        .order_by("minute", "pk")
        .values_list("participant", "candidate__number", "candidate__title", "minute", "state", "sheet__receipt")
    )
    for person, number, title, minute, state, receipt in rows.iterator(chunk_size=2000):
        stamp = minute.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
        # No spreadsheet may take a title for a formula.
        safe = f"'{title}" if title.startswith(("=", "+", "-", "@")) else title
        yield audit_file.Raw(person, number, safe, stamp, state, receipt)


def sheet_by_receipt(ballot: Ballot, code: str) -> VoteSheet | None:
    """The sheet whose receipt somebody typed, with any spacing and small letters."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())[:16]
    receipt = "-".join(plain[at : at + 4] for at in range(0, len(plain), 4))
    return VoteSheet.objects.filter(ballot=ballot, receipt=receipt).first()
