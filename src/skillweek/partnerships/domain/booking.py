"""A person books a talk at a slot, first come first served (E4)."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, NotAllowed
from skillweek.participation.models import Participant
from skillweek.partnerships import telling
from skillweek.partnerships.domain.applying import apply_person
from skillweek.partnerships.domain.common import lock_meeting, party_now, slot_now
from skillweek.partnerships.domain.scheduling import free_seat
from skillweek.partnerships.models import Meeting, Pairing, Party, Slot


@transaction.atomic
def book_talk(
    meeting: Meeting, enterprise: Party, slot: Slot, participant: Participant, **person: Any
) -> Pairing:  # fmt: skip
    """Give this person a seat with this enterprise in this slot. The same asked again gives the same talk.

    ``person`` is what ``apply_person`` takes. Raises Conflict when the slot is full, over, or the person sits somewhere
    else then, or has booked as many talks as one may.
    """
    row = lock_meeting(meeting.pk)
    if not row.is_direct or row.guests != Meeting.Guests.PEOPLE:
        raise Conflict(_("这场对接会先填志愿，由主办单位统一排日程。"), code="mode")
    enterprise, slot = party_now(row, enterprise), slot_now(row, slot)
    if enterprise.table_id is None:
        raise Conflict(_("这个时段已经取消。请刷新后重新选。"), code="gone")
    if enterprise.state != Party.State.ACCEPTED or slot.starts_at <= now():
        raise Conflict(_("这个时段已经过了，或企业不参加了。请选别的时段。"), code="gone")
    guest = apply_person(row, participant, **person)
    known = Pairing.objects.filter(meeting=row, enterprise=enterprise, guest=guest).first()
    if known is not None:
        if known.slot_id == slot.pk:
            return known
        raise Conflict(_("您已约过这家企业的另一个时段。要换时段，请先取消那一场。"), code="twice")
    mine = Pairing.objects.filter(meeting=row, guest=guest)
    if mine.filter(slot=slot).exists():
        raise Conflict(_("您这个时段已经约了另一家企业。"), code="busy")
    if mine.count() >= row.most_talks:
        raise Conflict(_("每人最多约 %(count)d 场面谈。") % {"count": row.most_talks}, code="most")
    seat = free_seat(slot, enterprise, row.seats)
    if seat is None:
        raise Conflict(_("这个时段刚刚约满了。请选别的时段。"), code="full")
    talk = Pairing(
        meeting=row,
        enterprise=enterprise,
        guest=guest,
        slot=slot,
        seat=seat,
        source=Pairing.Source.BOOKED,
        is_kept=True,
    )
    try:
        with transaction.atomic():
            talk.save()
    except IntegrityError:
        raise Conflict(_("这个时段刚刚约满了。请选别的时段。"), code="full") from None
    record("talk.book", talk, organisation_id=row.organisation_id)
    telling.tell_party(guest, "partner.booked", text=enterprise.label, once=f"booked:{talk.pk}", slot=slot)
    return talk


@transaction.atomic
def cancel_talk(talk: Pairing, participant: Participant) -> None:
    """Give the seat back. Asked twice, the second does nothing."""
    meeting = lock_meeting(talk.meeting_id)
    found = (
        Pairing.objects.filter(pk=talk.pk)
        .select_related("guest", "slot", "enterprise__enterprise__user", "enterprise__meeting")
        .first()
    )
    if found is None:
        return
    if found.guest.participant_id != participant.pk:
        raise NotAllowed(_("只能取消自己的面谈。"))
    if found.slot.starts_at <= now():
        raise Conflict(_("面谈时间已过，不能取消。"), code="late")
    record("talk.cancel", found, organisation_id=meeting.organisation_id)
    telling.tell_party(found.enterprise, "partner.fell", text=_("一位预约的同学"), once=f"cancelled:{found.pk}")
    found.delete()
