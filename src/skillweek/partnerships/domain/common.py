"""What the verbs of this room share."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _

from skillweek.core.errors import Conflict
from skillweek.editions.frozen import must_be_open
from skillweek.partnerships.models import Meeting, Party, Slot

M = TypeVar("M", bound=Model)
#: Prefix of the keys of every message about an edition, by which they are erased.
DAY = timedelta(days=1)


def prefix(edition_id: int) -> str:
    """What the keys of this room's messages about an edition begin with."""
    return f"partners:{edition_id}:"


def locked(model: type[M], pk: int, *related: str) -> M:
    """The row as it is now, locked until the transaction ends. Raises Conflict when it is gone."""
    rows: Any = model._default_manager.select_for_update(of=("self",)).select_related("edition", *related)
    found: M | None = rows.filter(pk=pk).first()
    if found is None:
        raise Conflict(_("这条内容刚刚被删除。请刷新列表。"), code="gone")
    return found


def must_be_version(row: Any, expected: int | None) -> None:
    """Raise Conflict when somebody changed it since it was read."""
    if expected is not None and row.version != expected:
        raise Conflict(_("这里刚刚被改过。请刷新，看过最新内容再保存。"), code="changed")


def lock_meeting(pk: int) -> Meeting:
    """The meeting as it is now; everything that changes who sits where waits for each other here."""
    rows = Meeting.objects.select_for_update(of=("self",), no_key=True).select_related("edition", "organisation")
    found: Meeting | None = rows.filter(pk=pk).first()
    if found is None:
        raise Conflict(_("这场对接会刚刚被删除。请刷新列表。"), code="gone")
    must_be_open(found.edition)
    return found


def party_now(meeting: Meeting, party: Party) -> Party:
    """The party as it is under the meeting's lock: what was read before may have left. Raises Conflict when gone."""
    rows = Party.objects.select_related("enterprise", "organisation", "participant").defer("enterprise__logo")
    found: Party | None = rows.filter(pk=party.pk, meeting=meeting).first()
    if found is None:
        raise Conflict(_("这条报名刚刚被删除。请刷新列表。"), code="gone")
    return found


def slot_now(meeting: Meeting, slot: Slot) -> Slot:
    """The slot as it is under the meeting's lock. Raises Conflict when gone."""
    found: Slot | None = Slot.objects.filter(pk=slot.pk, meeting=meeting).first()
    if found is None:
        raise Conflict(_("这个时段已经取消。请刷新后重新选。"), code="gone")
    return found
