"""The schedule of a meeting: computed from wishes, moved by hand, never double (E3, E4, ADR 0206)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.partnerships import telling
from skillweek.partnerships.access import can_run
from skillweek.partnerships.domain.common import lock_meeting, party_now, slot_now
from skillweek.partnerships.models import Meeting, Pairing, Party, Slot, Wish
from skillweek.partnerships.queries.matches import scores_of_parties
from skillweek.partnerships.rules.scheduling import Pair, into_slots, stable_pairs

_ACCEPTED = Party.State.ACCEPTED


@dataclass(frozen=True)
class Result:
    """What computing gave: how many talks, and whom nobody meets."""

    talks: int
    without: list[str] = field(default_factory=list)


def _runs(meeting: Meeting, actor: Any) -> Meeting:
    row = lock_meeting(meeting.pk)
    if not can_run(actor, row):
        raise NotAllowed(_("日程由主办对接会的单位安排。"))
    if row.state == Meeting.State.CANCELLED:
        raise Conflict(_("这场对接会已取消。"), code="cancelled")
    return row


def orders(
    enterprises: list[int], guests: list[int], wishes: dict[int, list[int]], choosy: set[int],
    scores: dict[tuple[int, int], int],
) -> dict[int, list[int]]:  # fmt: skip
    """Everybody's whole order: their own wishes first, then who wished for them, the best match first.

    A pair is possible when one of the two wished for the other; who is choosy meets only their own wishes. ``scores``
    is by (enterprise, guest). Ties fall to who applied first. Pure.
    """
    sides = [(one, guests) for one in enterprises] + [(one, enterprises) for one in guests]
    wanted = {one: set(wishes.get(one, ())) for one, _others in sides}
    found: dict[int, list[int]] = {}
    is_enterprise = set(enterprises)
    for one, others in sides:
        own = [other for other in wishes.get(one, ()) if other in set(others)]
        rest = [other for other in others if other not in wanted[one] and one in wanted[other]]

        def score(other: int, one: int = one) -> int:
            return scores.get((one, other) if one in is_enterprise else (other, one), 0)

        rest.sort(key=lambda other: (-score(other), other))
        found[one] = own + ([] if one in choosy else rest)
    return found


@transaction.atomic
def compute(meeting: Meeting, *, actor: Any) -> Result:
    """Arrange the talks anew by everybody's wishes; what a person placed by hand stays where it is."""
    row = _runs(meeting, actor)
    if row.is_direct:
        raise Conflict(_("这场面谈由参加的人直接选时段。"), code="direct")
    if row.pairings.exclude(came=None).exists():
        raise Conflict(_("已经记录到场，不能再重新排；可以逐场移动。"), code="begun")
    slots = list(row.slots.all())
    parties = list(row.parties.filter(state=_ACCEPTED).select_related("enterprise", "organisation"))
    enterprises = [party.pk for party in parties if party.is_enterprise and party.table_id]
    guests = [party.pk for party in parties if not party.is_enterprise]
    if not enterprises or not guests:
        raise Conflict(_("还没有确认参加的企业和对方，排不了日程。"), code="empty")
    wishes: dict[int, list[int]] = {}
    for wish in Wish.objects.filter(party__meeting=row).order_by("rank"):
        wishes.setdefault(wish.party_id, []).append(wish.other_id)
    choosy = {party.pk for party in parties if party.is_choosy}
    places = {slot.pk: place for place, slot in enumerate(slots)}
    row.pairings.filter(is_kept=False).delete()
    kept = list(row.pairings.all())
    fixed: dict[Pair, tuple[int, int]] = {
        (talk.enterprise_id, talk.guest_id): (places[talk.slot_id], talk.seat) for talk in kept
    }
    order = orders(enterprises, guests, wishes, choosy, scores_of_parties(row, parties))
    pairs = _free_pairs(row, order, enterprises, guests, fixed, len(slots))
    placed, left = into_slots(sorted(pairs), len(slots), row.seats, fixed)
    Pairing.objects.bulk_create(
        [
            Pairing(meeting=row, enterprise_id=e, guest_id=g, slot=slots[slot], seat=seat)
            for (e, g), (slot, seat) in sorted(placed.items())
            if (e, g) not in fixed
        ]
    )
    met = {pk for pair in placed for pk in pair}
    without = [party.label for party in parties if party.pk not in met]
    record(
        "meeting.compute", row, actor=actor, organisation_id=row.organisation_id,
        data={"talks": len(placed), "left": len(left)},
    )  # fmt: skip
    return Result(len(placed), without)


def _free_pairs(
    meeting: Meeting, order: dict[int, list[int]], enterprises: list[int], guests: list[int],
    fixed: dict[Pair, tuple[int, int]], slots: int,
) -> set[Pair]:  # fmt: skip
    """The stable pairs for the places that what is fixed leaves."""

    def without_fixed(one: int, others: list[int], is_guest: bool) -> list[int]:
        return [other for other in others if ((other, one) if is_guest else (one, other)) not in fixed]

    most = slots if meeting.guests == Meeting.Guests.SCHOOLS else min(slots, meeting.most_talks)
    held = {one: sum(one in pair for pair in fixed) for one in (*enterprises, *guests)}
    return stable_pairs(
        {one: without_fixed(one, order[one], False) for one in enterprises},
        {one: without_fixed(one, order[one], True) for one in guests},
        {one: slots * meeting.seats - held[one] for one in enterprises},
        {one: most - held[one] for one in guests},
    )


def free_seat(slot: Slot, enterprise: Party, seats: int) -> int | None:
    """The first seat nobody has, or None."""
    taken = set(Pairing.objects.filter(slot=slot, enterprise=enterprise).values_list("seat", flat=True))
    return next((seat for seat in range(1, seats + 1) if seat not in taken), None)


@transaction.atomic
def place(meeting: Meeting, enterprise: Party, guest: Party, slot: Slot, *, actor: Any) -> Pairing:
    """Put two together by hand, or move them to another slot. Computing again leaves them there.

    Raises Conflict saying who already sits somewhere else in that slot.
    """
    row = _runs(meeting, actor)
    if {enterprise.meeting_id, guest.meeting_id, slot.meeting_id} != {row.pk}:
        raise DomainError(_("请从这场对接会的名单里选。"))
    enterprise, guest, slot = party_now(row, enterprise), party_now(row, guest), slot_now(row, slot)
    if not enterprise.is_enterprise or guest.is_enterprise:
        raise DomainError(_("请选一家企业和一个来见面的对象。"))
    if enterprise.state != _ACCEPTED or guest.state != _ACCEPTED or enterprise.table_id is None:
        raise Conflict(_("对方还没有确认参加，或没有桌位。"), code="state")
    talk = Pairing.objects.filter(meeting=row, enterprise=enterprise, guest=guest).first()
    if talk is not None and talk.slot_id == slot.pk:
        return _keep(row, talk, actor)
    busy = Pairing.objects.filter(slot=slot, guest=guest).select_related("enterprise__enterprise").first()
    if busy is not None:
        shown = _("%(guest)s这个时段已经和%(other)s见面，请先移开那一场。")
        raise Conflict(shown % {"guest": guest.label, "other": busy.enterprise.label}, code="guest")
    seat = free_seat(slot, enterprise, row.seats)
    if seat is None:
        raise Conflict(_("%(name)s这个时段的座位已满。") % {"name": enterprise.label}, code="full")
    talk = talk or Pairing(meeting=row, enterprise=enterprise, guest=guest)
    talk.slot, talk.seat, talk.source = slot, seat, Pairing.Source.HAND
    return _keep(row, talk, actor)


def _keep(meeting: Meeting, talk: Pairing, actor: Any) -> Pairing:
    talk.is_kept = True
    try:
        with transaction.atomic():
            talk.save()
    except IntegrityError:
        raise Conflict(_("这个时段刚刚被占用。请刷新后再排。"), code="taken") from None
    record("meeting.place", talk, actor=actor, organisation_id=meeting.organisation_id)
    if meeting.state == Meeting.State.PUBLISHED or meeting.is_direct:
        for party in (talk.enterprise, talk.guest):
            telling.tell_party(party, "partner.moved", text="", once=f"moved:{talk.pk}:{talk.updated_at}")
    return talk


@transaction.atomic
def remove(talk: Pairing, *, actor: Any) -> None:
    """Take a talk out of the schedule."""
    row = _runs(talk.meeting, actor)
    found = Pairing.objects.filter(pk=talk.pk, meeting=row).first()
    if found is None:
        return
    record("meeting.remove", found, actor=actor, organisation_id=row.organisation_id)
    if row.state == Meeting.State.PUBLISHED or row.is_direct:
        for party, other in ((found.enterprise, found.guest), (found.guest, found.enterprise)):
            telling.tell_party(party, "partner.fell", text=other.label, once=f"removed:{found.pk}")
    found.delete()


@transaction.atomic
def clear(meeting: Meeting, *, actor: Any) -> int:
    """Take every talk out, before it is published. Returns how many."""
    row = _runs(meeting, actor)
    if row.state == Meeting.State.PUBLISHED or row.is_direct:
        raise Conflict(_("日程已经公布，不能整体清空，可以逐场移动或移除。"), code="state")
    count, _rows = row.pairings.all().delete()
    record("meeting.clear", row, actor=actor, organisation_id=row.organisation_id, data={"talks": count})
    return count


@transaction.atomic
def mark(talk: Pairing, *, actor: Any, came: bool | None) -> Pairing:
    """Note whether both sat down; None takes the note back."""
    row = _runs(talk.meeting, actor)
    found = Pairing.objects.filter(pk=talk.pk, meeting=row).first()
    if found is None:
        raise Conflict(_("这一场刚刚被移除。请刷新查看。"), code="gone")
    found.came = came
    found.save()
    record("meeting.mark", found, actor=actor, organisation_id=row.organisation_id, data={"came": came})
    return found
