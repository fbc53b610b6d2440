"""Who cites a policy: rooms above register, since this room knows none of them (D5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from skillweek.policies.models import Policy


@dataclass(frozen=True)
class Citation:
    """One public thing that explains a policy. ``article`` is what it names of it, as typed; may be empty."""

    title: str
    url: str
    by: str
    at: datetime | None
    article: str = ""


_sources: dict[str, Callable[[Policy], Iterable[Citation]]] = {}


def register(name: str, cited: Callable[[Policy], Iterable[Citation]]) -> None:
    """Called by rooms in ``AppConfig.ready``; ``cited`` gives what strangers may read. Safe to call again."""
    _sources[name] = cited


def citations_of(policy: Policy) -> list[Citation]:
    """Everything public that cites the policy, in the order of the sources."""
    return [citation for name in sorted(_sources) for citation in _sources[name](policy)]
