"""Reminding units whose summary is not handed in: by hand, and before the day that the notice names (C11)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.notifications.domain import notify
from skillweek.notifications.models import Message
from skillweek.organisations.access import DECIDING_ROLES, FILING_ROLES
from skillweek.organisations.models import Kind, Membership, Organisation, OrganisationQuerySet, User
from skillweek.statistics.domain.reminders import due_slots
from skillweek.summaries import access
from skillweek.summaries.models import Summary

#: A second press of the button within this many minutes reminds nobody again.
_PAUSE_MINUTES: Final = 10


def missing_units(edition: Edition) -> OrganisationQuerySet:
    """Active schools and bureaus below the host whose summary is not handed in."""
    done = Summary.objects.filter(edition=edition, state__in=(Summary.State.SUBMITTED, Summary.State.ACCEPTED))
    units: OrganisationQuerySet = (
        Organisation.objects.filter(is_active=True)
        .exclude(kind=Kind.HOST)
        .exclude(pk__in=done.values("organisation_id"))
    )
    return units


def remind_units(edition: Edition, *, by: Any) -> int:
    """Remind every unit below the person's bureaus that has not handed in; return how many were told.

    Raises NotAllowed when nobody is below them, DomainError when the edition is not open.
    """
    if edition.state != Edition.State.OPEN:
        raise DomainError(_("本届活动周不在进行中，不能提醒。"))
    below = access.reviewed_units(by)
    if not below.exists():
        raise NotAllowed(_("只能提醒您所辖的单位。"))
    slot = f"at-{int(now().timestamp() // 60) // _PAUSE_MINUTES}"
    return _remind(edition, missing_units(edition).filter(pk__in=below.values("pk")), slot, by)


def send_due_reminders() -> int:
    """Send the scheduled reminders that are due now, in every open edition; return how many units got one."""
    sent = 0
    for edition in Edition.objects.filter(state=Edition.State.OPEN):
        for slot in due_slots(edition, edition.doc.summary_due_on, now()):
            sent += _remind(edition, missing_units(edition), slot, None)
    return sent


def _remind(edition: Edition, units: OrganisationQuerySet, slot: str, by: Any) -> int:
    """Tell the people of ``units``; the key of the message makes sure that nobody is told twice for one slot."""
    keys = {unit.pk: f"summary.reminder:{edition.pk}:{unit.pk}:{slot}" for unit in units}
    said = Message.objects.filter(audience=Message.Audience.PERSON, dedupe_key__in=list(keys.values()))
    told = set(said.values_list("dedupe_key", flat=True))
    people = _writers(units)
    sent = 0
    for unit in units:
        if keys[unit.pk] in told or not people[unit.pk]:
            continue
        made = notify(
            people[unit.pk],
            kind="summary.reminder",
            context={"unit": unit.name, "due": edition.doc.summary_due_on},
            url=f"{reverse('summaries:index')}?edition={edition.slug}",
            dedupe_key=keys[unit.pk],
            organisation=unit,
        )
        if made:
            audit.record("summary.remind", unit, actor=by, organisation_id=unit.pk, data={"slot": slot})
            sent += 1
    return sent


def _writers(units: Iterable[Organisation]) -> dict[int, list[User]]:
    """unit id → the active people who write its summary. One query."""
    filing = Q(organisation__kind=Kind.SCHOOL, role__in=FILING_ROLES)
    deciding = ~Q(organisation__kind=Kind.SCHOOL) & Q(role__in=DECIDING_ROLES)
    rows = Membership.objects.filter(
        filing | deciding, organisation__in=[unit.pk for unit in units], is_active=True, user__is_active=True
    ).select_related("user")
    found: dict[int, dict[int, User]] = defaultdict(dict)
    for row in rows:
        found[row.organisation_id][row.user_id] = row.user
    return defaultdict(list, {pk: list(users.values()) for pk, users in found.items()})
