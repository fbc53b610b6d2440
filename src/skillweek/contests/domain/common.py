"""What the verbs of this room share."""

from __future__ import annotations

from django.utils.translation import gettext as _

from skillweek.contests.models import Call, Entry
from skillweek.core.errors import Conflict


def locked_call(pk: int) -> Call:
    """The call as it is now, locked until the transaction ends. Raises Conflict when it is gone."""
    rows = Call.objects.select_for_update(of=("self",)).select_related("edition", "organisation")
    found: Call | None = rows.filter(pk=pk).first()
    if found is None:
        raise Conflict(_("这个活动刚刚被删除。请刷新列表。"), code="gone")
    return found


def locked_entry(pk: int) -> Entry:
    """The entry as it is now, locked until the transaction ends. Raises Conflict when it is gone.

    Whoever locks the call too locks the call first.
    """
    rows = Entry.objects.select_for_update(of=("self",)).select_related(
        "call__edition", "call__organisation", "participant__edition", "organisation"
    )
    found: Entry | None = rows.filter(pk=pk).first()
    if found is None:
        raise Conflict(_("这件作品刚刚被删除。请刷新页面。"), code="gone")
    return found


def must_be_version(row: Call | Entry, expected: int | None) -> None:
    """Raise Conflict when somebody changed it since it was read."""
    if expected is not None and row.version != expected:
        raise Conflict(_("内容刚刚被改过。请刷新，看过最新内容再操作。"), code="changed")
