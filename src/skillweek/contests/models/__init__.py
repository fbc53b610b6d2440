"""Calls for entries, what people entered, awards and relays (E1, E7, E11)."""

from skillweek.contests.models.awards import Award, AwardGiven
from skillweek.contests.models.calls import Call
from skillweek.contests.models.entries import Entry, EntryFile, Pass

__all__ = ["Award", "AwardGiven", "Call", "Entry", "EntryFile", "Pass"]
