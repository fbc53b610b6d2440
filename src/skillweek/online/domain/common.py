"""What the verbs of this room share."""

from __future__ import annotations

from typing import TypeVar

from django.utils.translation import gettext as _

from skillweek.core.errors import Conflict
from skillweek.online.models import Work

W = TypeVar("W", bound=Work)


def locked(work: W) -> W:
    """The work as it is now, locked until the surrounding transaction ends. Raises Conflict when it is gone."""
    rows = type(work)._default_manager.select_for_update(of=("self",)).select_related("edition", "organisation")
    found: W | None = rows.filter(pk=work.pk).first()
    if found is None:
        raise Conflict(_("它刚刚被删除了。请返回列表。"), code="gone")
    return found
