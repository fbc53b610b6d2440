"""Who may see a stored file, and who may go on with an upload (A5, C6). The default answer is no."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from skillweek.organisations.access import FILING_ROLES, reach_q, scope_of
from skillweek.uploads.models import StoredFile, Upload


def visible_to(user: Any) -> QuerySet[StoredFile]:
    """Files the person may look at: those of their own organisations and of the ones they review."""
    return StoredFile.objects.filter(reach_q(user))


def uploads_of(user: Any) -> QuerySet[Upload]:
    """Uploads the person may ask about, continue or cancel: those of active organisations they file for.

    Whoever began it may have been replaced; a colleague may finish it, a former one may not.
    """
    filing = [key for key, roles in scope_of(user).roles.items() if roles & FILING_ROLES]
    return Upload.objects.filter(Q(organisation__in=filing, organisation__is_active=True))
