"""What a changed profile would show instead (E3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from skillweek.partnerships.domain.profiles import PUBLIC
from skillweek.partnerships.models import Enterprise, ProfileChange


@dataclass(frozen=True)
class Difference:
    """One field: what the public reads now, and what it would read."""

    name: str
    label: str
    old: str
    new: str


def differences(enterprise: Enterprise, change: ProfileChange) -> list[Difference]:
    """The fields that differ, as the page shows them; the logo is compared by eye."""

    def shown(row: Any, name: str) -> str:
        said = getattr(row, f"get_{name}_display", None)
        return str(said() if said is not None else getattr(row, name))

    found = []
    for name in PUBLIC:
        if getattr(enterprise, name) != getattr(change, name):
            field: Any = Enterprise._meta.get_field(name)
            found.append(Difference(name, str(field.verbose_name), shown(enterprise, name), shown(change, name)))
    return found
