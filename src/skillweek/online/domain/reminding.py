"""A message before a live room begins, for those of the public who want it (B11)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from skillweek.content.editorial import public_q
from skillweek.content.reviewing import locked
from skillweek.core.clock import now
from skillweek.core.errors import Conflict
from skillweek.editions.frozen import must_be_open
from skillweek.editions.models import Edition
from skillweek.online.models import LiveRoom, RoomReminder
from skillweek.online.queries.rooms import phase_of
from skillweek.participation.models import Participant
from skillweek.participation.telling import tell

#: So long before it begins.
BEFORE: Final = timedelta(minutes=30)


@transaction.atomic
def remind(room: LiveRoom, participant: Participant) -> RoomReminder:
    """Have this person told before it begins; twice is once. Raises Conflict when it is too late."""
    row = locked(room)
    must_be_open(row.edition)
    if row.live_at is None or phase_of(row) != "soon" or participant.edition_id != row.edition_id:
        raise Conflict(_("这场直播已经开始、结束或取消，不能再设提醒。"), code="late")
    made, _new = RoomReminder.objects.get_or_create(room=row, participant=participant)
    return made


def no_reminder(room: LiveRoom, participant: Participant) -> None:
    """Take it back; what is not there is fine."""
    RoomReminder.objects.filter(room=room, participant=participant).delete()


def send_due() -> int:
    """Write to everybody whose room begins soon and who has not been told of this hour; return how many.

    Safe to run twice and at once.
    """
    soon = Q(room__starts_at__gt=now(), room__starts_at__lte=now() + BEFORE, room__cancel_reason="")
    rows = RoomReminder.objects.filter(public_q("room__"), soon).exclude(room__edition__state=Edition.State.CLOSED)
    due = rows.filter(Q(sent_for=None) | ~Q(sent_for=F("room__starts_at")))
    return sum(_send(pk) for pk in due.order_by("pk").values_list("pk", flat=True)[:500])


@transaction.atomic
def _send(pk: int) -> int:
    rows = RoomReminder.objects.select_for_update(of=("self",)).select_related("room__edition", "participant__edition")
    row = rows.filter(pk=pk).first()
    if row is None or row.sent_for == row.room.starts_at:
        return 0
    _write(row, "online.reminder")
    row.sent_for = row.room.starts_at
    row.save(update_fields=["sent_for", "updated_at"])
    return 1


def tell_cancelled(room: LiveRoom) -> None:
    """Tell everybody who wanted to be reminded; called by the verb that cancels."""
    for row in room.reminders.select_related("participant__edition", "room__edition"):
        _write(row, "online.cancelled", reason=room.cancel_reason)


def _write(row: RoomReminder, kind: str, *, reason: str = "") -> None:
    room = row.room
    at = room.starts_at.astimezone(ZoneInfo(room.edition.zone)) if room.starts_at else None
    tell(
        row.participant,
        kind=kind,
        context={
            "title": room.title,
            "time": lambda: date_format(at, "SHORT_DATETIME_FORMAT") if at else "",
            "reason": reason,
        },
        url=reverse("online_public:room", args=[room.pk]),
        dedupe_key=f"room:{kind}:{room.pk}:{row.participant_id}:{room.moves}:{at.isoformat() if at else ''}",
    )
