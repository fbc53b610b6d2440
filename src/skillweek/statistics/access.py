"""Who may see, write, hand in and decide on statistics forms (A5, C12). The default answer is no."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from skillweek.editions.models import Edition
from skillweek.organisations import access
from skillweek.organisations.models import Organisation, OrganisationQuerySet
from skillweek.statistics.models import FormEntry

_S = FormEntry.State


def visible_to(user: Any) -> QuerySet[FormEntry]:
    """Forms the person may read: of their own units and of all units below those they review.

    Figures that wait or were only counted are seen from above too: roll-ups show them as provisional.
    """
    return FormEntry.objects.filter(access.reach_q(user))


def own_units(user: Any) -> OrganisationQuerySet:
    """The active schools whose form the person fills in."""
    ids = [pk for pk, roles in access.scope_of(user).roles.items() if roles & access.FILING_ROLES]
    mine: OrganisationQuerySet = Organisation.objects.schools().filter(pk__in=ids)
    return mine


def reviewed_schools(user: Any) -> OrganisationQuerySet:
    """The active schools below the person's bureau roles, whose forms they decide on."""
    below: OrganisationQuerySet = Organisation.objects.schools().filter(
        access.subtree_q(access.scope_of(user).deciding_paths)
    )
    return below


def can_see(user: Any, organisation: Organisation) -> bool:
    """Whether the person may read this unit's form and what its figures are counted from."""
    return organisation.is_school and access.can_see(user, organisation)


def can_write(user: Any, entry: FormEntry) -> bool:
    """Whether the person may correct figures now: of their school, not handed in, the edition not closed."""
    return entry.is_editable and is_open(entry.edition) and can_fill(user, entry.organisation)


def can_fill(user: Any, organisation: Organisation) -> bool:
    """Whether the person fills in this school's form at all."""
    return organisation.is_school and access.can_file_for(user, organisation)


def can_submit(user: Any, entry: FormEntry) -> bool:
    """Whether the person may hand the form in now: a liaison or manager of the school."""
    return can_write(user, entry) and access.can_submit_for(user, entry.organisation)


def can_withdraw(user: Any, entry: FormEntry) -> bool:
    """Whether the person may take back what was handed in: nobody has decided yet."""
    waiting = entry.state == _S.SUBMITTED and is_open(entry.edition)
    return waiting and access.can_submit_for(user, entry.organisation)


def can_review(user: Any, entry: FormEntry) -> bool:
    """Whether the person decides on this form: a reviewer strictly above the school."""
    return access.can_review(user, entry.organisation)


def is_open(edition: Edition) -> bool:
    """Whether forms of the edition may change: an archived one is frozen (A8)."""
    return edition.state == Edition.State.OPEN
