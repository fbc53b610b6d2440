"""What follows when an entry is public no more: votes and juries let go of it (E1)."""

from __future__ import annotations

from skillweek.contests.models import Entry


def leave(entry: Entry, *, reason: str) -> None:
    """Take the entry out of the ballots and juries that have it."""
