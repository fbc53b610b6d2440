"""Reminding units of what is missing before the week starts, in one click (B6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from skillweek.activities import access, access_running, kinds_running
from skillweek.activities.domain.telling import people_by_unit
from skillweek.activities.queries.coverage import Row, rows_of
from skillweek.core import audit
from skillweek.core.clock import today_in
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.notifications.domain import notify
from skillweek.organisations.models import Organisation, User

#: Units told in one transaction.
BATCH: Final = 200
#: Days named in one message; a long week is counted.
_NAMED: Final = 10


@dataclass
class GapReminder:
    """What became of the units that were to be reminded."""

    told: int = 0
    #: Told earlier today.
    already: int = 0
    #: Units in which nobody has an account yet; they need a call.
    without_people: int = 0
    #: Nothing is missing there any more.
    complete: int = 0


def must_be_running(edition: Edition) -> None:
    """Raise DomainError when nobody can plan any more."""
    if not access.is_open(edition):
        raise DomainError(_("本届活动周不在进行中，不能提醒。"))


def remind_of_gaps(edition: Edition, units: Sequence[Organisation], *, actor: User) -> GapReminder:
    """Tell the people of these units which days have no activity and that no feature activity is planned.

    Each unit is told at most once a day. Raises NotAllowed when ``actor`` does not review one of them.
    """
    must_be_running(edition)
    if any(not access_running.can_remind_of_gaps(actor, unit) for unit in units):
        raise NotAllowed(_("只能提醒您所辖的单位。"))
    outcome = GapReminder()
    for start in range(0, len(units), BATCH):
        _remind(edition, units[start : start + BATCH], actor, outcome)
    return outcome


@transaction.atomic
def _remind(edition: Edition, units: Sequence[Organisation], actor: User, outcome: GapReminder) -> None:
    people = people_by_unit(unit.pk for unit in units)
    key = f"activity.gap:{edition.pk}:{today_in(edition.zone)}"
    for row in rows_of(edition, units):
        if not row.gaps and not row.is_plain:
            outcome.complete += 1
        elif not people.get(row.unit.pk):
            outcome.without_people += 1
        elif _tell(edition, row, people[row.unit.pk], f"{key}:{row.unit.pk}"):
            outcome.told += 1
            audit.record("coverage.remind", row.unit, actor=actor, organisation_id=row.unit.pk)
        else:
            outcome.already += 1


def _tell(edition: Edition, row: Row, people: Iterable[User], key: str) -> bool:
    gaps, plain = row.gaps, row.is_plain

    def what() -> str:
        if not gaps:
            return _("还没有特色亮点活动")
        return _("有 %(count)s 天没有活动") % {"count": len(gaps)}

    def days() -> str:
        words = _("、").join(date_format(day, "MONTH_DAY_FORMAT") for day in gaps[:_NAMED])
        return words + (_("等") if len(gaps) > _NAMED else "")

    context = {"what": what, "days": days, "highlight": lambda: _("还没有特色亮点活动。") if plain else ""}
    made = notify(
        people,
        kind=kinds_running.GAP.code,
        context=context,
        url=f"{reverse('activities:index')}?edition={edition.slug}",
        dedupe_key=key,
        organisation=row.unit,
    )
    return bool(made)
