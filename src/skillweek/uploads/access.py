"""Who may see a stored file, and who may go on with an upload (A5, C6). The default answer is no."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from skillweek.organisations.access import reach_q, scope_of
from skillweek.organisations.models import Organisation
from skillweek.uploads.models import StoredFile, Upload


def visible_to(user: Any) -> QuerySet[StoredFile]:
    """Files the person may look at: those of their own organisations and of the ones they review.

    Never what guests sent: the room that took it decides who sees it (E1).
    """
    return StoredFile.objects.filter(reach_q(user), guest_key="")


def can_upload_for(user: Any, organisation: Organisation) -> bool:
    """Whether the person may send files for this organisation at all: they hold a role in it.

    What for, and whether that role suffices, is judged by the room that takes the purpose (``upload_requested``).
    """
    return organisation.is_active and bool(scope_of(user).roles.get(organisation.pk))


def uploads_of(user: Any, guest: str = "") -> QuerySet[Upload]:
    """Uploads the person may ask about, continue or cancel: those of active organisations they hold a role in.

    Whoever began it may have been replaced; a colleague may finish it, a former one may not. A guest's belong to that
    guest alone.
    """
    mine = Q(organisation__in=list(scope_of(user).roles), organisation__is_active=True, guest_key="")
    return Upload.objects.filter(mine | Q(guest_key=guest) if guest else mine)
