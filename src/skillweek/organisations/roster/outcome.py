"""What an import does with one row of the roster, as the dry run shows it and the confirmation applies it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from skillweek.organisations.models import Organisation


class Action(StrEnum):
    """The outcomes of a row."""

    NEW = "new"
    UPDATE = "update"
    SAME = "same"
    ERROR = "error"
    SKIP = "skip"


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell: ``column`` is its heading, ``text`` says what and what to do."""

    column: str
    text: str


@dataclass(frozen=True)
class Change:
    """One cell that becomes something else. ``old`` is empty for what is new."""

    column: str
    old: str
    new: str


@dataclass
class Outcome:
    """One row. ``fields`` are stored values for the verbs; ``liaison`` says what happens to the person."""

    row: int
    code: str
    name: str
    action: Action = Action.SAME
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    kind: str = ""
    parent: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    is_new: bool = False
    moves: bool = False
    #: "", "invite" or "correct".
    liaison: str = ""
    person: dict[str, str] = field(default_factory=dict)
    invitation_id: int | None = None
    #: The unit as it will be; never saved, only for checking what stands below it.
    unit: Organisation | None = field(default=None, compare=False, repr=False)

    def fail(self, column: str, text: str) -> None:
        """Mark the row as not to be imported."""
        self.problems.append(Problem(column, text))
        self.action = Action.ERROR

    def change(self, column: str, old: str, new: str) -> None:
        """Note a difference."""
        self.changes.append(Change(column, old, new))


@dataclass(frozen=True)
class Plan:
    """All rows' outcomes, in the file's order."""

    outcomes: list[Outcome]

    def count(self, action: Action) -> int:
        """How many rows have this outcome."""
        return sum(outcome.action == action for outcome in self.outcomes)

    @property
    def counts(self) -> dict[str, int]:
        """Outcome → number of rows."""
        return {str(action): self.count(action) for action in Action}

    @property
    def does_something(self) -> bool:
        """Whether confirming would change anything."""
        return bool(self.count(Action.NEW) + self.count(Action.UPDATE))

    @property
    def mails(self) -> int:
        """How many invitations have an address to be mailed to."""
        return sum(bool(outcome.liaison and outcome.person.get("email")) for outcome in self.outcomes)

    def digest(self) -> str:
        """A mark of exactly this plan: equal when, and only when, confirming does the same."""
        return hashlib.sha256(json.dumps([_plain(o) for o in self.outcomes], sort_keys=True).encode()).hexdigest()


def _plain(outcome: Outcome) -> dict[str, Any]:
    unit, outcome.unit = outcome.unit, None
    try:
        plain = asdict(outcome)
    finally:
        outcome.unit = unit
    # Sentences depend on the reader's language; what is done does not.
    return {key: value for key, value in plain.items() if key not in ("problems", "notes", "unit")}
