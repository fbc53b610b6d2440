"""Who may see, write, publish and moderate what is online (A5, B11). The default answer is no.

- *Schools*: filers write, liaisons and managers hand in and take down; the line above publishes or returns.
- *Bureaus*: their reviewers and managers write and publish their own.
- *What the public says* is let through by whoever answers for the place, and by the line above.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from skillweek.content.access import is_open
from skillweek.online.models import Work
from skillweek.organisations import access
from skillweek.organisations.models import Organisation, OrganisationQuerySet

W = TypeVar("W", bound=Work)


def visible_to(user: Any, model: type[W]) -> QuerySet[W]:
    """Works of one kind: of the person's own units, and those handed in of the units they review."""
    return model._default_manager.filter(reach_q(user))


def reach_q(user: Any, prefix: str = "") -> Q:
    """The same as a filter; ``prefix`` as in ``"room__"``."""
    scope = access.scope_of(user)
    own = Q(**{f"{prefix}organisation__in": list(scope.roles)})
    below = access.subtree_q(scope.deciding_paths, f"{prefix}organisation__") & Q(**{f"{prefix}is_handed_in": True})
    return own | below


def writing_organisations(user: Any) -> OrganisationQuerySet:
    """The units for which the person makes works: their school, or the bureau in which they decide."""
    ids = [
        pk for pk, roles in access.scope_of(user).roles.items() if roles & (access.FILING_ROLES | access.DECIDING_ROLES)
    ]
    mine: OrganisationQuerySet = Organisation.objects.filter(pk__in=ids, is_active=True)
    return mine


def writes_for(user: Any, organisation: Organisation) -> bool:
    """Whether the person makes works of this unit."""
    roles = access.FILING_ROLES if organisation.is_school else access.DECIDING_ROLES
    return organisation.is_active and access.has_role(user, organisation, roles)


def answers_for(user: Any, organisation: Organisation) -> bool:
    """Whether the person answers for this unit to the outside: liaisons and managers, a bureau's deciders."""
    roles = access.SUBMITTING_ROLES if organisation.is_school else access.DECIDING_ROLES
    return organisation.is_active and access.has_role(user, organisation, roles)


def can_write(user: Any, work: Work) -> bool:
    """Whether the person may change the draft now. What waits for review is the reviewer's."""
    if not is_open(work.edition) or not writes_for(user, work.organisation):
        return False
    return work.review != Work.Review.WAITING or can_publish(user, work)


def can_hand_in(user: Any, work: Work) -> bool:
    """Whether the person may give this school's work to the line above now."""
    waits = work.review == Work.Review.WAITING
    return work.organisation.is_school and is_open(work.edition) and not waits and answers_for(user, work.organisation)


def can_take_back(user: Any, work: Work) -> bool:
    """Whether the person may take it back before anybody decided."""
    waits = work.review == Work.Review.WAITING and is_open(work.edition)
    return work.organisation.is_school and waits and answers_for(user, work.organisation)


def can_publish(user: Any, work: Work) -> bool:
    """Whether the person publishes and returns it: the line above a school, a bureau its own."""
    if not is_open(work.edition):
        return False
    if access.can_review(user, work.organisation):
        return work.is_handed_in
    return not work.organisation.is_school and writes_for(user, work.organisation)


def can_withdraw(user: Any, work: Work) -> bool:
    """Whether the person may take it from the public: whoever publishes it, and its school."""
    return can_publish(user, work) or (is_open(work.edition) and answers_for(user, work.organisation))


def can_moderate(user: Any, work: Work) -> bool:
    """Whether the person lets through, hides and answers what the public says there."""
    return can_withdraw(user, work)


def moderated_q(user: Any, prefix: str) -> Q:
    """What ``can_moderate`` allows as a filter, for queues."""
    scope = access.scope_of(user)
    own = [pk for pk, roles in scope.roles.items() if roles & (access.SUBMITTING_ROLES | access.DECIDING_ROLES)]
    below = access.subtree_q(scope.deciding_paths, f"{prefix}organisation__") & Q(**{f"{prefix}is_handed_in": True})
    return Q(**{f"{prefix}organisation__in": own}) | below


def can_set_rules(user: Any) -> bool:
    """Whether the person sets an edition's rules: managers of the host."""
    return access.can_manage_edition(user)
