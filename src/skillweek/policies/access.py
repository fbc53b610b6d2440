"""Who enters policies (A5, D5): bureaus, as with pages and notices. The default answer is no."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from skillweek.content.access import editing_organisations, is_open
from skillweek.content.editorial import public_q
from skillweek.organisations import access
from skillweek.organisations.models import Kind
from skillweek.policies.models import Policy


def policies_visible_to(user: Any) -> QuerySet[Policy]:
    """Policies that the person works on: of the bureaus they edit for; for the host's editors all."""
    editing = list(editing_organisations(user))
    if any(organisation.kind == Kind.HOST for organisation in editing):
        return Policy.objects.all()
    return Policy.objects.filter(organisation__in=editing)


def listed_for(user: Any) -> QuerySet[Policy]:
    """What the workspace lists: the same, and what everybody may read."""
    return Policy.objects.filter(Q(pk__in=policies_visible_to(user).values("pk")) | public_q())


def writes_for(user: Any, organisation: Any) -> bool:
    """Whether the person enters policies for this bureau."""
    if organisation.is_school or not organisation.is_active:
        return False
    return bool(access.has_role(user, organisation, access.DECIDING_ROLES))


def can_edit(user: Any, policy: Policy) -> bool:
    """Whether the person may change, check and publish this policy now."""
    return is_open(policy.edition) and writes_for(user, policy.organisation)


def can_withdraw(user: Any, policy: Policy) -> bool:
    """Whether the person may take it from the public: its editors, and the line above."""
    return can_edit(user, policy) or (is_open(policy.edition) and access.can_review(user, policy.organisation))
