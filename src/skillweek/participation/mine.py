"""What one person of the public took part in: rooms tell, their own page shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from skillweek.participation.models import Participant


@dataclass(frozen=True)
class Mine:
    """One line of the page: what it is (``kind_label``), its name, where it is looked after, how it stands."""

    kind_label: str
    icon: str
    title: str
    url: str
    at: datetime
    state: str = ""


Provider = Callable[[Participant], list[Mine]]
_providers: dict[str, Provider] = {}


def register(provider: Provider) -> None:
    """Have a room's things shown. Safe to call again with the same function."""
    _providers[f"{provider.__module__}.{provider.__qualname__}"] = provider


def things_of(participant: Participant) -> list[Mine]:
    """Everything of this person, newest first."""
    found = [thing for provider in _providers.values() for thing in provider(participant)]
    return sorted(found, key=lambda thing: thing.at, reverse=True)
