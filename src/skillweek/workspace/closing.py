"""What closes the week on the home page: one's schools' statistics forms, and those that wait for a decision (C12)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from skillweek.core.clock import today_in
from skillweek.editions.models import Edition
from skillweek.organisations.access import scope_of
from skillweek.organisations.models import Organisation
from skillweek.statistics.access import own_units
from skillweek.statistics.models import FormEntry
from skillweek.statistics.queries.queue import MISSING, counts_of

_S = FormEntry.State
#: The card comes up so many days before the week ends.
_DAYS_BEFORE_THE_END: Final = 2


@dataclass
class ClosingToday:
    """``forms``: (school, state) of the person's own schools; ``waiting`` and ``missing``: forms below a reviewer."""

    forms: list[tuple[Organisation, str]] = field(default_factory=list)
    waiting: int = 0
    missing: int = 0


def closing_today(user: Any, edition: Edition) -> ClosingToday | None:
    """What there is to do about statistics, or None before its time or when nothing is left: a few indexed reads."""
    if today_in(edition.zone) < edition.ends_on - timedelta(days=_DAYS_BEFORE_THE_END):
        return None
    found = ClosingToday()
    schools = list(own_units(user)[:10])
    if schools:
        rows = FormEntry.objects.filter(edition=edition, organisation__in=schools)
        states = dict(rows.values_list("organisation_id", "state"))
        found.forms = [(school, states.get(school.pk, _S.COUNTED.value)) for school in schools]
        found.forms = [row for row in found.forms if row[1] not in (_S.SUBMITTED, _S.ACCEPTED)]
    if scope_of(user).deciding_paths:
        counts = counts_of(user, edition)
        found.waiting, found.missing = counts[_S.SUBMITTED.value], counts[MISSING]
    return found if found.forms or found.waiting or found.missing else None
