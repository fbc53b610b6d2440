"""Who ends weeks, takes archives and looks back (A5, A8). The default answer is no.

The host's managers end, export, import and copy whole editions. Everybody with a role looks back at past editions: what
they find there follows from the rooms' own rules. Figures through the years: of one's own units and those below.
"""

from __future__ import annotations

from typing import Any

from skillweek.editions.models import Edition
from skillweek.organisations import access
from skillweek.organisations.models import Organisation, OrganisationQuerySet


def can_run(user: Any) -> bool:
    """Whether the person ends, exports and copies editions."""
    return access.can_manage_edition(user)


def can_look_back(user: Any) -> bool:
    """Whether the person works here at all."""
    return bool(access.scope_of(user).roles)


def past_editions() -> Any:
    """Editions that have ended, the newest first."""
    return Edition.objects.filter(state=Edition.State.CLOSED)


def own_units(user: Any) -> OrganisationQuerySet:
    """The active units in which the person holds a role: where looking at the years begins."""
    mine: OrganisationQuerySet = Organisation.objects.filter(pk__in=list(access.scope_of(user).roles), is_active=True)
    return mine
