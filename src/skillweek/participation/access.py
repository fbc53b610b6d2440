"""Who may see and revoke certificates (A5). The default answer is no."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from skillweek.organisations import access
from skillweek.organisations.models import OrganisationQuerySet
from skillweek.participation.models import Certificate


def certificates_visible_to(user: Any) -> QuerySet[Certificate]:
    """Certificates of the person's own organisations and of those they review."""
    return Certificate.objects.filter(access.reach_q(user))


def can_revoke(user: Any, certificate: Certificate) -> bool:
    """Whether the person takes it back: the line above, or whoever answers for the unit that issued it."""
    return access.can_answer_for(user, certificate.organisation) or access.can_review(user, certificate.organisation)


def reach_of(user: Any) -> OrganisationQuerySet:
    """The units whose switches the person sees."""
    return access.visible_to(user)
