"""What an import does with one row, as the dry run shows it and the confirmation applies it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from skillweek.organisations.roster.outcome import Action, Change, Problem

__all__ = ["Action", "Change", "Outcome", "Plan", "Problem"]


@dataclass
class Outcome:
    """One row. ``values``, ``tags`` and ``session`` are stored values for the verbs; only what the row gives."""

    row: int
    title: str
    unit_id: int = 0
    unit: str = ""
    #: The number of the activity that is there already; 0 for a new one.
    activity_id: int = 0
    #: Row of the activity's first line in the file.
    head: int = 0
    action: Action = Action.SAME
    values: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, list[str]] = field(default_factory=dict)
    session: dict[str, Any] = field(default_factory=dict)
    #: The values as the row gave them, also those that turned out to change nothing.
    given: dict[str, Any] = field(default_factory=dict)
    #: Whether the session is added; one that is there already is left alone.
    adds_session: bool = False
    when: str = ""
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def fail(self, column: str, text: str) -> None:
        """Mark the row as not to be imported."""
        self.problems.append(Problem(column, text))
        self.action = Action.ERROR

    def plain(self) -> dict[str, Any]:
        """What is done, without sentences, which depend on the reader's language."""
        session = {k: v.isoformat() if isinstance(v, datetime) else v for k, v in self.session.items()}
        return {
            "row": self.row,
            "title": self.title,
            "unit": self.unit_id,
            "activity": self.activity_id,
            "action": str(self.action),
            "values": self.values,
            "tags": self.tags,
            "session": session if self.adds_session else {},
            "old": [[change.column, change.old] for change in self.changes],
        }


@dataclass(frozen=True)
class Plan:
    """All rows' outcomes, in the file's order."""

    outcomes: list[Outcome]

    @property
    def counts(self) -> dict[str, int]:
        """Outcome → number of rows, and ``activities``: how many activities are made or changed."""
        found = {str(action): sum(row.action == action for row in self.outcomes) for action in Action}
        return {**found, "activities": len(self.groups())}

    @property
    def does_something(self) -> bool:
        """Whether confirming would change anything."""
        return bool(self.groups())

    def groups(self) -> list[list[Outcome]]:
        """Rows by activity, of those that are made or changed."""
        found: dict[int, list[Outcome]] = {}
        for outcome in self.outcomes:
            found.setdefault(outcome.head, []).append(outcome)
        does = (Action.NEW, Action.UPDATE)
        return [
            rows
            for rows in found.values()
            if any(row.action in does for row in rows) and not any(row.action == Action.ERROR for row in rows)
        ]

    def digest(self) -> str:
        """A mark of exactly this plan: equal when, and only when, confirming does the same."""
        plain = json.dumps([outcome.plain() for outcome in self.outcomes], sort_keys=True)
        return hashlib.sha256(plain.encode()).hexdigest()
