"""What the public can take part in now: rooms tell, the portal shows (E1–E11, B11)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from skillweek.editions.models import Edition

_ORDER: Final = {"open": 0, "soon": 1, "over": 2}


@dataclass(frozen=True)
class Offer:
    """One thing to take part in. ``state`` is ``open``, ``soon`` or ``over``; ``image_url`` may be empty."""

    kind: str
    kind_label: str
    icon: str
    title: str
    url: str
    organisation_name: str
    starts_on: date | None = None
    ends_on: date | None = None
    state: str = "open"
    teaser: str = ""
    image_url: str = ""


Provider = Callable[[Edition], list[Offer]]
_providers: dict[str, Provider] = {}


def register(provider: Provider) -> None:
    """Have a room's offers shown. Safe to call again with the same function."""
    _providers[f"{provider.__module__}.{provider.__qualname__}"] = provider


def offers_of(edition: Edition) -> list[Offer]:
    """Everything on offer: what is open first, then what comes, then what is over; within these by date and title."""
    found = [offer for provider in _providers.values() for offer in provider(edition)]
    return sorted(found, key=_rank)


def _rank(offer: Offer) -> tuple[int, date, str]:
    end = offer.ends_on if offer.state == "open" else offer.starts_on
    return _ORDER.get(offer.state, 3), end or date.max, offer.title
