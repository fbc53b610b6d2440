"""What the verbs of this room share."""

from __future__ import annotations

from django.utils.translation import gettext as _

from skillweek.core.errors import Conflict
from skillweek.editions.models import Edition
from skillweek.press.models import Coverage


def lock_register(edition_id: int) -> None:
    """Let the verbs on one edition's register wait for each other: of two registrations at the same moment the second
    finds the first, and rows that point to each other are never locked in two orders.
    """
    Edition.objects.select_for_update(no_key=True).get(pk=edition_id)


def locked(pk: int) -> Coverage:
    """The row as it is now, the register locked until the transaction ends. Raises Conflict when it is gone."""
    edition_id = Coverage.objects.filter(pk=pk).values_list("edition_id", flat=True).first()
    if edition_id is not None:
        lock_register(edition_id)
    rows = Coverage.objects.select_for_update(of=("self",)).select_related("edition", "home", "outlet", "merged_into")
    found: Coverage | None = rows.filter(pk=pk).first()
    if found is None:
        raise Conflict(_("这条报道刚刚被删除。请刷新列表。"), code="gone")
    return found


def must_be_version(coverage: Coverage, expected: int | None) -> None:
    """Raise Conflict when somebody changed it since it was read."""
    if expected is not None and coverage.version != expected:
        raise Conflict(_("这条报道刚刚被同事改过。请刷新，看过最新内容再保存。"), code="changed")
